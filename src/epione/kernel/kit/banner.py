"""The patient banner: who the open record is about, and what kills. The patients module fills it."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import pgettext_lazy


class AllergyState(StrEnum):
    """Three different facts that must never read alike."""

    KNOWN = "known"
    NONE_KNOWN = "none"
    NOT_RECORDED = "missing"

    @property
    def words(self) -> str:
        """What stands in place of the list."""
        return str(
            {
                "none": pgettext_lazy("allergies", "None known"),
                "missing": pgettext_lazy("allergies", "Not recorded"),
            }.get(self.value, "")
        )


@dataclass(frozen=True, slots=True)
class Vital:
    """One measure: an empty `value` shows "not measured". `trend` are past values, oldest first, for the sparkline.

    `extra` marks what a workspace adds: it goes first when the screen narrows.
    """

    label: str
    value: str = ""
    detail: str = ""
    trend: tuple[float, ...] = ()
    extra: bool = False


@dataclass(frozen=True, slots=True)
class PatientBanner:
    """The identity strip of an open record. `born` is already written in the language of the page.

    `allergies` are pairs (substance, detail); the first is shown, the others open in a list, none is ever cut.
    """

    name: str
    sex: str
    age: str
    born: str
    allergy_state: AllergyState
    allergies: tuple[tuple[str, str], ...] = ()
    vitals: tuple[Vital, ...] = field(default_factory=tuple)
    url: str = ""
    close_url: str = ""
    allergies_url: str = ""
