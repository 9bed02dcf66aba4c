"""The treatment of a patient: its page, the choices of medicines, the live reading of a posology, the validation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.identity.public import allowed, people_of, signed_in
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.kit.parts import Choice, highlighted
from epione.medications.public import DrugStatus, search_medications
from epione.patients.public import frame_of, open_patient
from epione.prescriptions import queries, services
from epione.prescriptions.domain.posology import parse_posology
from epione.prescriptions.proposals import inn_of, substance_candidate

from . import shown

MOST_CHOICES = 8
SHORTEST = 2


def by_of(request: HttpRequest) -> Actor:
    """The signed-in actor of a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def frame(by: Actor, patient_id: UUID) -> dict[str, Any]:
    """The frame of the record around a page of its treatment."""
    return frame_of(open_patient(patient_id=patient_id, by=by), by, "treatment") | {
        "may_prescribe": allowed(by, "prescriptions:write")
    }


def _name_of(by: Actor, person_id: UUID | None) -> str:
    return next((one.name for one in people_of(by.practice_id) if one.id == person_id), "") if person_id else ""


def treatment_context(by: Actor, patient_id: UUID) -> dict[str, Any]:
    """What the list of lines shows."""
    treatment = services.open_treatment(patient_id=patient_id, by=by)
    today = clock.today()
    current = treatment.current(today)
    coming = [view for view in treatment.lines if view.content.start and view.content.start > today]
    return {
        "patient_id": patient_id,
        "treatment": treatment,
        "current": shown.rows_of(current),
        "past": shown.rows_of(treatment.past(today)),
        "coming": shown.rows_of(view for view in coming if view not in treatment.past(today)),
        "removed": shown.rows_of(queries.removed_of(by.practice_id, patient_id)),
        "unknown": sum(not view.drug.checkable for view in current),
        "moments": shown.moment_names(),
        "may_prescribe": allowed(by, "prescriptions:write"),
        "today": today,
        "validator": _name_of(by, treatment.validated_by),
    }


@signed_in("prescriptions:read")
def treatment(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """What the patient takes now, will take and took."""
    by = by_of(request)
    context = frame(by, patient_id) | treatment_context(by, patient_id)
    return render(request, "prescriptions/treatment.html", context)


def list_or_page(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """After a change: the list alone for a page that is open, else the page."""
    if request.headers.get("HX-Request"):
        context = treatment_context(by_of(request), patient_id)
        return render(request, "prescriptions/lines.html", context)
    return redirect("prescriptions:treatment", patient_id)


@require_POST
@signed_in("prescriptions:write")
def validate(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """State that the treatment, as shown, is what the patient takes."""
    by = by_of(request)
    services.validate_treatment(patient_id=patient_id, by=by)
    messages.success(request, _("Recorded: this is what the patient takes today."))
    return redirect("prescriptions:treatment", patient_id)


@signed_in("medications:read")
def drugs(request: HttpRequest) -> HttpResponseBase:
    """Choices for what is being typed: specialities and the bare substance, the right one first."""
    typed = (request.GET.get("q") or request.GET.get("drug_text") or "").strip()[:100]
    hits = search_medications(typed, MOST_CHOICES) if len(typed) >= SHORTEST else ()
    choices = [Choice(f"cis:{hit.drug.cis}", highlighted(hit.drug.name, typed), _detail(hit.drug)) for hit in hits]
    if substance := substance_candidate(typed):
        bare = Choice(substance.value, highlighted(substance.label.lower(), typed), _("substance, no brand"))
        choices.insert(min(1, len(choices)), bare)
    advice = _("Check the spelling, or keep it as written: it stays outside the analysis.")
    context = {"choices": choices, "typed": typed, "advice": advice, "list_id": "id_drug-list"}
    return render(request, "kit/choices.html", context)


def _detail(drug: Any) -> str:
    gone = [_("no longer marketed")] if drug.status is DrugStatus.RETIRED else []
    return " · ".join([inn_of(drug), *gone]) if gone or drug.ingredients else ""


@signed_in("prescriptions:read")
def reading(request: HttpRequest) -> HttpResponseBase:
    """What a posology being typed is taken for; what is not understood is said."""
    read = parse_posology(request.GET.get("posology", "")[:200])
    return render(request, "prescriptions/reading.html", {"read": read, "words": shown.reading_words(read)})
