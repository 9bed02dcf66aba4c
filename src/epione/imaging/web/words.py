"""Codes of imaging in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from epione.imaging.errors import sentence_of
from epione.imaging.models import StudyState

MODALITIES: dict[str, Any] = {
    "CR": _("Computed radiography"),
    "CT": _("CT"),
    "DX": _("Digital radiography"),
    "MG": _("Mammography"),
    "MR": _("MR"),
    "NM": _("Nuclear medicine"),
    "OT": _("Other"),
    "PT": _("PET"),
    "RF": _("Fluoroscopy"),
    "SC": _("Secondary capture"),
    "SEG": _("Segmentation"),
    "SR": _("Structured report"),
    "US": _("Ultrasound"),
    "XA": _("Angiography"),
    "XC": _("Photograph"),
}
"""Words of the modality codes (PS3.3 C.7.3.1.1.1) that are met most."""

STATES: dict[str, Any] = {
    StudyState.NEW: _("To read"),
    StudyState.READING: _("Being read"),
    StudyState.REPORTED: _("Reported"),
}

REASONS: dict[str, Any] = {
    "declared_yes": _("the modality says that text is burned in"),
    "not_declared": _("the modality does not say whether text is burned in"),
    "ultrasound": _("ultrasound machines often write the name above the picture"),
    "secondary_capture": _("it is a capture of a screen or of a document"),
    "scanned": _("it was digitised from paper or film"),
    "screen_or_label": _("it is a screen, a label or a report kept as an image"),
    "derived_secondary": _("it is a derived or secondary image"),
    "colours": _("it is in colours, where a reconstruction has none"),
    "overlay_in_pixels": _("something is drawn in unused bits of its pixels"),
    "text_found": _("text was found in the image"),
    "truncated_pixels": _("its pixels are incomplete"),
}
"""Why an image waits for a person."""


SOURCES: dict[str, Any] = {
    "upload": _("Page or program"),
    "archive": _("Archive"),
    "folder": _("Folder"),
    "stow": _("DICOMweb"),
    "dimse": _("DICOM"),
}
"""The doors by which files come."""


def source_words(code: str) -> str:
    """By which door a file came."""
    return str(SOURCES.get(code, code))


POLICY_WORDS: dict[str, Any] = {
    "complete": (
        _("Nothing is kept"),
        _(
            "Names, numbers, places, machines, descriptions and every date are removed. Examinations of one person "
            "cannot be put in order, age and sex are unknown: for publishing, not for care."
        ),
    ),
    "longitudinal": (
        _("Intervals are kept"),
        _(
            "Dates are shifted by one secret number of days for each person: the time between her examinations stays "
            "true. Age, sex and weight are kept; descriptions are cleaned of names. Enough to read images: the default."
        ),
    ),
    "full-dates": (
        _("True dates are kept"),
        _(
            "As above with the true dates, which help whoever wants to find the person again. Private elements of "
            "manufacturers are removed."
        ),
    ),
    "permissive": (
        _("Nearly everything but names is kept"),
        _(
            "True dates, original identifiers (UIDs), machine and institution stay. Images remain easy to trace to "
            "the person: only inside the practice."
        ),
    ),
}
"""What each policy of de-identification keeps, for those who choose it."""

ATTRIBUTES: dict[str, Any] = {
    "PatientName": _("Name of the patient"),
    "PatientBirthDate": _("Date of birth"),
    "patient_name": _("Name of the patient"),
    "patient_id": _("Identifier of the patient"),
    "issuer": _("Issuer of the identifier"),
    "birth_date": _("Date of birth"),
    "sex": _("Sex"),
    "accession_number": _("Accession number"),
    "study_id": _("Number of the examination"),
    "study_date": _("Date of the examination"),
    "study_uid": _("UID of the examination"),
    "series_uid": _("UID of the series"),
    "sop_instance_uid": _("UID of the image"),
}
"""Identifiers that came with images; others keep their DICOM keyword."""


def attribute_words(name: str) -> str:
    """An identifier in words."""
    return str(ATTRIBUTES.get(name, name))


def policy_title(name: str) -> str:
    """A policy of de-identification in words."""
    return str(POLICY_WORDS[name][0]) if name in POLICY_WORDS else name


def modality_words(code: str) -> str:
    """A modality in words, its code first."""
    return f"{code} · {MODALITIES[code]}" if code in MODALITIES else code


def state_words(code: str) -> str:
    """Where the reading of a study stands."""
    return str(STATES.get(code, code))


def reason_words(code: str) -> str:
    """Why an image waits; an unknown code is shown as it is rather than hidden."""
    return str(REASONS.get(code, code))


def refusal_words(code: str) -> str:
    """Why a file was refused and what to do."""
    return str(sentence_of(code))
