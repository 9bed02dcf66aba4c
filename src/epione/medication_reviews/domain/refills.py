"""Refills beside the treatment: the days that dispensings cover, what they ask, and when they become a finding."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from epione.medications.domain.adherence import WINDOW_DAYS, Coverage
from epione.medications.domain.coverage_words import METHOD, NBSP, coverage_words, day_words, share_words
from epione.medications.domain.drug import TreatmentLine
from epione.prescriptions.domain.dispensing import MISSED, coverage_of, settled_on

from .chart import Chart, Text
from .confidence import Scale
from .findings import Finding, Kind, Source, Status
from .leaves import both
from .questions import Question

RULE = "PDC-80"
_EDITION = "Epione 2026-11"
_REFERENCE = "Karve S et al., Curr Med Res Opin 2009;25:2303-2310"
_ADVICE = both(
    "En parler avec le patient avant de conclure ou d’augmenter une dose\u00a0: oubli, gêne, effet indésirable, coût, "
    "arrêt voulu\u202f?",
    "Talk about it with the patient before concluding or raising a dose: forgotten, troublesome, side effect, cost, "
    "stopped on purpose?",
)
_UNSEEN = both(
    "délivrances d’une autre pharmacie, hospitalisations, stock à domicile, dose changée entre deux délivrances",
    "dispensings of another pharmacy, hospital stays, stock at home, a dose changed between two dispensings",
)


@dataclass(frozen=True, slots=True)
class Refill:
    """What is known of the refills of a line: how many dispensings, and the days they cover when they tell."""

    line: TreatmentLine
    dispensings: int
    coverage: Coverage | None
    missed: bool = False

    @property
    def text(self) -> Text:
        """The sentence about it."""
        return coverage_words(self.coverage)


def refills_of(chart: Chart, lines: Sequence[TreatmentLine]) -> tuple[Refill, ...]:
    """The lines with a recorded dispensing, but for what is taken as needed: it has no days to cover."""
    return tuple(_refill(chart, line) for line in lines if chart.supplies.get(line.id) and not line.prn)


def _refill(chart: Chart, line: TreatmentLine) -> Refill:
    supply = [one for one in chart.supplies[line.id] if one.on <= chart.on]
    said = settled_on(line.facts, MISSED)
    missed = said is not None and chart.on - said <= timedelta(days=WINDOW_DAYS)
    return Refill(line, len(supply), coverage_of(line, supply, chart.on), missed)


def refill_findings(refills: Sequence[Refill]) -> list[Finding]:
    """Medicines whose days covered are under 80 %: a question, until a person says that doses were missed.

    Nothing is said of a line whose dispensings tell nothing, nor while an unknown duration could change the answer.
    """
    return [
        _finding(refill, refill.coverage) for refill in refills if refill.coverage and refill.coverage.good is False
    ]


def _finding(refill: Refill, found: Coverage) -> Finding:
    line, share = refill.line, share_words(found)
    name = line.drug.short
    scale = Scale(0.85, "délivrances et durées enregistrées", "dispensings and durations as recorded")
    if not refill.missed:
        scale.note(0.6, "ce qui n’est pas délivré ici ne se voit pas", "what is dispensed elsewhere does not show here")
    words = refill.text
    return Finding(
        kind=Kind.ADHERENCE,
        id=RULE,
        level="pe",
        status=Status.FIRES if refill.missed else Status.TO_CONFIRM,
        drugs=(line.id,),
        title=both(
            f"Renouvellements espacés de {name}{NBSP}: {share['fr']} des jours couverts",
            f"Widely spaced refills of {name}: {share['en']} of days covered",
        ),
        why=both(f"{words['fr']} {METHOD['fr']}", f"{words['en']} {METHOD['en']}"),
        advice=_ADVICE,
        source=Source(RULE, _EDITION, reference=_REFERENCE),
        confidence=scale.confidence(),
        missing=() if refill.missed else (_UNSEEN,),
        questions=() if refill.missed else (_gaps_question(line, found),),
        awaits_sign_off=False,
    )


def _gaps_question(line: TreatmentLine, found: Coverage) -> Question:
    without = sum((last - first).days + 1 for first, last in found.gaps)
    since = day_words(found.since)
    text = both(
        f"{line.drug.short}{NBSP}: {without}{NBSP}jours sans boîte depuis le {since['fr']}. S’expliquent-ils autrement "
        "que par des prises manquées (autre pharmacie, hospitalisation, stock, dose changée)\u202f?",
        f"{line.drug.short}: {without} days without a box since {since['en']}. Is there another reason than missed "
        "doses (another pharmacy, hospital stay, stock, dose changed)?",
    )
    return Question(f"line:{line.id}:refills", text, lines=(line.id,))


def refill_questions(refills: Sequence[Refill]) -> tuple[Question, ...]:
    """Durations that nobody said and that decide: asked on the page of the dispensings."""
    return tuple(
        Question(
            f"line:{refill.line.id}:days_supplied",
            both(
                f"{refill.line.drug.short}{NBSP}: pour combien de jours étaient les délivrances sans durée\u202f? "
                "À dire sur la page des délivrances.",
                f"{refill.line.drug.short}: for how many days were the dispensings without a duration? To be said on "
                "the page of its dispensings.",
            ),
            lines=(refill.line.id,),
        )
        for refill in refills
        if refill.coverage and refill.coverage.unknown and refill.coverage.good is None
    )
