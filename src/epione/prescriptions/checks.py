"""What a treatment line must satisfy before it is kept."""

from dataclasses import replace

from django.utils.translation import gettext as _

from epione.kernel import clock
from epione.kernel.errors import Invalid

from .domain.line import LineContent

MAX_PER_DAY = 48
MAX_DOSE = 100_000


def _dose_faults(content: LineContent) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    if content.dose_value is not None and not 0 < content.dose_value <= MAX_DOSE:
        faults["dose_value"] = [_("A dose is greater than zero; check the number and its unit.")]
    if content.dose_value is not None and not content.dose_unit:
        faults["dose_unit"] = [_("Say the unit of the dose (tablet, mg, drop...).")]
    if content.per_day is not None and not 0 < content.per_day <= MAX_PER_DAY:
        faults["per_day"] = [_("This rhythm is not possible: check the number of intakes a day.")]
    return faults


def _date_faults(content: LineContent) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    if content.start and content.end and content.end < content.start:
        faults["end"] = [_("The end is before the start.")]
    if any(day > clock.today() for day in content.dispensed_on):
        faults["dispensed_on"] = [_("This date is in the future: check the year.")]
    return faults


def checked_line(content: LineContent) -> LineContent:
    """The line, trimmed; `Invalid` names each field that cannot be kept."""
    written = " ".join(content.written.split())
    faults = {**_dose_faults(content), **_date_faults(content)}
    if not written:
        faults["written"] = [_("Name the medicine.")]
    if content.posology and content.confirmed and content.read.unread:
        faults["posology"] = [
            _("This posology could not be read: write it like “1-0-1”, “1 tablet morning and evening” or “as needed”.")
        ]
    if faults:
        raise Invalid(faults)
    return replace(content, written=written)
