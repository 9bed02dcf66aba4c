"""The viewer: frames drawn by the server, measures, headers, whose images they are."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from epione.identity.public import allowed, signed_in
from epione.imaging import queries, services
from epione.imaging.errors import IdentityDiffers
from epione.imaging.rules import WRITE
from epione.imaging.services.identities import IDENTITIES
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected, Invalid
from epione.patients.public import banner_of, cards, record_of, search_patients

from .asked import actor_of, identifier, view_of, whole
from .panels import panels_of
from .shown import apart, header_rows, measure_out, original_shown, presets_shown, stacks_of, thumbs_of
from .words import attribute_words, policy_title, reason_words

PRIVATE = {"Cache-Control": "private, max-age=600", "X-Content-Type-Options": "nosniff"}
"""A drawn frame never changes under its address; the browser forgets it when it closes (no store on disk of ours)."""
MOST_FRAMES = 100_000


@signed_in("imaging:read")
def study(request: HttpRequest, study_id: UUID) -> HttpResponseBase:
    """An examination: its series, one frame at a time, beside a prior one if asked; the opening is recorded."""
    by = actor_of(request)
    opened = services.open_study(study_id=study_id, by=by)
    context = _frame(opened.study, by) | _viewing(request, opened, by)
    prior_id = identifier(request.GET.get("compare", ""))
    if prior_id is not None and prior_id != study_id:
        prior = services.open_study(study_id=prior_id, by=by)
        made = [measure_out(one) for one in services.measures_of(study_id=prior_id, by=by)]
        context |= {"prior": prior.study, "prior_stacks": stacks_of(prior), "prior_measures": made}
        context["apart"] = apart(opened.study.study_date, prior.study.study_date)
    return render(request, "imaging/study.html", context)


def _frame(row: queries.StudyRow, by: Actor) -> dict[str, Any]:
    """The banner of the person, when the images are linked to a record."""
    record = record_of(by.practice_id, row.patient_id) if row.patient_id else None
    return {
        "study": row,
        "record": record,
        "banner": banner_of(record, by) if record else None,
        "may_write": allowed(by, WRITE),
        "may_identify": allowed(by, IDENTITIES),
    }


def _viewing(request: HttpRequest, opened: queries.StudyView, by: Actor) -> dict[str, Any]:
    stacks = stacks_of(opened)
    chosen = identifier(request.GET.get("series", ""))
    current = next((one for one in stacks if one["id"] == str(chosen)), stacks[0] if stacks else None)
    images = current["images"] if current else []
    place = whole(request.GET.get("n"), len(images) // 2 + 1, MOST_FRAMES)
    place = min(max(place, 1), max(len(images), 1))
    preset = request.GET.get("preset", "")
    drawn = {
        "stacks": stacks,
        "current": current,
        "place": place,
        "total": len(images),
        "image": images[place - 1] if images else None,
        "preset": preset,
        "presets": presets_shown(current["modality"] if current else ""),
        "previous": max(place - 1, 1),
        "next": min(place + 1, max(len(images), 1)),
        "thumbs": thumbs_of(images),
    }
    drawn["panels"] = panels_of(opened, by)
    made = services.measures_of(study_id=opened.study.id, by=by)
    others = queries.same_subject(by.practice_id, opened.study)
    return drawn | {
        "measures": [measure_out(one) for one in made],
        "studies": [
            {"study": one, "preview": queries.previews(by.practice_id, [one.id]).get(one.id)} for one in others
        ],
        "waiting": [(one, [reason_words(code) for code in one.reasons]) for one in _objects(opened) if one.waits],
        "others": [one for one in _objects(opened) if not one.frames],
    }


def _objects(opened: queries.StudyView) -> list[queries.InstanceView]:
    return [one for series in opened.series for one in series.instances]


@signed_in("imaging:read")
def preview(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """The picture made at reception."""
    content = services.open_preview(instance_id=instance_id, by=actor_of(request))
    return HttpResponse(content, content_type="image/png", headers=PRIVATE)


@signed_in("imaging:read")
def picture(request: HttpRequest, instance_id: UUID, frame: int) -> HttpResponse:
    """One frame as the page asks for it."""
    drawn = services.open_picture(instance_id=instance_id, view=view_of(request.GET, frame), by=actor_of(request))
    return HttpResponse(drawn.content, content_type=drawn.media, headers=PRIVATE)


@signed_in("imaging:write")
@require_POST
def measures(request: HttpRequest, instance_id: UUID, frame: int) -> HttpResponse:
    """Keep a measure drawn on a frame: `{"kind": ..., "points": [[x, y], ...]}`."""
    try:
        said = json.loads(request.body)
        points = [(float(x), float(y)) for x, y in said["points"]]
        kind = str(said["kind"])
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid({"points": ["[[x, y], ...]"]}) from error
    made = services.add_measure(instance_id=instance_id, frame=frame, kind=kind, points=points, by=actor_of(request))
    return JsonResponse(measure_out(made), status=201)


@signed_in("imaging:write")
@require_POST
def remove_measure(request: HttpRequest, measure_id: UUID) -> HttpResponse:
    """Take a measure away."""
    services.remove_measure(measure_id=measure_id, by=actor_of(request))
    return HttpResponse(status=204)


@signed_in("imaging:read")
def header(request: HttpRequest, instance_id: UUID) -> HttpResponseBase:
    """Every attribute of an object, and what de-identification changed in it."""
    by = actor_of(request)
    found, report = services.open_header(instance_id=instance_id, by=by)
    row = services.find_instance(instance_id=instance_id, by=by)
    context = _frame(queries.study_row(row.series.study), by)
    context |= {"rows": header_rows(found), "report": report, "instance": queries.instance_view(row)}
    context["policy"] = policy_title(report.get("policy", ""))
    return render(request, "imaging/header.html", context)


@signed_in("imaging:read")
def download(request: HttpRequest, instance_id: UUID) -> StreamingHttpResponse:
    """The de-identified DICOM file; the retrieval is recorded."""
    pieces = services.open_object(instance_id=instance_id, by=actor_of(request))
    headers = {"Content-Disposition": f'attachment; filename="{instance_id}.dcm"', "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(
        pieces, content_type="application/dicom", headers=headers | {"Cache-Control": "no-store"}
    )


@signed_in("imaging:write")
def find_record(request: HttpRequest, study_id: UUID) -> HttpResponseBase:
    """Look for the record to which the images belong; what is typed never stands in an address."""
    by = actor_of(request)
    text = request.POST.get("q", "").strip()
    context = _frame(queries.study_row(services.find_study(study_id=study_id, by=by)), by) | {"text": text}
    if text:
        context["found"] = search_patients(text=text, page=1, size=20, by=by).cards
    return render(request, "imaging/find_record.html", context)


@signed_in("imaging:write")
@require_POST
def link(request: HttpRequest, study_id: UUID) -> HttpResponseBase:
    """Say whose images these are; where names differ the person confirms on the same page."""
    by = actor_of(request)
    patient_id = identifier(request.POST.get("patient", ""))
    if patient_id is None:
        if "remove" in request.POST:
            services.unlink_study(study_id=study_id, reason=request.POST.get("reason", ""), by=by)
            return redirect("imaging:study", study_id)
        raise Invalid({"patient": ["?"]})
    try:
        services.link_study(study_id=study_id, patient_id=patient_id, confirmed="confirmed" in request.POST, by=by)
    except IdentityDiffers as differs:
        card = cards(by.practice_id, [patient_id])[patient_id]
        context = _frame(queries.study_row(services.find_study(study_id=study_id, by=by)), by)
        said = ", ".join(attribute_words(one) for one in str(differs.facts["differs"]).split(", "))
        context |= {"card": card, "differs": said}
        return render(request, "imaging/link.html", context, status=409)
    return redirect("imaging:study", study_id)


@signed_in("imaging_identities:read")
def identity(request: HttpRequest, study_id: UUID) -> HttpResponseBase:
    """The original identifiers, once a reason was given."""
    by = actor_of(request)
    context = _frame(queries.study_row(services.find_study(study_id=study_id, by=by)), by)
    status = 200
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "")
            context["original"] = original_shown(services.reidentify_study(study_id=study_id, reason=reason, by=by))
        except Expected as refused:
            context["fault"], status = str(refused), refused.status
    answer = render(request, "imaging/identity.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
