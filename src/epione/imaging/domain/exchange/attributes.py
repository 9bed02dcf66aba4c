"""Which attributes other systems may search for and are told: each with the column that holds it, de-identified."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Level(IntEnum):
    """What one answer stands for (PS3.4 C.6.2: the study root has no level of its own for the patient)."""

    STUDY = 1
    SERIES = 2
    INSTANCE = 3


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. `column` is "" when de-identification leaves it empty, so that no value of it can match.

    `answered` only: it cannot be searched for.
    """

    tag: str
    keyword: str
    vr: str
    level: Level
    column: str = ""
    answered: bool = False


STUDY_UID, SERIES_UID, SOP_UID, SOP_CLASS = "0020000D", "0020000E", "00080018", "00080016"
CHARSET, AVAILABILITY, RETRIEVE_URL, SYNTAX = "00080005", "00080056", "00081190", "00083002"
MODALITIES = "00080061"
PATIENT_ID = "00100020"

ATTRIBUTES: Final = (
    Attribute("00080020", "StudyDate", "DA", Level.STUDY, "study_date"),
    Attribute("00080030", "StudyTime", "TM", Level.STUDY, "study_time"),
    Attribute("00080050", "AccessionNumber", "SH", Level.STUDY),
    Attribute(MODALITIES, "ModalitiesInStudy", "CS", Level.STUDY, "modalities"),
    Attribute("00080090", "ReferringPhysicianName", "PN", Level.STUDY),
    Attribute("00081030", "StudyDescription", "LO", Level.STUDY, "description"),
    Attribute("00100010", "PatientName", "PN", Level.STUDY, "subject__pseudonym"),
    Attribute(PATIENT_ID, "PatientID", "LO", Level.STUDY, "subject__pseudonym"),
    Attribute("00100021", "IssuerOfPatientID", "LO", Level.STUDY),
    Attribute("00100030", "PatientBirthDate", "DA", Level.STUDY, answered=True),
    Attribute("00100040", "PatientSex", "CS", Level.STUDY, answered=True),
    Attribute(STUDY_UID, "StudyInstanceUID", "UI", Level.STUDY, "uid"),
    Attribute("00200010", "StudyID", "SH", Level.STUDY),
    Attribute("00201206", "NumberOfStudyRelatedSeries", "IS", Level.STUDY, "series_count", answered=True),
    Attribute("00201208", "NumberOfStudyRelatedInstances", "IS", Level.STUDY, "instance_count", answered=True),
    Attribute("00080060", "Modality", "CS", Level.SERIES, "modality"),
    Attribute("0008103E", "SeriesDescription", "LO", Level.SERIES, "description"),
    Attribute("00180015", "BodyPartExamined", "CS", Level.SERIES, "body_part"),
    Attribute(SERIES_UID, "SeriesInstanceUID", "UI", Level.SERIES, "uid"),
    Attribute("00200011", "SeriesNumber", "IS", Level.SERIES, "number"),
    Attribute("00201209", "NumberOfSeriesRelatedInstances", "IS", Level.SERIES, "instance_count", answered=True),
    Attribute(SOP_CLASS, "SOPClassUID", "UI", Level.INSTANCE, "sop_class"),
    Attribute(SOP_UID, "SOPInstanceUID", "UI", Level.INSTANCE, "uid"),
    Attribute(SYNTAX, "AvailableTransferSyntaxUID", "UI", Level.INSTANCE, "transfer_syntax", answered=True),
    Attribute("00200013", "InstanceNumber", "IS", Level.INSTANCE, "number"),
    Attribute("00280008", "NumberOfFrames", "IS", Level.INSTANCE, "frames"),
    Attribute("00280010", "Rows", "US", Level.INSTANCE, "rows"),
    Attribute("00280011", "Columns", "US", Level.INSTANCE, "columns"),
)
"""In the order of their tags within a level. Values of the patient are those of her pseudonym."""

BY_TAG: Final = {one.tag: one for one in ATTRIBUTES}
BY_KEYWORD: Final = {one.keyword: one for one in ATTRIBUTES}


def attribute_of(name: str) -> Attribute | None:
    """The attribute of a keyword or of eight hexadecimal digits; None when it is none of ours."""
    return BY_KEYWORD.get(name) or BY_TAG.get(name.upper())


def of_level(level: Level) -> tuple[Attribute, ...]:
    """The attributes that belong to one level."""
    return tuple(one for one in ATTRIBUTES if one.level is level)
