"""What a review says: one finding per problem, with its level, reasons, source, confidence and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .chart import Text
from .questions import Question


class Kind(StrEnum):
    """What a finding is about; the order is that of the page at equal level."""

    CONTRAINDICATION = "contraindication"
    INTERACTION = "interaction"
    STOPP = "stopp"
    DUPLICATE = "duplicate"
    DOSE = "dose"
    ADHERENCE = "adherence"
    START = "start"
    SCORE = "score"


class Status(StrEnum):
    """`fires` is established; `to_confirm` depends on something unknown."""

    FIRES = "fires"
    TO_CONFIRM = "to_confirm"


LEVELS = ("ci", "ad", "pe", "apc")

# STOPP/START has no levels of constraint: our own triage grade is placed on the scale of the thesaurus.
SEVERITY_LEVELS = {"high": "ad", "moderate": "pe", "low": "apc"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: its id in the source, the edition, the page when it has one."""

    rule: str
    edition: str
    page: int | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure the finding is, 0 to 1, and why in words."""

    value: float
    because: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of a treatment.

    `drugs` are ids of treatment lines; `missing` says what the rule itself cannot know; `questions` what would settle a
    finding to be confirmed; `also` the ids of mirror criteria told by this one; `could_be` the levels still possible;
    `awaits_sign_off` that no pharmacist has validated the coding of the rule yet; `background` that nothing known of
    the patient points to it, so that it is read last; `detail` the `PairResult` of an interaction, under `pair`.
    """

    kind: Kind
    id: str
    level: str
    status: Status
    drugs: tuple[str, ...]
    title: Text
    why: Text
    advice: Text
    source: Source
    confidence: Confidence
    missing: tuple[Text, ...] = ()
    questions: tuple[Question, ...] = ()
    could_be: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    awaits_sign_off: bool = True
    background: bool = False
    detail: Mapping[str, object] = field(default_factory=dict, hash=False, compare=False)

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes it the same finding before and after a change: its kind, rule and drugs."""
        return (self.kind.value, self.id, tuple(sorted(self.drugs)))

    @property
    def card(self) -> str:
        """Findings about the same one or two medicines are read together; one about more, or none, stands alone.

        So does adherence: how a medicine is taken is another conversation than whether it should be.
        """
        if self.kind is Kind.ADHERENCE:
            return "+".join((self.id, *self.drugs))
        if 0 < len(self.drugs) <= 2 and self.kind not in {Kind.SCORE, Kind.START}:
            return "+".join(sorted(self.drugs))
        return self.id


# How urgently each (status, level) must be read: an established contra-indication first, minor doubts last.
_URGENCY = {
    ("fires", "ci"): 0,
    ("fires", "ad"): 1,
    ("to_confirm", "ci"): 2,
    ("fires", "pe"): 3,
    ("to_confirm", "ad"): 4,
    ("fires", "apc"): 5,
    ("to_confirm", "pe"): 6,
    ("to_confirm", "apc"): 7,
}
_KIND_ORDER = {kind: order for order, kind in enumerate(Kind)}


def urgency(finding: Finding) -> tuple[bool, int, int, float]:
    """Sort key of the page: urgency of status and level, then kind, then the surest first."""
    return (
        finding.background,
        _URGENCY[finding.status, finding.level],
        _KIND_ORDER[finding.kind],
        -finding.confidence.value,
    )
