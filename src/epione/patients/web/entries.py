"""Adding to a record: allergies, problems, measurements; retraction and merge."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.identity.public import signed_in
from epione.kernel.errors import Expected
from epione.patients import services
from epione.patients.domain.observations import MEASURES
from epione.patients.domain.record import FactKind
from epione.patients.frame import frame_of as frame
from epione.patients.services.entries import NewFact

from .forms import AllergyForm, ObservationForm, ProblemForm, ReasonForm
from .pages import actor_of, show_errors


def _content(form: Form) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "on" and value not in ("", None, False)}


def _add(request: HttpRequest, patient_id: UUID, kind: FactKind, form: Form, title: str) -> HttpResponseBase:
    by = actor_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            fact = NewFact(kind, _content(form), form.cleaned_data.get("on"))
            services.add_facts(patient_id=patient_id, facts=[fact], by=by)
        except Expected as refused:
            show_errors(form, refused)
        else:
            messages.success(request, _("Recorded."))
            return redirect("patients:record", patient_id)
    opened = services.open_patient(patient_id=patient_id, by=by)
    units = {code: measure.unit for code, measure in MEASURES.items()} if kind is FactKind.OBSERVATION else {}
    context = frame(opened, by, "record") | {"form": form, "title": title, "units": units}
    return render(request, "patients/add.html", context, status=200 if request.method == "GET" else 422)


@signed_in("patients:write")
def add_allergy(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Record an allergy, or that none is known."""
    return _add(request, patient_id, FactKind.ALLERGY, AllergyForm(request.POST or None), _("Record an allergy"))


@signed_in("patients:write")
def add_problem(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Record a problem."""
    return _add(request, patient_id, FactKind.PROBLEM, ProblemForm(request.POST or None), _("Record a problem"))


@signed_in("patients:write")
def add_observation(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Record a measurement; a value in a doubtful unit is questioned."""
    form = ObservationForm(request.POST or None, language=get_language() or "fr")
    return _add(request, patient_id, FactKind.OBSERVATION, form, _("Record a measurement"))


@require_POST
@signed_in("patients:write")
def retract(request: HttpRequest, patient_id: UUID, fact_id: UUID) -> HttpResponseBase:
    """Say that an entry was wrong, with a reason."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        services.retract_fact(fact_id=fact_id, patient_id=patient_id, reason=reason, by=actor_of(request))
        messages.success(request, _("The entry is retracted; it stays in the history."))
    else:
        messages.error(request, _("Say why the entry was wrong."))
    return redirect("patients:record", patient_id)


def _other(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("merged_id", ""))
    except ValueError:
        raise Http404 from None


@require_POST
@signed_in("patients:write")
def merge(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Read another record as this one."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        services.merge_patients(
            kept_id=patient_id, merged_id=_other(request), reason=form.cleaned_data["reason"], by=actor_of(request)
        )
        messages.success(request, _("The two records are read as one; this can be undone."))
    return redirect("patients:record", patient_id)
