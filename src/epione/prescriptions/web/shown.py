"""A treatment as the pages show it: rows with their grid, words for a rhythm, differences of two versions."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from epione.kernel.kit.formats import day, language, measure, number
from epione.kernel.kit.parts import Change, changes_between
from epione.medications.public import Drug
from epione.prescriptions.domain.line import LineContent, Source, default_unit
from epione.prescriptions.domain.posology import Posology
from epione.prescriptions.proposals import inn_of
from epione.prescriptions.queries import LineView

SIGNS = {0.25: "¼", 0.5: "½", 0.75: "¾"}
_MONTH = 25
_WEEK = 7


def moment_names() -> tuple[str, str, str, str]:
    """Morning, noon, evening, bedtime, in words."""
    return (_("morning"), _("noon"), _("evening"), _("bedtime"))


def quantity(value: float) -> str:
    """A quantity as people write it: 1, ½, 1½, 0,3."""
    whole = int(value)
    sign = SIGNS.get(round(value - whole, 2))
    if sign:
        return f"{whole or ''}{sign}"
    return number(round(value, 2))


def rate_words(per_day: float | None) -> str:
    """How often in words: twice a day, once a week, every 3 months; "" when it is unknown."""
    if not per_day:
        return ""
    if per_day >= 1:
        times = quantity(per_day)
        return ngettext("%(times)s intake a day", "%(times)s intakes a day", int(per_day)) % {"times": times}
    days = round(1 / per_day)
    if days >= _MONTH:
        months = max(round(days / 30), 1)
        return ngettext("every month", "every %(n)s months", months) % {"n": months}
    if days % _WEEK == 0:
        return ngettext("every week", "every %(n)s weeks", days // _WEEK) % {"n": days // _WEEK}
    return _("every %(n)s days") % {"n": days}


def reading_words(read: Posology) -> str:
    """What a typed posology is taken for, in one line."""
    unit = read.dose_unit or ""
    pieces = []
    if read.moments:
        taken = zip(read.moments, moment_names(), strict=True)
        pieces.append(", ".join(f"{measure_of(value, unit)} {name}" for value, name in taken if value))
    elif read.dose_value is not None:
        pieces.append(measure_of(read.dose_value, unit))
    if read.daily_units and read.per_day and read.per_day >= 1:
        pieces.append(_("%(total)s a day") % {"total": measure_of(read.daily_units, unit)})
    elif words := rate_words(read.per_day):
        pieces.append(words)
    if read.prn:
        pieces.append(_("as needed"))
    return " · ".join(piece for piece in pieces if piece)


def measure_of(value: float, unit: str) -> str:
    """A quantity and its unit on one line."""
    return measure(value, unit) if value not in SIGNS else f"{quantity(value)}\u00a0{unit}".rstrip("\u00a0")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page."""

    view: LineView
    name: str
    inn: str
    unknown: bool
    grid: tuple[str, ...]
    intake: str
    source: str
    short: str = ""
    form: str = ""

    @property
    def content(self) -> LineContent:
        """The line as entered."""
        return self.view.content


def source_words(source: Source) -> str:
    """How the medicine reaches the patient, in words."""
    return {Source.PRESCRIBED: _("Prescribed"), Source.DISPENSED: _("Dispensed"), Source.SELF: _("Self-medication")}[
        source
    ]


def intake_words(view: LineView) -> str:
    """Dose and rhythm of a line in words, "" when neither is known."""
    intake = view.intake
    read = Posology(
        "", intake.dose_value, intake.dose_unit or default_unit(view.drug), intake.per_day, intake.moments, intake.prn
    )
    return reading_words(read)


def form_of(drug: Drug) -> str:
    """The form as the register writes it behind the last comma of the name, "" when there is none."""
    return drug.name.rpartition(", ")[2] if drug.cis and ", " in drug.name else ""


def row_of(view: LineView) -> Row:
    """A line for the page."""
    moments = view.intake.moments
    return Row(
        view=view,
        name=view.drug.name if view.drug.cis else view.content.written,
        inn=inn_of(view.drug),
        unknown=not view.drug.checkable,
        grid=tuple(quantity(value) if value else "" for value in moments) if moments else (),
        intake=intake_words(view),
        source=source_words(view.content.source),
        short=view.drug.short if view.drug.cis else view.content.written,
        form=form_of(view.drug),
    )


def _said(content: LineContent) -> dict[str, str]:
    truth = {True: _("yes"), False: _("no"), None: ""}
    dose = measure(content.dose_value, content.dose_unit) if content.dose_value is not None else ""
    return {
        _("Medicine"): " ".join(filter(None, (content.written, content.cis or content.inn))),
        _("Posology"): content.posology,
        _("Dose"): " ".join(filter(None, (dose, rate_words(content.per_day)))),
        _("As needed"): truth[content.prn],
        _("Route"): content.route,
        _("Start"): day(content.start) if content.start else "",
        _("End"): day(content.end) if content.end else "",
        _("Indication"): content.indication,
        _("Prescriber"): content.prescriber,
        _("Source"): source_words(content.source),
    }


def differences(before: LineContent, after: LineContent) -> list[tuple[str, tuple[Change, ...]]]:
    """Field by field, what differs between two versions."""
    old, new = _said(before), _said(after)
    return [(name, changes_between(old[name] or "–", new[name] or "–")) for name in old if old[name] != new[name]]


def duplicate_words(found: list[tuple[str, str, list[str]]]) -> list[str]:
    """Sentences about what a new line would repeat."""
    english = language() == "en"
    return [
        _("%(what)s is already in the treatment: %(names)s")
        % {"what": second if english else first, "names": ", ".join(names)}
        for first, second, names in found
    ]


def rows_of(views: Any) -> list[Row]:
    """Lines for the page, by name."""
    return sorted((row_of(view) for view in views), key=lambda row: row.name.lower())
