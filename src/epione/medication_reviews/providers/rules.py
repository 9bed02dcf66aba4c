"""The compiled criteria as shipped: loading them, and compiling them again after an edit of the source.

`python -m epione.medication_reviews.providers.rules` writes `data/stopp_start_v3.json` from the three YAML files.
"""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from epione.medication_reviews.domain.compile import compile_rules
from epione.medication_reviews.domain.rulebook import RuleBook

_DATA = "epione.medication_reviews.data"
COMPILED = "stopp_start_v3.json"


def load_rules() -> dict[str, Any]:
    """The compiled rules, as plain values."""
    rules: dict[str, Any] = json.loads(files(_DATA).joinpath(COMPILED).read_bytes())
    return rules


@cache
def rule_book() -> RuleBook:
    """The criteria of the shipped edition, compiled once per process."""
    return RuleBook(load_rules())


def compiled_text() -> str:
    """What the compiled file must hold, from the YAML sources (needs PyYAML: a tool of the developers)."""
    import yaml  # noqa: PLC0415 -- optional: a tool of the developers

    def read(name: str) -> Any:
        return yaml.load(files(_DATA).joinpath(name).read_bytes(), Loader=yaml.CSafeLoader)

    rules = compile_rules(read("stopp_start_v3.yaml"), read("labels.yaml"), read("advice.yaml"))
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":"), sort_keys=False) + "\n"


def main() -> None:
    """Write the compiled file beside its sources."""
    Path(str(files(_DATA).joinpath(COMPILED))).write_text(compiled_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
