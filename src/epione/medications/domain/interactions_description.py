"""The pairs of a list of names as plain facts, the same on the command line and the API."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from .conditions import QUESTIONS
from .drug import Drug, TreatmentLine
from .interactions import Thesaurus
from .interactions_facts import Facts
from .interactions_results import Also, PairResult, Side, Unlisted
from .interactions_routes import typed_route
from .interactions_rows import ANSM
from .levels import Level
from .resolver import Match

SOURCES = {
    "ansm": "ANSM, Thésaurus des interactions médicamenteuses",
    "supplement": "Epione, couples absents du thésaurus, d’après les RCP",
}


class UnreadableFactError(ValueError):
    """A datum given as `name=value` that no rule asks for, or whose value cannot be read."""


class UnresolvedNameError(ValueError):
    """A name that stands for no medicine, or for several: `candidates` are those it may mean."""

    def __init__(self, match: Match) -> None:
        # One name for each set of substances tells what to choose between; ten strengths of one would not.
        by_substances = {
            frozenset(part.name for part in drug.ingredients): drug.name for drug in match.candidates[::-1]
        }
        candidates = tuple(by_substances.values())[::-1]
        known = f"; it may be: {', '.join(candidates[:5])}" if candidates else ""
        fault = "names several medicines" if candidates else "names no medicine of the catalogue"
        super().__init__(f"{match.text!r} {fault}{known}.")
        self.name = match.text
        self.candidates = candidates


def pairs_facts(thesaurus: Thesaurus, matches: Sequence[Match], facts: Facts) -> list[dict[str, Any]]:
    """One object per pair of names, most severe first, unlisted pairs last. Raises UnresolvedNameError."""
    for match in matches:
        if match.drug is None:
            raise UnresolvedNameError(match)
    pairs = [
        (one, other, thesaurus.explain_pair(_line(one), _line(other), facts)) for one, other in combinations(matches, 2)
    ]
    return [_pair(*pair) for pair in sorted(pairs, key=lambda pair: _severity(pair[2]))]


def _severity(result: PairResult | Unlisted) -> int:
    return result.level.rank if isinstance(result, PairResult) else len(Level)


def read_fact(text: str) -> tuple[str, object]:
    """A datum of a conditional rule written `name=value`: a number, `true` or `false`, or a word such as `IV`.

    Raises UnreadableFactError on a name that no rule asks for or on an empty value.
    """
    name, _, value = (part.strip() for part in text.partition("="))
    if name not in QUESTIONS:
        raise UnreadableFactError(f"No interaction rule asks for {name!r}; known: {', '.join(sorted(QUESTIONS))}.")
    if not value:
        raise UnreadableFactError(f"{name!r} needs a value, as in {name}=…")
    if value.lower() in {"true", "false"}:
        return name, value.lower() == "true"
    try:
        return name, float(value.replace(",", "."))
    except ValueError:
        return name, value


def result_facts(result: PairResult | Unlisted) -> dict[str, Any]:
    """What the thesaurus says of a pair; `level` is None, with its reason and sentence, for an unlisted one."""
    if isinstance(result, Unlisted):
        return _unlisted(result)
    return {
        "level": result.level.value,
        "resolved": result.resolved,
        "levels": [level.value for level in result.levels],
        "could_be": [level.value for level in result.could_be],
        "otherwise": result.otherwise.value,
        "question": dict(result.question) if result.question else None,
        "missing": list(result.missing),
        "rule": result.rule,
        "sides": [_side(side) for side in result.sides],
        "specificity": result.specificity,
        "also": [_also(also) for also in result.also],
        "source": _source(result.source, result.edition, result.page, result.basis),
        "reason": None,
        "text": None,
    }


def _unlisted(result: Unlisted) -> dict[str, Any]:
    return {
        "level": None,
        "resolved": True,
        "levels": [],
        "could_be": [],
        "otherwise": None,
        "question": None,
        "missing": [],
        "rule": None,
        "sides": [],
        "specificity": None,
        "also": [],
        "source": _source(ANSM, result.edition, None, ""),
        "reason": result.reason.value,
        "text": dict(result.text),
    }


def _line(match: Match) -> TreatmentLine:
    return TreatmentLine(match.text, match.line_drug, route=typed_route(match.text, match.line_drug))


def _pair(one: Match, other: Match, result: PairResult | Unlisted) -> dict[str, Any]:
    return {
        "names": [one.text, other.text],
        "matched": [_matched(match.line_drug, match) for match in (one, other)],
        **result_facts(result),
    }


def _matched(drug: Drug, match: Match) -> dict[str, Any]:
    return {
        "name": drug.name,
        "cis": drug.cis,
        "substances": [part.name for part in drug.ingredients],
        "atc": list(drug.atc),
        "quality": match.quality.value,
    }


def _side(side: Side) -> dict[str, str]:
    return {"substance": side.substance, "matched": side.matched, "name": side.name}


def _also(also: Also) -> dict[str, Any]:
    return {
        "rule": also.rule,
        "level": also.level.value,
        "levels": [level.value for level in also.levels],
        "matched": list(also.matched),
        "page": also.page,
        "source": also.source,
    }


def _source(kind: str, edition: str, page: int | None, basis: str) -> dict[str, Any]:
    return {"kind": kind, "name": SOURCES[kind], "edition": edition, "page": page, "basis": basis}
