"""Who the object's patient was and what stands for her."""

from dataclasses import dataclass
from functools import lru_cache

from epione.imaging.domain.dicom import Header, tags
from epione.imaging.domain.dicom.walk import UNDEFINED

from .identifiers import Identifiers
from .policy import Policy
from .report import Original
from .secrets import Derived

_OTHER = {
    "other_patient_ids": 0x00101000,
    "other_patient_names": 0x00101001,
    "study_description": 0x00081030,
    "institution": 0x00080080,
    "referring_physician": 0x00080090,
    "performing_physician": 0x00081050,
    "operators": 0x00081070,
}
_NAMES = (tags.PATIENT_NAME, 0x00101001, 0x00101005, 0x00101060, 0x00102297)
_NUMBERS = (tags.PATIENT_ID, 0x00101000, 0x00102154, tags.ACCESSION_NUMBER)


@dataclass(frozen=True, slots=True)
class Patient:
    """What replaces the identity of the object's patient; `days` is the shift of dates, `original` her bytes."""

    derived: Derived
    policy: Policy
    original: frozenset[bytes]
    pseudonym: bytes
    days: int


def patient_of(header: Header, policy: Policy, secret: bytes, subject: str | None) -> Patient:
    """The replacements for the patient of this object; `subject` names her when the practice already knows her."""
    derived = Derived(secret, subject or subject_of(header))
    original = frozenset(header.raw(tag).strip(b"\0 ") for tag in (tags.PATIENT_ID, tags.PATIENT_NAME)) - {b""}
    return Patient(derived, policy, original, derived.pseudonym().encode(), derived.days())


def subject_of(header: Header) -> str:
    """What makes two objects those of one patient: issuer and number; else name and birth date; else the study."""
    number = header.patient_id.strip()
    if number:
        return f"id\0{header.get(tags.ISSUER_OF_PATIENT_ID).strip()}\0{number}"
    name, birth = header.patient_name.strip(), header.get(tags.PATIENT_BIRTH_DATE).strip()
    if name and birth:
        return f"name\0{name}\0{birth}"
    return f"study\0{header.study_uid}"


def original_of(header: Header) -> Original:
    """Identity and references as received."""
    return Original(
        patient_id=header.patient_id,
        issuer=header.get(tags.ISSUER_OF_PATIENT_ID),
        patient_name=header.patient_name,
        birth_date=header.get(tags.PATIENT_BIRTH_DATE),
        sex=header.get(tags.PATIENT_SEX),
        study_uid=header.study_uid,
        series_uid=header.series_uid,
        sop_instance_uid=header.sop_instance_uid,
        accession_number=header.get(tags.ACCESSION_NUMBER),
        study_id=header.get(tags.STUDY_ID),
        study_date=header.get(tags.STUDY_DATE),
        other={name: text for name, tag in _OTHER.items() if tag in header and (text := header.get(tag))},
    )


def identifiers_of(header: Header) -> Identifiers:
    """Names and numbers of the patient to look for in texts."""
    names = tuple(header.get(tag) for tag in _NAMES if tag in header and header.elements[tag][3] != UNDEFINED)
    numbers = tuple(one for tag in _NUMBERS if tag in header for one in header.values(tag))
    return _identifiers(names, numbers)


@lru_cache(maxsize=128)
def _identifiers(names: tuple[str, ...], numbers: tuple[str, ...]) -> Identifiers:
    return Identifiers(names, numbers)
