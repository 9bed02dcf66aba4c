"""What was dispensed for a line: several dates at once, what is not known asked, the days covered drawn."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from epione.identity.public import signed_in
from epione.kernel import clock
from epione.kernel.errors import Expected
from epione.kernel.kit.formats import day, language, number
from epione.medications.public import COVERAGE_METHOD, coverage_words
from epione.prescriptions import services
from epione.prescriptions.domain.dispensing import DispensedBy, suggested_days
from epione.prescriptions.queries import DispensingView, Supply
from epione.prescriptions.record import coverage_chart

from .forms import DAYS_KNOWN, DaysForm, DispensingForm, ReasonForm, dispenser_words
from .lines import show_errors
from .pages import by_of, frame


@dataclass(frozen=True, slots=True)
class Row:
    """A dispensing as the page lists it; `suggested` are the days that its quantity would last."""

    view: DispensingView
    amount: str
    known: str
    suggested: int | None


def _row(supply: Supply, view: DispensingView) -> Row:
    content = view.content
    boxes = ngettext("%(n)s box", "%(n)s boxes", content.boxes) % {"n": content.boxes} if content.boxes else ""
    quantity = f"{number(content.quantity)} {content.unit}".strip() if content.quantity else ""
    known = " · ".join(filter(None, (dispenser_words(content.source), content.dispenser)))
    suggested = suggested_days(supply.line.content, content.quantity)
    return Row(view, " · ".join(filter(None, (boxes, quantity))), known, suggested)


def _sentence(supply: Supply) -> str:
    if supply.line.intake.prn:
        return _("Taken as needed: there are no days to cover.")
    return coverage_words(supply.coverage)[language()]


def _context(request: HttpRequest, supply: Supply) -> dict[str, Any]:
    by = by_of(request)
    sentence = _sentence(supply)
    return frame(by, supply.line.patient_id) | {
        "line": supply.line,
        "name": supply.line.drug.short if supply.line.drug.cis else supply.line.content.written,
        "rows": [_row(supply, view) for view in supply.dispensings],
        "asked": [_row(supply, view) for view in supply.open_days],
        "sentence": sentence,
        "coverage": supply.coverage,
        "method": COVERAGE_METHOD[language()],
        "today": clock.today(),
        **(coverage_chart([supply], sentence) or {}),
    }


@signed_in("prescriptions:read")
def dispensings(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """The dispensings of a line with the days they cover; several dates are recorded at once."""
    supply = services.open_dispensings(line_id=line_id, by=by_of(request))
    form = DispensingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.record_dispensings(line_id=line_id, contents=form.contents(), by=by_of(request))
        except Expected as refused:
            show_errors(form, refused)
        else:
            said = ngettext("%(n)s dispensing is recorded.", "%(n)s dispensings are recorded.", len(kept))
            messages.success(request, said % {"n": len(kept)})
            return redirect("prescriptions:dispensings", line_id)
    context = _context(request, supply) | {"form": form}
    return render(request, "prescriptions/dispensings.html", context, status=200 if request.method == "GET" else 422)


@require_POST
@signed_in("prescriptions:write")
def days(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """Answer how many days a dispensing lasts: the former entry is retracted, the whole one takes its place."""
    by = by_of(request)
    supply = services.open_dispensings(line_id=line_id, by=by)
    form = DaysForm(request.POST)
    found = next((one for one in supply.open_days if str(one.content.on) == request.POST.get("on")), None)
    if found is None or not form.is_valid():
        messages.error(request, _("Give a number of days from 1 to 400."))
        return redirect("prescriptions:dispensings", line_id)
    content = replace(found.content, days=form.cleaned_data["days"])
    try:
        if found.id is None:
            services.record_dispensings(line_id=line_id, contents=[replace(content, source=DispensedBy.FILE)], by=by)
        else:
            services.correct_dispensing(
                line_id=line_id, dispensing_id=found.id, content=content, reason=str(DAYS_KNOWN), by=by
            )
    except Expected as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The dispensing of %(date)s is complete.") % {"date": day(found.content.on)})
    return redirect("prescriptions:dispensings", line_id)


@require_POST
@signed_in("prescriptions:write")
def retract(request: HttpRequest, line_id: UUID, dispensing_id: UUID) -> HttpResponseBase:
    """Retract a dispensing recorded by mistake, with the reason."""
    form = ReasonForm(request.POST)
    form.is_valid()
    try:
        services.retract_dispensing(
            line_id=line_id, dispensing_id=dispensing_id, reason=form.cleaned_data.get("reason", ""), by=by_of(request)
        )
    except Expected as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The dispensing is retracted; it stays in the history with the reason."))
    return redirect("prescriptions:dispensings", line_id)
