"""Import a record from a file; download a record."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from epione.fhir import services
from epione.fhir.domain.bundle import MOST_BYTES
from epione.fhir.errors import UnreadableRecord
from epione.identity.public import signed_in
from epione.kernel.actor import Actor
from epione.kernel.errors import Conflict, Expected, Invalid
from epione.kernel.kit.formats import language
from epione.patients.public import ProbableDuplicate, cards

from .forms import ImportForm


def _by(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _into(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("into", ""))
    except ValueError:
        return None


def _told(report: services.ImportReport) -> dict[str, Any]:
    lang = language()
    return {"report": report, "notes": [note[lang] for note in report.notes]}


@signed_in("prescriptions:write")
def import_record(request: HttpRequest) -> HttpResponseBase:
    """Import the record of a patient; a probable twin is shown first, and the file says what it could not give."""
    by = _by(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            content = form.cleaned_data["file"].read(MOST_BYTES + 1)
            try:
                report = services.import_bundle(
                    content=content, by=by, into=_into(request), confirmed_distinct="distinct" in request.POST
                )
            except ProbableDuplicate as twins:
                ids = [UUID(text) for text in twins.facts["candidates"]]
                context["twins"] = list(cards(by.practice_id, ids).values())
                status = 409
            except Expected as refused:
                _refuse(form, refused)
            else:
                return render(request, "fhir/imported.html", _told(report))
    return render(request, "fhir/import.html", context, status=status)


def _refuse(form: ImportForm, refused: Expected) -> None:
    if isinstance(refused, UnreadableRecord):
        for sentence in refused.fields["file"]:
            form.add_error("file", sentence)
    elif isinstance(refused, Invalid):
        for name, sentences in refused.fields.items():
            form.add_error("file", _("%(name)s: %(why)s") % {"name": name, "why": " ".join(sentences)})
    elif isinstance(refused, Conflict):
        form.add_error("file", str(refused))
    else:
        raise refused


@signed_in("prescriptions:read")
def export_record(request: HttpRequest, patient_id: UUID) -> HttpResponseBase:
    """Download the record of a patient as a FHIR R4 Bundle."""
    bundle = services.export_bundle(patient_id=patient_id, by=_by(request))
    answer = HttpResponse(json.dumps(bundle, ensure_ascii=False, indent=1), content_type="application/fhir+json")
    answer["Content-Disposition"] = f'attachment; filename="{patient_id}.fhir.json"'
    answer["Cache-Control"] = "no-store"
    return answer
