"""Sending files from a page: several at once or a zip, each with its own answer."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from epione.identity.public import signed_in
from epione.imaging import services
from epione.imaging.domain.archive import is_archive
from epione.kernel.actor import Actor
from epione.kernel.errors import Forbidden
from epione.kernel.jobs import cancel, job_state
from epione.patients.public import cards, require_clinical

from .asked import actor_of, identifier

HEAD = 132


@signed_in("imaging:write")
def send(request: HttpRequest) -> HttpResponseBase:
    """The form, and what became of each file; a zip is unpacked by a job whose progress is shown."""
    by = actor_of(request)
    values = request.POST if request.method == "POST" else request.GET
    patient_id = identifier(values.get("patient", ""))
    if patient_id is not None:
        require_clinical(by, patient_id)
    job_id = identifier(request.GET.get("job", ""))
    if request.method == "POST":
        return _sent(request, by, patient_id)
    context = _context(by, patient_id) | _job(by, job_id)
    fragment = bool(request.headers.get("HX-Request")) and job_id is not None
    return render(request, "imaging/job_state.html" if fragment else "imaging/send.html", context)


@signed_in("imaging:write")
@require_POST
def stop(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Stop the unpacking of an archive that one sent; what was received before stays."""
    by = actor_of(request)
    if job_state(job_id, practice_id=by.practice_id).by != by.id:
        raise Forbidden
    cancel(job_id, practice_id=by.practice_id)
    return redirect(f"{reverse('imaging:send')}?job={job_id}")


def _sent(request: HttpRequest, by: Actor, patient_id: UUID | None) -> HttpResponseBase:
    files = request.FILES.getlist("file")
    archives = [one for one in files if is_archive(_head(one))]
    for one in archives[:1]:
        job = services.import_archive(content=one.chunks(), by=by, patient_id=patient_id)
        kept = f"&patient={patient_id}" if patient_id else ""
        return redirect(f"{reverse('imaging:send')}?job={job}{kept}")
    contents = [one.read() for one in files]
    outcomes = services.receive(contents=contents, source="upload", by=by, patient_id=patient_id)
    rows = [_row(place, outcome) for place, outcome in enumerate(outcomes, 1)]
    context = _context(by, patient_id) | {"rows": rows, "nothing": not files}
    return render(request, "imaging/send.html", context, status=200 if files else 422)


def _head(file: Any) -> bytes:
    head: bytes = file.read(HEAD)
    file.seek(0)
    return head


def _row(place: int, outcome: services.Outcome) -> dict[str, Any]:
    if isinstance(outcome, services.Refused):
        return {"place": place, "how": "refused", "sentence": str(outcome.error())}
    return {"place": place, "how": outcome.how, "study_id": outcome.study_id}


def _context(by: Actor, patient_id: UUID | None) -> dict[str, Any]:
    person = cards(by.practice_id, [patient_id]).get(patient_id) if patient_id else None
    reception = services.reception_of(by.practice_id)
    return {"person": person, "patient_id": patient_id, "reception": reception}


def _job(by: Actor, job_id: UUID | None) -> dict[str, Any]:
    if job_id is None:
        return {}
    job = job_state(job_id, practice_id=by.practice_id)
    address = f"{reverse('imaging:send')}?job={job_id}"
    return {"job": job, "address": address, "stop": reverse("imaging:stop", args=[job_id])}
