"""The review of one patient: every finding, ranked, with the questions that would settle what is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from epione.medications.domain.drug import DrugStatus, TreatmentLine
from epione.medications.domain.interactions_facts import interaction_facts

from .cards import Card, cards_of, ranked
from .chart import Chart, Text
from .criteria import evaluate
from .criteria_findings import criteria_findings
from .facts import Facts
from .findings import Finding, Kind
from .interaction_findings import interaction_findings, patient_facts
from .knowledge import Knowledge
from .leaves import both
from .other_findings import allergy_findings, dose_findings, duplicate_findings, score_findings
from .questions import Question, rank_questions
from .refills import Refill, refill_findings, refill_questions, refills_of
from .scores import Scores, scores_of


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader wants: `include_opt_in` also asks the criteria that concern everybody (A1, A2)."""

    include_opt_in: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """The answer. `excluded` are the lines that no check can read; `notes` tell what limits the whole review."""

    chart: Chart
    lines: tuple[TreatmentLine, ...]
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    scores: Scores
    refills: tuple[Refill, ...]
    excluded: tuple[TreatmentLine, ...]
    notes: tuple[Text, ...]
    editions: Mapping[str, str] = field(default_factory=dict)

    def of_kind(self, *kinds: Kind) -> tuple[Finding, ...]:
        """The findings of some kinds, in reading order."""
        return tuple(finding for finding in self.findings if finding.kind in kinds)

    def cards(self) -> tuple[Card, ...]:
        """The findings grouped for reading: what concerns the same medicines together, minor ones folded."""
        return cards_of(self.findings)


DEFAULT = Options()
_ALLERGIES = Question(
    "allergies",
    both(
        "Le patient a-t-il des allergies ou intolérances connues\u202f?",
        "Does the patient have any known allergy or intolerance?",
    ),
)
_UNDER_65 = both(
    "STOPP/START ne s’applique qu’à partir de 65\u00a0ans\u00a0: les autres contrôles restent valables.",
    "STOPP/START only applies from 65 years of age: the other checks remain valid.",
)
_PARTIAL = both(
    "Liste déclarée incomplète\u00a0: l’absence d’un médicament n’est jamais tenue pour établie.",
    "List declared incomplete: the absence of a medicine is never taken as established.",
)
_UNREAD = both(
    "Des lignes n’ont pas pu être identifiées\u00a0: elles sont exclues des contrôles.",
    "Some lines could not be identified: they are excluded from the checks.",
)


def review(chart: Chart, knowledge: Knowledge, options: Options = DEFAULT) -> Review:
    """Review a treatment: interactions, STOPP/START, duplicates, allergies, doses and burdens.

    A missing datum never counts as a no: the finding is then to be confirmed and its question is asked.
    """
    facts = knowledge.book.facts(chart)
    lines = facts.lines
    checked = [line for line in lines if line.drug.checkable]
    findings = _criteria(knowledge, facts, options)
    results = knowledge.thesaurus.check_list(checked, interaction_facts(checked, patient_facts(facts)))
    findings += interaction_findings(knowledge, results, facts, {line.id: line for line in checked})
    findings += duplicate_findings(lines, _told_as_duplicates(findings))
    allergies, asked = allergy_findings(knowledge, chart.allergies or (), checked)
    scores = scores_of(knowledge.scales, facts, checked)
    refills = refills_of(chart, lines)
    findings += [*allergies, *dose_findings(lines), *score_findings(scores, checked), *refill_findings(refills)]
    ordered = ranked(findings)
    return Review(
        chart=chart,
        lines=lines,
        findings=tuple(ordered),
        questions=(
            *rank_questions((one.id, one.questions) for one in ordered if one.questions),
            *_general(chart, asked),
            *refill_questions(refills),
        ),
        scores=scores,
        refills=refills,
        excluded=tuple(line for line in lines if not line.drug.checkable),
        notes=_notes(chart, lines),
        editions={"stopp_start": knowledge.book.edition, "ansm": knowledge.thesaurus.edition},
    )


def _criteria(knowledge: Knowledge, facts: Facts, options: Options) -> list[Finding]:
    outcomes = evaluate(knowledge.book, facts, include_opt_in=options.include_opt_in)
    return criteria_findings(knowledge.book, facts, outcomes)


def _told_as_duplicates(findings: Sequence[Finding]) -> frozenset[str]:
    """The lines that STOPP-A3 already reports as duplicates of a class."""
    return frozenset(line for one in findings if one.id == "STOPP-A3" and one.status == "fires" for line in one.drugs)


def _general(chart: Chart, asked: Sequence[Question]) -> tuple[Question, ...]:
    return (*asked, *(() if chart.allergies is not None else (_ALLERGIES,)))


def _notes(chart: Chart, lines: Sequence[TreatmentLine]) -> tuple[Text, ...]:
    notes = []
    if chart.age is not None and chart.age < 65:
        notes.append(_UNDER_65)
    if not chart.complete:
        notes.append(_PARTIAL)
    if any(not line.drug.checkable and line.drug.status is not DrugStatus.HOMEOPATHIC for line in lines):
        notes.append(_UNREAD)
    return tuple(notes)
