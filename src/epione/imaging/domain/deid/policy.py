"""Policies: which options of the confidentiality profile are in force (PS3.15 E.2 and E.3)."""

from dataclasses import dataclass
from enum import StrEnum

TABLE_EDITION = "2025a+2026c"


class Dates(StrEnum):
    """What becomes of dates and times."""

    REMOVE = "remove"
    SHIFT = "shift"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Policy:
    """The basic profile with its options; `cap_ages` turns ages above 89 into 90 years."""

    name: str
    retain_uids: bool = False
    retain_device: bool = False
    retain_institution: bool = False
    retain_patient_characteristics: bool = False
    dates: Dates = Dates.REMOVE
    clean_descriptors: bool = False
    clean_structured_content: bool = False
    clean_graphics: bool = False
    clean_pixel_data: bool = False
    retain_safe_private: bool = False
    cap_ages: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the table that are in force, those that keep first."""
        chosen = (
            ("uids", self.retain_uids),
            ("device", self.retain_device),
            ("institution", self.retain_institution),
            ("characteristics", self.retain_patient_characteristics),
            ("dates_kept", self.dates is Dates.KEEP),
            ("dates_shifted", self.dates is Dates.SHIFT),
            ("structured", self.clean_structured_content),
            ("graphics", self.clean_graphics),
            ("descriptors", self.clean_descriptors),
        )
        return tuple(name for name, on in chosen if on)

    def codes(self, *, pixels_cleaned: bool) -> tuple[tuple[str, str], ...]:
        """Codes of (0012,0064), context group CID 7050: the basic profile and one per option in force."""
        chosen = (
            ("113100", "Basic Application Confidentiality Profile", True),
            ("113101", "Clean Pixel Data Option", pixels_cleaned),
            ("113103", "Clean Graphics Option", self.clean_graphics),
            ("113104", "Clean Structured Content Option", self.clean_structured_content),
            ("113105", "Clean Descriptors Option", self.clean_descriptors),
            ("113106", "Retain Longitudinal Temporal Information Full Dates Option", self.dates is Dates.KEEP),
            ("113107", "Retain Longitudinal Temporal Information Modified Dates Option", self.dates is Dates.SHIFT),
            ("113108", "Retain Patient Characteristics Option", self.retain_patient_characteristics),
            ("113109", "Retain Device Identity Option", self.retain_device),
            ("113110", "Retain UIDs Option", self.retain_uids),
            ("113111", "Retain Safe Private Option", self.retain_safe_private),
            ("113112", "Retain Institution Identity Option", self.retain_institution),
        )
        return tuple((code, meaning) for code, meaning, on in chosen if on)


_ALL = (
    Policy("complete"),
    Policy(
        "longitudinal",
        dates=Dates.SHIFT,
        retain_patient_characteristics=True,
        clean_descriptors=True,
        clean_structured_content=True,
        clean_graphics=True,
        retain_safe_private=True,
    ),
    Policy(
        "full-dates",
        dates=Dates.KEEP,
        retain_patient_characteristics=True,
        clean_descriptors=True,
        clean_structured_content=True,
        clean_graphics=True,
    ),
    Policy(
        "permissive",
        retain_uids=True,
        retain_device=True,
        retain_institution=True,
        retain_patient_characteristics=True,
        dates=Dates.KEEP,
        clean_descriptors=True,
        clean_structured_content=True,
        clean_graphics=True,
        retain_safe_private=True,
        cap_ages=False,
    ),
)
POLICIES: dict[str, Policy] = {policy.name: policy for policy in _ALL}
