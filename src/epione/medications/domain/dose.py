"""Doses that cannot be right as written. No clinical maximum is checked: no open French table of them exists."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from epione.medications.domain.drug import TreatmentLine

Text = Mapping[str, str]


class DoseFault(StrEnum):
    """What is wrong with a dose as written."""

    IMPOSSIBLE = "impossible"
    UNIT = "unit"
    NOT_DIVISIBLE = "not_divisible"
    INCONSISTENT = "inconsistent"
    FREQUENCY = "frequency"


@dataclass(frozen=True, slots=True)
class DoseDoubt:
    """A line whose dose must be asked again: `fault` is certain for `IMPOSSIBLE`, the others are doubts."""

    line: str
    drug: str
    fault: DoseFault
    question: Text


# More of them at once is a slip of the unit rather than a prescription.
_MOST_ELEMENTS = 20
_MOST_GRAMS_AT_ONCE = 50
_MOST_INTAKES_A_DAY = 24
_TOLERANCE = 0.01
# Smallest part of one element that people take: a tablet breaks in four, a capsule does not break.
_PARTS = {"comprimé": 4, "gélule": 1, "capsule": 1}


def check_doses(lines: Sequence[TreatmentLine]) -> list[DoseDoubt]:
    """The doses that are impossible, doubtful by their unit, not made of whole parts, or that contradict themselves."""
    return [doubt for line in lines for doubt in _doubts(line)]


def _doubts(line: TreatmentLine) -> Iterator[DoseDoubt]:
    if any(value is not None and value <= 0 for value in (line.dose_value, line.dose_mg, line.daily_mg, line.per_day)):
        yield _doubt(line, DoseFault.IMPOSSIBLE)
        return
    if line.per_day is not None and line.per_day > _MOST_INTAKES_A_DAY:
        yield _doubt(line, DoseFault.FREQUENCY, per_day=f"{line.per_day:g}")
    elements = _elements(line)
    if _is_huge(line, elements):
        yield _doubt(line, DoseFault.UNIT, dose=_written(line))
    elif elements is not None and not _made_of_parts(line, elements):
        yield _doubt(line, DoseFault.NOT_DIVISIBLE, dose=_written(line), strength=_strength(line))
    if line.dose_mg is not None and line.per_day is not None and line.daily_mg is not None:
        product = line.dose_mg * line.per_day
        if abs(product - line.daily_mg) > _TOLERANCE * max(product, line.daily_mg):
            yield _doubt(line, DoseFault.INCONSISTENT, product=_number(product), daily=_number(line.daily_mg))


def _elements(line: TreatmentLine) -> float | None:
    """How many tablets or capsules one intake is; None when the catalogue or the line does not tell."""
    parts = line.drug.ingredients
    if line.dose_mg is None or not parts or parts[0].amount is None or parts[0].unit != "mg":
        return None
    return line.dose_mg / parts[0].amount


def _is_huge(line: TreatmentLine, elements: float | None) -> bool:
    if elements is not None:
        return elements > _MOST_ELEMENTS
    return line.dose_mg is not None and line.dose_mg > _MOST_GRAMS_AT_ONCE * 1000


def _made_of_parts(line: TreatmentLine, elements: float) -> bool:
    form = line.drug.form.lower()
    parts = next((parts for word, parts in _PARTS.items() if word in form), None)
    if parts is None:
        return True
    counted = elements * parts
    return abs(counted - round(counted)) < _TOLERANCE and round(counted) > 0


def _doubt(line: TreatmentLine, fault: DoseFault, **values: str) -> DoseDoubt:
    question = {
        "fr": _QUESTIONS[fault]["fr"].format(
            drug=line.drug.short, **{k: v.replace(".", ",") for k, v in values.items()}
        ),
        "en": _QUESTIONS[fault]["en"].format(drug=line.drug.short, **values),
    }
    return DoseDoubt(line.id, line.drug.name, fault, question)


def _written(line: TreatmentLine) -> str:
    if line.dose_value is not None and line.dose_unit:
        return f"{_number(line.dose_value)}\u00a0{line.dose_unit}"
    return f"{_number(line.dose_mg or 0)}\u00a0mg"


def _strength(line: TreatmentLine) -> str:
    return f"{_number(line.drug.ingredients[0].amount or 0)}\u00a0mg"


def _number(value: float) -> str:
    return f"{round(value, 3):g}" if value < 1_000_000 else f"{value:.0f}"


_QUESTIONS: dict[DoseFault, Text] = {
    DoseFault.IMPOSSIBLE: {
        "fr": "{drug}\u00a0: une dose nulle ou négative est impossible, quelle est la bonne\u202f?",
        "en": "{drug}: a zero or negative dose is impossible, which is the right one?",
    },
    DoseFault.UNIT: {
        "fr": "{drug}\u00a0: {dose} en une prise, est-ce la bonne unité\u202f?",
        "en": "{drug}: {dose} in one intake, is it the right unit?",
    },
    DoseFault.NOT_DIVISIBLE: {
        "fr": "{drug}\u00a0: {dose} ne se fait pas avec le dosage {strength}, quelle dose est prise\u202f?",
        "en": "{drug}: {dose} cannot be made of the strength {strength}, which dose is taken?",
    },
    DoseFault.INCONSISTENT: {
        "fr": "{drug}\u00a0: la dose par prise donne {product}\u00a0mg par jour, mais {daily}\u00a0mg sont "
        "écrits\u202f; lequel est juste\u202f?",
        "en": "{drug}: the dose per intake makes {product} mg a day, but {daily} mg is written; which is right?",
    },
    DoseFault.FREQUENCY: {
        "fr": "{drug}\u00a0: {per_day} prises par jour, est-ce exact\u202f?",
        "en": "{drug}: {per_day} intakes a day, is it right?",
    },
}
