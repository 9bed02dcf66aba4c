"""The page of figures, from what `epione bench NAME --format json` printed.

`python -m tests.house.figures FILE...` writes `docs/performance.md` with the benches in the order of the files.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
HEAD = """# Performance

Written by `python -m tests.house.figures FILE...` from what `epione bench NAME --format json` printed, {day}. Each bench works in a home of its
own; where a naive way of doing the same was run beside it, in the same run, the ratio says how many times faster Epione is.

**Machine**: {machine}. Its cores were shared with other work at the time (load at the start of each bench below): figures of wall time are
pessimistic, ratios and CPU times less so. A target that is met here may be missed elsewhere: run the bench on yours.

How to read them: the naive evaluator of *medication* does criteria and pairs only, so it is compared with those; a whole review also has doses, duplicates,
scores, cards and questions. *patients* asks one page after another among 100,000 records; *serving* asks with eight visitors at once in the first seconds
of a new installation, while the catalogue is being loaded.

{summary}
"""
COLUMNS = "| case | metric | value | unit | target | met | beside | its value | ratio |\n|---|---|---:|---|---|---|---|---:|---:|"
WORDS = {True: "yes", False: "**no**", None: ""}


def number(value: Any) -> str:
    """A figure as people read it."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,.0f}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value or "")


def row(one: dict[str, Any]) -> str:
    """One line of a table."""
    ratio = f"{one['ratio']:.1f}" if one["ratio"] is not None else ""
    cells = [one["case"], one["metric"], number(one["value"]), one["unit"] or "", number(one["target"])]
    cells += [WORDS[one["met"]] or one.get("why", ""), one["peer"] or "", number(one["peer_value"]), ratio]
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def summary(benches: list[dict[str, Any]]) -> str:
    """How many targets are met, and every one that is not."""
    judged = [(bench, one) for bench in benches for one in bench["results"] if one["met"] is not None]
    missed = [(bench, one) for bench, one in judged if not one["met"]]
    lines = [f"{len(judged) - len(missed)} of {len(judged)} targets are met." + (" Not met:" if missed else "")]
    return "\n".join(
        lines
        + [
            f"- {bench['name']}, {one['case']}, {one['metric']}: {number(one['value'])} {one['unit']} for {number(one['target'])}"
            for bench, one in missed
        ]
    )


def page(benches: list[dict[str, Any]], day: str) -> str:
    """The whole page."""
    about = benches[0]["machine"]
    machine = f"{about['processor']}, {about['cores']} cores, {about['memory_mb'] // 1024} GB of memory, {about['system']}, Python {about['python']}"
    text = HEAD.format(day=day, machine=machine, summary=summary(benches))
    for bench in benches:
        text += f"\n## {bench['name']}\nLoad at the start: {bench['machine']['load']}.\n\n{COLUMNS}\n"
        text += "\n".join(row(one) for one in bench["results"]) + "\n"
    return text


if __name__ == "__main__":
    found = [json.loads(Path(name).read_text()) for name in sys.argv[1:]]
    PAGE.write_text(page(found, datetime.now(UTC).date().isoformat()), encoding="utf-8")
    print(f"docs/performance.md: {len(found)} benches.")
