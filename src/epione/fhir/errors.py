"""What can be refused about an exchange of records."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from epione.kernel.errors import Conflict, Invalid

from .domain.bundle import BadBundle


class UnreadableRecord(Invalid):
    """A file that is not the FHIR R4 record of one patient."""

    code = "unreadable-record"
    sentence = _("This record cannot be imported.")


class OtherPatient(Conflict):
    """A file about somebody who was not born on the day of the patient chosen."""

    code = "other-patient"
    sentence = _("This file is about a patient born on another day: it was not added to this record.")


def unreadable(error: BadBundle) -> UnreadableRecord:
    """The refusal of a file, in the language of the page."""
    language = "en" if (get_language() or "fr").startswith("en") else "fr"
    facts: dict[str, Any] = {"file": [fault[language] for fault in error.faults]}
    return UnreadableRecord(facts)
