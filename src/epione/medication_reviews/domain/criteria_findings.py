"""STOPP/START outcomes as findings, mirror criteria merged."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from .confidence import of_criterion
from .criteria import Outcome
from .facts import Facts
from .findings import SEVERITY_LEVELS, Finding, Kind, Source, Status
from .rulebook import RuleBook
from .wording import Wording

_REFERENCE = "O’Mahony D et al., Eur Geriatr Med 2023;14:625-632"


def criteria_findings(book: RuleBook, facts: Facts, outcomes: Sequence[Outcome]) -> list[Finding]:
    """One finding per criterion that fires or is to be confirmed; a mirror criterion goes with its twin."""
    found = [_finding(book, facts, outcome) for outcome in outcomes]
    return merge_twins(found, {one.criterion.id: one.criterion.twin_of for one in outcomes if one.criterion.twin_of})


def merge_twins(findings: Sequence[Finding], twins: dict[str, str]) -> list[Finding]:
    """Mirror criteria told once: by the one that fires if only one does, else by the first of the pair."""
    by_id = {finding.id: finding for finding in findings}
    dropped: dict[str, str] = {}
    for twin, lead in twins.items():
        if lead in by_id and twin in by_id:
            silent = twin if by_id[lead].status is Status.FIRES or by_id[twin].status is not Status.FIRES else lead
            dropped[silent] = lead if silent == twin else twin
    merged = []
    for finding in findings:
        if finding.id not in dropped:
            also = tuple(silent for silent, kept in dropped.items() if kept == finding.id)
            merged.append(replace(finding, also=also) if also else finding)
    return merged


def _finding(book: RuleBook, facts: Facts, outcome: Outcome) -> Finding:
    criterion = outcome.criterion
    kind, level, source = _constants(criterion.id, criterion.kind, criterion.severity, book.edition)
    return Finding(
        kind=kind,
        id=criterion.id,
        level=level,
        status=Status.FIRES if outcome.fires else Status.TO_CONFIRM,
        drugs=tuple([line.id for line in outcome.lines]),
        title=criterion.title,
        why=Wording(outcome.why),
        advice=criterion.advice,
        source=source,
        confidence=of_criterion(
            criterion,
            fires=outcome.fires,
            lines=outcome.lines,
            used=[facts.latest[code] for code in outcome.measured()],
            on=facts.on,
        ),
        missing=criterion.missing,
        questions=outcome.questions,
        background=outcome.background,
    )


@cache
def _constants(criterion: str, kind: str, severity: str, edition: str) -> tuple[Kind, str, Source]:
    """What is the same for every patient."""
    return Kind(kind), SEVERITY_LEVELS[severity], Source(criterion, edition, reference=_REFERENCE)
