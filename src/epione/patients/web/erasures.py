"""Erasure of a person: what would go and what must stay, holds, proposals, and the second person's decision."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from epione.identity.public import allowed, people_of, require_reauthentication, signed_in
from epione.kernel.errors import Expected, Invalid, NotFound
from epione.patients import queries, services
from epione.patients.domain.erasure import Part, Why

from .pages import actor_of

EARLIER_PASSWORD = 300
"""Seconds during which a proof of identity is good for an erasure."""
WHY = {
    Why.RECORD: gettext_lazy("Duty to keep the record"),
    Why.MINOR: gettext_lazy("The person was a child: kept to the 28th birthday at least"),
    Why.BILLS: gettext_lazy("Duty to keep the bills, 10 years"),
    Why.HOLD: gettext_lazy("A claim or procedure suspends every term"),
}
KINDS = {
    "patients.clinicalfact": gettext_lazy("Entries of the record"),
    "patients.identifier": gettext_lazy("Record numbers"),
    "patients.careteammember": gettext_lazy("Members of the care team"),
    "patients.legalhold": gettext_lazy("Lifted holds"),
    "prescriptions": gettext_lazy("Treatments"),
    "medication_reviews": gettext_lazy("Medication reviews"),
    "documents": gettext_lazy("Documents"),
    "billing": gettext_lazy("Bills"),
    "notifications": gettext_lazy("Notifications"),
    "imaging": gettext_lazy("Images"),
    "inference": gettext_lazy("Answers of models"),
}
"""A kind of rows, or its module, in words."""


class NumberForm(forms.Form):
    """The record to weigh."""

    number = forms.CharField(
        label=gettext_lazy("Record number"),
        max_length=60,
        help_text=gettext_lazy("As the identity of the record shows it, EP-… for those that Epione numbered."),
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)


@signed_in("erasures:read")
def erasures(request: HttpRequest) -> HttpResponseBase:
    """The erasures of the practice, and the way to weigh one."""
    return _listed(request, NumberForm())


def _listed(request: HttpRequest, form: NumberForm, status: int = 200) -> HttpResponseBase:
    by = actor_of(request)
    names = {one.id: one.name or one.username for one in people_of(by.practice_id)}
    found = queries.erasures(by.practice_id)
    context = {
        "form": form,
        "may_write": allowed(by, "erasures:write"),
        "waiting": [(one, names.get(one.proposed_by, "?"), one.proposed_by == by.id)
                    for one in found if one.state == "proposed"],
        "decided": [(one, names.get(one.proposed_by, "?"), names.get(one.decided_by, "?"))
                    for one in found if one.decided_by],
    }  # fmt: skip
    return render(request, "patients/erasures.html", context, status=status)


@require_POST
@signed_in("erasures:write")
def weigh(request: HttpRequest) -> HttpResponseBase:
    """What an erasure of this record would take, and what stands against it; nothing is destroyed."""
    by, form = actor_of(request), NumberForm(request.POST)
    number = form.cleaned_data["number"] if form.is_valid() else ""
    patient_id = queries.with_number(by.practice_id, number) if number else None
    if patient_id is None:
        if form.is_valid():
            form.add_error("number", _("No record has this number."))
        return _listed(request, form, status=422)
    return _shown(request, patient_id, ReasonForm())


def _shown(request: HttpRequest, patient_id: UUID, form: ReasonForm, status: int = 200) -> HttpResponseBase:
    found = services.weigh_erasure(patient_id=patient_id, by=actor_of(request))
    context: dict[str, Any] = {
        "card": found.card,
        "allowed": found.plan.allowed,
        "parts": _lines(found.plan.parts),
        "duties": [(WHY[duty.why], duty.until) for duty in found.plan.duties],
        "holds": found.holds,
        "form": form,
    }
    return render(request, "patients/erasure.html", context, status=status)


def _lines(parts: Iterable[Part]) -> list[tuple[str, int, date | None]]:
    """What would go, in words: how many of each, and the newest day."""
    lines: dict[str, tuple[int, date | None]] = {}
    for part in parts:
        module = part.kind.partition(".")[0]
        words = str(KINDS.get(part.kind, KINDS.get(module, part.kind)))
        count, newest = lines.get(words, (0, None))
        days = [day for day in (newest, part.newest) if day]
        lines[words] = (count + part.count, max(days, default=None))
    return [(words, count, newest) for words, (count, newest) in lines.items()]


@require_POST
@signed_in("erasures:write")
def propose(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Propose the erasure; somebody else confirms it."""
    require_reauthentication(request, EARLIER_PASSWORD)
    return _reasoned(
        request, patient_id, services.propose_erasure, _("The erasure is proposed: somebody else confirms it.")
    )


@require_POST
@signed_in("erasures:write")
def hold(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Suspend the terms of a record."""
    return _reasoned(request, patient_id, services.hold_record, _("The record is held: nobody can erase it."))


def _reasoned(request: HttpRequest, patient_id: UUID, service: Any, done: str) -> HttpResponseBase:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, patient_id, form, status=422)
    try:
        service(patient_id=patient_id, reason=form.cleaned_data["reason"], by=actor_of(request))
    except Invalid as refusal:
        form.add_error("reason", " ".join(text for texts in refusal.fields.values() for text in texts))
    except NotFound:
        raise
    except Expected as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, done)
        return redirect("patients:erasures")
    return _shown(request, patient_id, form, status=422)


@require_POST
@signed_in("erasures:write")
def lift(request: HttpRequest, hold_id: UUID) -> HttpResponseBase:
    """End a hold."""
    services.lift_hold(hold_id=hold_id, by=actor_of(request))
    messages.success(request, _("The hold is lifted."))
    return redirect("patients:erasures")


@require_POST
@signed_in("erasures:write")
def decide(request: HttpRequest, request_id: UUID) -> HttpResponseBase:
    """Confirm or refuse an erasure that somebody else proposed."""
    verdict = request.POST.get("verdict", "")
    if verdict not in {"confirm", "refuse"}:
        raise Invalid({"verdict": [_("Confirm or refuse.")]})
    by = actor_of(request)
    if verdict == "refuse":
        services.refuse_erasure(request_id=request_id, by=by)
        messages.success(request, _("The erasure is refused. Nothing was destroyed."))
    else:
        require_reauthentication(request, EARLIER_PASSWORD)
        services.confirm_erasure(request_id=request_id, by=by)
        messages.success(request, _("The person is erased, here and in every backup restored from now on."))
    return redirect("patients:erasures")
