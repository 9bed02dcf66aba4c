"""The catalogue of criteria in the documents, written from the rules that the engine loads.

`python -m tests.house.rules_page --write` writes `docs/rules.md`; a test tells when it is no longer current.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from epione.medication_reviews.domain.ages import MAXIMAL_AGE_DAYS
from epione.medication_reviews.providers.rules import load_rules
from epione.patients.domain.observations import MEASURES

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
HEAD = """# The STOPP/START criteria

Written by `python -m tests.house.rules_page --write` from the rules that the engine loads; do not edit.

{edition}: {total} criteria, {stopp} STOPP and {start} START. Source: O’Mahony et al., Eur Geriatr Med 2023;14:625-632
(CC BY 4.0); titles and advice are Epione’s own words. **No pharmacist has signed off these codings yet**: the
evidence of each finding says so on the page, as do the letters, and `awaits_sign_off` in the answer.

- **Computable**: *full*, the record can decide; *partial*, it decides a part, and the rest is told beside the finding;
  *manual*, only a person can (the question is asked).
- **Grade**: our triage, not part of the publication. High is placed with AD, moderate with PE, low with APC.
- **Asks**: facts and measurements without which the criterion is *to confirm*, besides the list of medicines and problems.
- **Cannot know**: what the record does not hold and the coding therefore leaves to the pharmacist.

Coded in [`stopp_start_v3.yaml`](../src/epione/medication_reviews/data/stopp_start_v3.yaml), with {corrections} corrections that give
their reasons; tested by [patients written by hand](../tests/medication_reviews/criteria/README.md). Opt-in, because they concern everybody: {opt_in}.
"""
COLUMNS = "| id | criterion | computable | grade | asks | cannot know | sign-off |\n|---|---|---|---|---|---|---|"

AGES = """
## How old a measurement may be

Beyond this age a value is unknown to every rule, and asked again. Conventions of Epione, awaiting a pharmacist's sign-off.

| code | measurement | days |
|---|---|---:|
"""


def age_row(code: str) -> str:
    """The maximal age of one measurement."""
    measure, days = MEASURES[code], MAXIMAL_AGE_DAYS[code]
    return f"| `{code}` | {measure.fr}<br>*{measure.en}* | {'no limit' if days is None else days} |"


def leaves(tree: Any) -> Iterator[tuple[str, Any]]:
    """Every named part of a criterion's condition, in order."""
    if isinstance(tree, dict):
        for name, part in tree.items():
            yield name, part
            yield from leaves(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from leaves(part)


def asked(criterion: dict[str, Any], flags: dict[str, dict[str, str]]) -> list[str]:
    """The questions that a criterion may ask: facts in words, measurements by their code."""
    found = list(leaves(criterion["when"]))
    facts = [flags[value]["en"] for name, value in found if name == "flag"]
    measures = [f"`{value}`" for name, value in found if name in {"obs", "obs_recent"} and isinstance(value, str)]
    return list(dict.fromkeys(facts + measures))


def row(criterion: dict[str, Any], flags: dict[str, dict[str, str]]) -> str:
    """One line of the table."""
    title = criterion["title"]
    cells = (
        criterion["id"],
        f"{title['fr']}<br>*{title['en']}*",
        criterion["computable"],
        criterion["severity"],
        "<br>".join(asked(criterion, flags)),
        "<br>".join(one["en"] for one in criterion["missing"]),
        "awaits",
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def text() -> str:
    """The whole page."""
    rules = load_rules()
    criteria = rules["criteria"]
    counts = {kind: sum(one["kind"] == kind for one in criteria) for kind in ("stopp", "start")}
    page = HEAD.format(
        edition=rules["meta"]["edition"],
        total=len(criteria),
        corrections=len(rules["corrections"]),
        opt_in=", ".join(rules["opt_in"]),
        **counts,
    )
    for kind, sections in rules["sections"].items():
        for letter, name in sections.items():
            here = [one for one in criteria if (one["kind"], one["section"]) == (kind, letter)]
            lines = "\n".join(row(one, rules["flags"]) for one in here)
            page += f"\n## {kind.upper()} {letter}. {name['fr']} / {name['en']}\n\n{COLUMNS}\n{lines}\n"
    return page + AGES + "\n".join(age_row(code) for code in MEASURES) + "\n"


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(text(), encoding="utf-8")
    current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text()
    print("docs/rules.md is current." if current else "docs/rules.md is not current: write it again.")
    sys.exit(not current)
