"""Analyses beside the images: run them, read what each model answered, say of each finding whether it holds."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.identity.public import allowed, signed_in
from epione.imaging import queries, services
from epione.imaging.domain.analyses import TISSUES
from epione.imaging.queries import StudyView
from epione.imaging.rules import WRITE
from epione.imaging.services import analysing, exporting
from epione.inference.public import AnswerView, Status, Verdicts, answer_of, limit_words, reason_words, said
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected, Forbidden, NotFound
from epione.kernel.jobs import cancel, job_state

from .answers import lines_of
from .asked import actor_of, identifier
from .panels import Panel

MEDIA = {"sr": "application/dicom", "seg": "application/dicom", "fhir": "application/fhir+json"}
SUFFIX = {"sr": "sr.dcm", "seg": "seg.dcm", "fhir": "fhir.json"}


def panel(opened: StudyView, by: Actor) -> Panel | None:
    """The analyses of an examination, for the side of the viewer."""
    names = {series.id: series.description or _("Series %(number)s") % {"number": series.number or "?"}
             for series in opened.series}  # fmt: skip
    names |= {
        one.id: _("Image %(number)s") % {"number": one.number or "?"}
        for series in opened.series
        for one in series.instances
        if one.frames
    }
    if not names:
        return None
    found = analysing.analyses_of(about_ids=list(names), by=by)
    may_write = allowed(by, WRITE)
    return Panel("imaging/_analysis.html", {"groups": groups_of(found, names), "may_write": may_write})


def groups_of(found: Sequence[AnswerView], names: dict[UUID, str]) -> list[dict[str, Any]]:
    """Answers by what they are about, series first."""
    groups: dict[UUID, dict[str, Any]] = {}
    for one in sorted(found, key=lambda answer: (answer.about[0] != analysing.SERIES, answer.key)):
        kind, about_id = one.about
        group = groups.setdefault(
            about_id,
            {
                "kind": kind,
                "id": about_id,
                "title": names.get(about_id, ""),
                "answers": [],
                "url": _address(one),
                "has_masks": False,
            },
        )
        group["answers"].append(shown(one))
        group["has_masks"] |= one.key == TISSUES.id and one.result.status is Status.OK
    return list(groups.values())


def shown(one: AnswerView) -> dict[str, Any]:
    """An answer for the page; measures stand apart from what a person judges."""
    lines = lines_of(one)
    return {
        "answer": one,
        "title": said(one.manifest.card.title),
        "lines": [line for line in lines if line.kind != "measure"],
        "measures": [line for line in lines if line.kind == "measure"],
        "methods": list(dict.fromkeys(line.method for line in lines if line.method)),
        "reason": reason_words(one.result.reason) if one.result.reason else "",
        "limits": [limit_words(code) for code in one.result.limitations],
    }


def _address(one: AnswerView) -> str:
    kind, about_id = one.about
    return reverse(f"imaging:{kind}-analysis", args=[about_id])


@signed_in("imaging:read")
def image_analysis(request: HttpRequest, instance_id: UUID) -> HttpResponseBase:
    """What was answered about one image."""
    by = actor_of(request)
    row = services.find_instance(instance_id=instance_id, by=by)
    services.open_study(study_id=row.series.study_id, by=by)
    title = _("Image %(number)s") % {"number": row.number or "?"}
    run = reverse("imaging:analyse-image", args=[row.id])
    return _page(request, by, row.series.study, row.id, title, run)


@signed_in("imaging:read")
def series_analysis(request: HttpRequest, series_id: UUID) -> HttpResponseBase:
    """What was answered about a series, and how its analysis goes on."""
    by = actor_of(request)
    series = analysing.find_series(series_id=series_id, by=by)
    job_id = identifier(request.GET.get("job", ""))
    if request.headers.get("HX-Request") and job_id is not None:
        context = _job(by, job_id, series_id)
        if context["job"].is_final:
            return HttpResponse(
                status=204, headers={"HX-Redirect": reverse("imaging:series-analysis", args=[series_id])}
            )
        return render(request, "imaging/analysis_job.html", context)
    services.open_study(study_id=series.study_id, by=by)
    title = series.description or _("Series %(number)s") % {"number": series.number or "?"}
    run = reverse("imaging:analyse-series", args=[series_id])
    return _page(request, by, series.study, series_id, title, run, _job(by, job_id, series_id))


def _page(
    request: HttpRequest,
    by: Actor,
    study: Any,
    about_id: UUID,
    title: str,
    run: str,
    more: dict[str, Any] | None = None,
) -> HttpResponseBase:
    found = analysing.analyses_of(about_ids=[about_id], by=by)
    context = {
        "study": queries.study_row(study),
        "title": title,
        "run": run,
        "groups": groups_of(found, {about_id: title}),
        "may_write": allowed(by, WRITE),
    }
    return render(request, "imaging/analysis.html", context | (more or {}))


def _job(by: Actor, job_id: UUID | None, series_id: UUID) -> dict[str, Any]:
    if job_id is None:
        return {}
    address = f"{reverse('imaging:series-analysis', args=[series_id])}?job={job_id}"
    stop = reverse("imaging:stop-analysis", args=[series_id, job_id])
    return {"job": job_state(job_id, practice_id=by.practice_id), "address": address, "stop": stop}


@require_POST
@signed_in("imaging:write")
def analyse_image(request: HttpRequest, instance_id: UUID) -> HttpResponseBase:
    """Ask the models about one image, now."""
    done = services.analyse_image(instance_id=instance_id, again="again" in request.POST, by=actor_of(request))
    if not done.answers:
        messages.warning(request, _("No analysis is made for this kind of image."))
    return redirect("imaging:image-analysis", instance_id)


@require_POST
@signed_in("imaging:write")
def analyse_series(request: HttpRequest, series_id: UUID) -> HttpResponseBase:
    """Have a series analysed; its progress is shown and it can be stopped."""
    job_id = services.request_series_analysis(series_id=series_id, by=actor_of(request))
    return redirect(f"{reverse('imaging:series-analysis', args=[series_id])}?job={job_id}")


@require_POST
@signed_in("imaging:write")
def stop_analysis(request: HttpRequest, series_id: UUID, job_id: UUID) -> HttpResponseBase:
    """Stop the analysis that one asked for; what was answered stays."""
    by = actor_of(request)
    if job_state(job_id, practice_id=by.practice_id).by != by.id:
        raise Forbidden
    cancel(job_id, practice_id=by.practice_id)
    return redirect("imaging:series-analysis", series_id)


@require_POST
@signed_in("imaging:write")
def judge(request: HttpRequest, answer_id: UUID, place: int) -> HttpResponseBase:
    """Say whether a finding holds; the answer itself does not change."""
    by = actor_of(request)
    wanted = request.POST.get("verdict", "")
    if wanted not in set(Verdicts):
        raise NotFound
    text, fault = request.POST.get("text", ""), ""
    try:
        answer = services.judge_finding(answer_id=answer_id, finding=place, verdict=Verdicts(wanted), text=text, by=by)
    except Expected as refused:
        if refused.status != 422:
            raise
        answer, fault = answer_of(by.practice_id, answer_id), str(refused)
    if request.headers.get("HX-Request"):
        line = lines_of(answer)[place]
        context = {"answer": answer, "line": line, "may_write": True, "fault": fault}
        return render(request, "imaging/analysis_finding.html", context)
    return redirect(_address(answer))


def _file(form: str) -> Callable[..., bytes]:
    made: dict[str, Callable[..., bytes]] = {
        "sr": exporting.export_sr, "seg": exporting.export_seg, "fhir": exporting.export_fhir,
    }  # fmt: skip
    if form not in made:
        raise NotFound
    return made[form]


@signed_in("imaging:read")
def analysis_file(request: HttpRequest, kind: str, about_id: UUID, form: str) -> HttpResponse:
    """What was answered about an image or a series as DICOM SR, DICOM SEG or FHIR; each export is recorded."""
    content = _file(form)(kind=kind, about_id=about_id, by=actor_of(request))
    headers = {
        "Content-Disposition": f'attachment; filename="{about_id}.{SUFFIX[form]}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=MEDIA[form], headers=headers)
