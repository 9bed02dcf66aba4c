"""Health professionals as Pro Santé Connect describes them (claims of its userinfo)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .roles import NURSE, PATIENT, PHARMACIST, PHYSICIAN, RADIOLOGIST, ROLES, SURGEON

ROLES_OF_PROFESSION: dict[str, frozenset[str]] = {
    "10": frozenset({PHYSICIAN, SURGEON, RADIOLOGIST}),
    "21": frozenset({PHARMACIST}),
    "60": frozenset({NURSE}),
}
"""codeProfession (JDV_J65) -> roles that it may carry: 10 physician, 21 pharmacist, 60 nurse."""

CLINICAL_ROLES = frozenset().union(*ROLES_OF_PROFESSION.values())
OTHER_ROLES = frozenset(ROLES) - CLINICAL_ROLES - {PATIENT}


@dataclass(frozen=True, slots=True)
class Activity:
    """One situation of exercise: the profession and where it is exercised."""

    profession: str
    speciality: str
    finess: str
    structure_id: str
    structure: str


@dataclass(frozen=True, slots=True)
class Professional:
    """A person as the provider vouches for her; without activities she has no clinical role."""

    national_id: str
    family_name: str
    given_name: str
    activities: tuple[Activity, ...]

    @property
    def rpps(self) -> str:
        """The RPPS number inside the national id (type 8), "" for other kinds."""
        number = self.national_id
        return number[1:] if len(number) == 12 and number.startswith("8") and number.isdigit() else ""


class NoNationalIdError(ValueError):
    """The provider did not say who it is about."""


def _text(source: Mapping[str, Any], name: str) -> str:
    value = source.get(name)
    return value if isinstance(value, str) else ""


def _rows(source: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects of a list inside an object; nothing where the shape is another."""
    listed = source.get(name) if isinstance(source, Mapping) else None
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def professional(claims: Mapping[str, Any]) -> Professional:
    """Read the claims; raises `NoNationalIdError` without `SubjectNameID`."""
    national_id = _text(claims, "SubjectNameID")
    if not national_id:
        raise NoNationalIdError
    exercises = _rows(claims.get("SubjectRefPro"), "exercices")
    activities = tuple(
        Activity(
            profession=_text(exercise, "codeProfession"),
            speciality=_text(exercise, "codeSavoirFaire"),
            finess=_text(activity, "numeroFinessSite"),
            structure_id=_text(activity, "identifiantTechniqueDeLaStructure"),
            structure=_text(activity, "raisonSocialeSite"),
        )
        for exercise in exercises
        for activity in _rows(exercise, "activities")
    )
    return Professional(national_id, _text(claims, "family_name"), _text(claims, "given_name"), activities)


def roles_for(held: frozenset[str], activity: Activity | None) -> frozenset[str]:
    """What remains of the roles held in the practice: clinical ones only when the profession carries them."""
    carried = ROLES_OF_PROFESSION.get(activity.profession, frozenset()) if activity else frozenset()
    return held & (carried | OTHER_ROLES)
