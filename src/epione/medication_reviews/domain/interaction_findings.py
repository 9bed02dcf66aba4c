"""Alerts of the interaction thesaurus as findings, with our own words for mechanism and management."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from epione.medications.domain.conditions import QUESTIONS
from epione.medications.domain.drug import TreatmentLine
from epione.medications.domain.interactions_results import PairResult
from epione.medications.domain.levels import LEVEL_NAMES, Level
from epione.medications.domain.vocabulary import Lang

from .ages import old_question
from .chart import Text
from .confidence import Scale
from .facts import Facts
from .findings import Confidence, Finding, Kind, Source, Status
from .knowledge import Knowledge
from .leaves import both
from .questions import Question
from .wording import Wording

_ACTIONS: dict[Level, Text] = {
    Level.CI: {
        "fr": "Ne pas associer\u00a0: arrêter ou remplacer l’un des deux.",
        "en": "Do not combine: stop or replace one of them.",
    },
    Level.AD: {
        "fr": "Éviter l’association, sauf raison établie et surveillance.",
        "en": "Avoid the combination unless there is an established reason and monitoring.",
    },
    Level.PE: {
        "fr": "Association possible avec la précaution prévue par le thésaurus.",
        "en": "Combination possible with the precaution of the thesaurus.",
    },
    Level.APC: {"fr": "Risque à connaître et à surveiller.", "en": "A risk to know and to watch."},
}


def patient_facts(facts: Facts) -> dict[str, object]:
    """What the conditional rules may ask of the patient (see `medications.domain.interactions_facts`)."""
    found: dict[str, object] = dict(facts.flags)
    for code in ("egfr", "potassium", "lvef"):
        if code in facts.latest:
            found[code] = facts.latest[code].value
    if facts.age is not None:
        found["age"] = facts.age
    if facts.chart.problems is not None:
        found["conditions"] = [problem.code for problem in facts.chart.problems]
    return found


def interaction_findings(
    knowledge: Knowledge, results: Sequence[PairResult], facts: Facts, lines: Mapping[str, TreatmentLine]
) -> list[Finding]:
    """One finding per pair of lines."""
    return [_finding(knowledge, result, facts, lines) for result in results]


def _finding(knowledge: Knowledge, result: PairResult, facts: Facts, lines: Mapping[str, TreatmentLine]) -> Finding:
    sides = tuple(dict.fromkeys(side.line for side in result.sides))
    names = (lines[result.sides[0].line].drug.spoken, lines[result.sides[1].line].drug.spoken)
    return Finding(
        kind=Kind.INTERACTION,
        id=result.rule,
        level=result.level.value.lower(),
        status=Status.FIRES if result.resolved else Status.TO_CONFIRM,
        drugs=sides,
        title=both(*([" + ".join(names)] * 2)),
        why=Wording(lambda lang: _sentences(knowledge, result, names, lang, 0)),
        advice=Wording(lambda lang: _sentences(knowledge, result, names, lang, 1)),
        source=_source(result),
        confidence=_confidence(
            specific=result.specificity == 2,
            resolved=result.resolved,
            branded=all(lines[side].drug.cis is not None for side in sides),
        ),
        questions=_questions(result, facts),
        could_be=tuple([level.value.lower() for level in result.could_be]),
        awaits_sign_off=True,  # the level is the thesaurus’s own, the coded reason and advice are ours
        detail={"pair": result},
    )


def _source(result: PairResult) -> Source:
    if result.source == "supplement":
        return Source(result.rule, result.edition, None, result.basis)
    return Source(result.rule, result.edition, result.page, "ANSM, thésaurus des interactions médicamenteuses")


def _sentences(knowledge: Knowledge, result: PairResult, names: tuple[str, str], language: str, part: int) -> str:
    """Why (part 0) or what to do (part 1), from the coded facts; the level's own definition where nothing is coded."""
    # By the sides, not by the row: the row's own order may be the reverse of the pair's.
    matched = (result.sides[0].matched, result.sides[1].matched)
    facts = None if knowledge.vocabulary is None else knowledge.vocabulary.facts_of(*matched)
    if facts is not None and knowledge.vocabulary is not None:
        facts = facts.narrowed(frozenset(side.substance for side in result.sides))
        lang: Lang = "fr" if language == "fr" else "en"
        found = knowledge.vocabulary.sentences(facts, lang, *names, level=result.level.value)[part]
        if found:
            return " ".join(found)
    if part == 1:
        return _ACTIONS[result.level][language]
    one, other = (side.name for side in result.sides)
    return f"{one} / {other}\u00a0: {LEVEL_NAMES[result.level][language]}"


@cache
def _confidence(*, specific: bool, resolved: bool, branded: bool) -> Confidence:
    named = ("les deux substances sont nommées", "both substances are named")
    by_class = ("interaction décrite par classe", "interaction described by class")
    scale = Scale(0.95, *named) if specific else Scale(0.9, *by_class)
    if not resolved:
        scale.note(0.6, "le niveau dépend d’une donnée manquante", "the level depends on a missing datum")
    if not branded:
        scale.note(0.97, "spécialité non précisée", "brand not given")
    return scale.confidence()


def _questions(result: PairResult, facts: Facts) -> tuple[Question, ...]:
    if result.question is None:
        return ()
    sides = tuple(side.line for side in result.sides)
    if not result.missing:
        return (Question(f"thesaurus:{result.rule}", result.question, lines=sides),)
    return tuple(_question(name, sides, facts) for name in result.missing)


def _question(name: str, sides: tuple[str, ...], facts: Facts) -> Question:
    old = facts.outdated.get(name)
    if old is not None:
        return replace(old_question(old), lines=sides)
    return Question(f"obs:{name}" if name == "egfr" else f"flag:{name}", QUESTIONS[name], lines=sides)
