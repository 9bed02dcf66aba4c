"""How sure a finding is, explained: the rule's own quality, then what each datum takes away."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache

from epione.medications.domain.drug import TreatmentLine

from .chart import DatedObservation
from .findings import Confidence
from .leaves import both
from .rulebook import Criterion

_RULE = {
    ("full", "high"): (0.95, "règle entièrement codée", "rule coded in full"),
    ("full", "medium"): (0.85, "règle codée avec une limite choisie par nous", "rule coded with a cut-off of ours"),
    ("partial", "high"): (0.75, "règle codée en partie", "rule coded in part"),
    ("partial", "medium"): (
        0.7,
        "règle codée en partie, avec une limite choisie par nous",
        "rule coded in part, with a cut-off of ours",
    ),
}
_MANUAL = (0.6, "règle à apprécier par le pharmacien", "rule for the pharmacist to judge")
_CODES = {
    "who_name": (0.9, "classe de {drug} déduite du nom", "class of {drug} inferred from its name"),
    "same_composition_route": (
        0.98,
        "classe de {drug} déduite de sa composition",
        "class of {drug} inferred from its composition",
    ),
    "manual": (0.95, "classe de {drug} attribuée par nous", "class of {drug} assigned by us"),
    "several": (0.9, "plusieurs classes possibles pour {drug}", "several possible classes for {drug}"),
    "who_name_ambiguous": (0.6, "classe de {drug} incertaine", "uncertain class of {drug}"),
}
_OLD_DAYS = 365
_OPEN = (0.6, "une donnée manque", "a datum is missing")


class Scale:
    """A confidence being built: `note` lowers it by a factor and says why."""

    __slots__ = ("_reasons", "value")

    def __init__(self, value: float, french: str, english: str) -> None:
        self.value = value
        self._reasons = [(french, english)]

    def note(self, factor: float, french: str, english: str) -> None:
        """Something that makes the finding less sure."""
        self.value *= factor
        self._reasons.append((french, english))

    def confidence(self) -> Confidence:
        """The value and its reasons."""
        return _confidence(round(self.value, 2), tuple(dict.fromkeys(self._reasons)))


@lru_cache(maxsize=4096)
def _confidence(value: float, reasons: tuple[tuple[str, str], ...]) -> Confidence:
    texts = both("\u202f; ".join(fr for fr, _ in reasons), "; ".join(en for _, en in reasons))
    return Confidence(value, texts)


def of_criterion(
    criterion: Criterion, *, fires: bool, lines: Sequence[TreatmentLine], used: Iterable[DatedObservation], on: date
) -> Confidence:
    """Confidence of a criterion: its coding, its medicines' codes, the age of its measurements."""
    measurements = list(used)
    if not measurements and not any(line.drug.atc_source in _CODES for line in lines):
        return _of_rule(criterion.computable, criterion.confidence, fires=fires)
    scale = Scale(*_RULE.get((criterion.computable, criterion.confidence), _MANUAL))
    note_codes(scale, lines)
    for one in measurements:
        if one.on is None:
            scale.note(0.95, f"mesure non datée ({one.code})", f"undated measurement ({one.code})")
        elif (on - one.on).days > _OLD_DAYS:
            scale.note(0.85, f"mesure de plus d’un an ({one.code})", f"measurement over a year old ({one.code})")
    if not fires:
        scale.note(*_OPEN)
    return scale.confidence()


@cache
def _of_rule(computable: str, confidence: str, *, fires: bool) -> Confidence:
    """The confidence of a rule whose data leave no doubt."""
    scale = Scale(*_RULE.get((computable, confidence), _MANUAL))
    if not fires:
        scale.note(*_OPEN)
    return scale.confidence()


def note_codes(scale: Scale, lines: Iterable[TreatmentLine]) -> None:
    """What the source of each medicine's code takes away."""
    for line in lines:
        known = _CODES.get(line.drug.atc_source)
        if known is not None:
            factor, french, english = known
            scale.note(factor, french.format(drug=line.drug.short), english.format(drug=line.drug.short))
