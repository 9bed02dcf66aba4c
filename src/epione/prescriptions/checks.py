"""What a treatment line must satisfy before it is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from epione.kernel import clock
from epione.kernel.errors import Invalid
from epione.kernel.kit.formats import day

from .domain.dispensing import MOST_BOXES, MOST_DATES, MOST_DAYS, MOST_QUANTITY, DispensingContent
from .domain.line import LineContent

OLDEST = date(1990, 1, 1)
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
    if any(one > clock.today() for one in content.dispensed_on):
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


def _dispensing_faults(content: DispensingContent) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    if content.on > clock.today():
        faults["on"] = [_("%(date)s is in the future: check the year.") % {"date": day(content.on)}]
    elif content.on < OLDEST:
        faults["on"] = [_("%(date)s is too long ago: check the year.") % {"date": day(content.on)}]
    if content.days is not None and not 1 <= content.days <= MOST_DAYS:
        faults["days"] = [
            _("A supply lasts from 1 to %(most)s days; leave it empty when it is not known.") % {"most": MOST_DAYS}
        ]
    if content.boxes is not None and not 1 <= content.boxes <= MOST_BOXES:
        faults["boxes"] = [_("Boxes are counted from 1 to %(most)s.") % {"most": MOST_BOXES}]
    if content.quantity is not None and not 0 < content.quantity <= MOST_QUANTITY:
        faults["quantity"] = [_("A quantity is greater than zero; leave it empty when it is not known.")]
    return faults


def checked_dispensings(contents: Sequence[DispensingContent], there: Iterable[date]) -> None:
    """Raise `Invalid` naming what cannot be kept: one dispensing a day and a line, or a box would count twice."""
    faults: dict[str, list[str]] = {}
    taken = set(there)
    if not contents:
        faults["on"] = [_("Give at least one date.")]
    if len(contents) > MOST_DATES:
        faults["on"] = [_("More than %(most)s dates at once: record them in several goes.") % {"most": MOST_DATES}]
    for content in contents:
        for name, sentences in _dispensing_faults(content).items():
            known = faults.setdefault(name, [])
            known.extend(sentence for sentence in sentences if sentence not in known)
        if content.on in taken:
            faults.setdefault("on", []).append(
                _("A dispensing of %(date)s is already recorded: count its boxes together, or retract it first.")
                % {"date": day(content.on)}
            )
        taken.add(content.on)
    if faults:
        raise Invalid(faults)
