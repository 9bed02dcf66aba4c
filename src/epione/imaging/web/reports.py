"""Reports: written beside the images, saved as one types, read again as the document that will be signed."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.documents.public import fragment, pictures
from epione.identity.public import allowed, people_of, reauthenticated, require_reauthentication, signed_in
from epione.imaging import queries, services
from epione.imaging.domain.report_templates import SECTIONS, TEMPLATES, Template, template_of
from epione.imaging.domain.reports import WORDS, KeyImage
from epione.imaging.rules import WRITE
from epione.imaging.services import analysing, reports
from epione.kernel.actor import Actor
from epione.patients.public import banner_of, record_of

from .answers import lines_of
from .asked import actor_of, identifier, view_of, whole
from .panels import Panel
from .shown import measure_out, stacks_of

EARLIER_PASSWORD = 300
"""Seconds during which a proof of identity is good for a signature."""
MOST_FRAMES = 100_000


@dataclass(frozen=True, slots=True)
class SectionShown:
    """One section of the editor: its text and the sentences that may be inserted."""

    key: str
    label: str
    text: str
    inserts: tuple[str, ...]


def _language() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def panel(opened: queries.StudyView, by: Actor) -> Panel | None:
    """The reports of an examination, for the side of the viewer."""
    found = reports.reports_of(study_id=opened.study.id, by=by)
    may_write = allowed(by, WRITE)
    if not found and not may_write:
        return None
    draft = next((one for one in found if one.signed_at is None), None)
    context = {
        "study": opened.study,
        "reports": found,
        "draft": draft,
        "may_write": may_write,
        "templates": [(one.key, one.title[_language()]) for one in TEMPLATES],
    }
    return Panel("imaging/_reports.html", context)


@require_POST
@signed_in("imaging:write")
def start(request: HttpRequest, study_id: UUID) -> HttpResponseBase:
    """Open the draft of a study, or begin one; after a signature, an addendum."""
    chosen = request.POST.get("template", "")
    known = {one.key for one in TEMPLATES}
    made = reports.start_report(
        study_id=study_id, by=actor_of(request), lang=_language(), template=chosen if chosen in known else ""
    )
    return redirect("imaging:report", made.id)


@signed_in("imaging:read")
def report(request: HttpRequest, report_id: UUID) -> HttpResponseBase:
    """A report: the editor of a draft, or the document that was signed, with those that add to it."""
    by = actor_of(request)
    opened = reports.open_report(report_id=report_id, by=by)
    study = services.open_study(study_id=opened.study_id, by=by)
    context = _context(opened, study, by)
    context["known"] = reauthenticated(request, EARLIER_PASSWORD)
    return render(request, "imaging/report.html", context)


def _context(opened: reports.ReportView, study: queries.StudyView, by: Actor) -> dict[str, Any]:
    known = record_of(by.practice_id, study.study.patient_id) if study.study.patient_id else None
    template = template_of(opened.draft.template)
    document = opened.document
    return {
        "report": opened,
        "study": study.study,
        "record": known,
        "banner": banner_of(known, by) if known else None,
        "title": template.title[_language()],
        "may_write": allowed(by, WRITE) and opened.signed_at is None,
        "may_add": allowed(by, WRITE) and opened.signed_at is not None,
        "sections": _sections(opened, template),
        "fields": [
            (one.key, one.label[opened.draft.lang], one.choices, opened.draft.fields.get(one.key, ""))
            for one in template.fields
        ],
        "images": [(one, _picture_url(one)) for one in opened.draft.images],
        "stacks": stacks_of(study),
        "measures": [measure_out(one)["text"] for one in services.measures_of(study_id=study.study.id, by=by)],
        "body": fragment(document.content, pictures(document, by.practice_id)) if document else "",
        "answered": _answered(study, by),
        "all": reports.reports_of(study_id=study.study.id, by=by),
        "names": {one.id: one.name or one.username for one in people_of(by.practice_id)},
    }


def _answered(study: queries.StudyView, by: Actor) -> list[str]:
    """What models said and a person has confirmed or corrected, and their measures, as sentences to insert."""
    ids = [one.id for series in study.series for one in series.instances] + [one.id for one in study.series]
    said = []
    for line in (line for answer in analysing.analyses_of(about_ids=ids, by=by) for line in lines_of(answer)):
        verdict = line.verdict.verdict if line.verdict else ""
        if verdict == "corrected" and line.verdict:
            said.append(line.verdict.text)
        elif verdict == "confirmed" or (line.kind == "measure" and not verdict):
            said.append(" ".join(filter(None, (f"{line.text},", line.where, line.value))))
    return said


def _sections(opened: reports.ReportView, template: Template) -> list[SectionShown]:
    lang = opened.draft.lang
    inserts = {"findings": template.findings, "conclusion": template.conclusion}
    return [
        SectionShown(
            key,
            WORDS[lang][key],
            opened.draft.sections.get(key, ""),
            tuple(words[lang] for words in inserts.get(key, ())),
        )
        for key in SECTIONS
    ]


def _picture_url(image: KeyImage) -> str:
    asked = {"size": "240", "preset": image.preset, "invert": "1" if image.invert else ""}
    if image.center is not None and image.width is not None:
        asked |= {"c": f"{image.center:g}", "w": f"{image.width:g}"}
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    return f"{reverse('imaging:picture', args=[image.instance, image.frame])}?{query}"


def _saved(request: HttpRequest, report_id: UUID) -> reports.ReportView:
    return reports.save_report(
        report_id=report_id,
        version=whole(request.POST.get("version"), 0, 10**8),
        sections={name: request.POST[name] for name in SECTIONS if name in request.POST},
        fields=request.POST.dict(),
        by=actor_of(request),
    )


@require_POST
@signed_in("imaging:write")
def save(request: HttpRequest, report_id: UUID) -> HttpResponseBase:
    """Keep the draft; while typing, only the version and the time come back."""
    saved = _saved(request, report_id)
    if request.headers.get("HX-Request"):
        return render(request, "imaging/report_saved.html", {"report": saved})
    messages.success(request, _("The draft is kept."))
    return redirect("imaging:report", report_id)


@require_POST
@signed_in("imaging:write")
def compose(request: HttpRequest, report_id: UUID) -> HttpResponseBase:
    """Keep the draft and make the document that is read before signing."""
    saved = _saved(request, report_id)
    reports.compose_report(report_id=report_id, version=saved.version, by=actor_of(request))
    return redirect(f"{reverse('imaging:report', args=[report_id])}#read")


@require_POST
@signed_in("imaging:write")
def add_image(request: HttpRequest, report_id: UUID) -> HttpResponseBase:
    """Choose a key image: the frame that the viewer shows, or the n-th of a series."""
    by = actor_of(request)
    instance_id, frame, view = _shown_frame(request) or _nth_frame(request, report_id, by)
    reports.add_key_image(
        report_id=report_id,
        instance_id=instance_id,
        view=view_of(view, frame),
        caption=request.POST.get("caption", ""),
        by=by,
    )
    if request.headers.get("HX-Request"):
        return HttpResponse(_("Added to the report."))
    messages.success(request, _("Added to the report."))
    return redirect("imaging:report", report_id)


def _shown_frame(request: HttpRequest) -> tuple[UUID, int, dict[str, str]] | None:
    """The frame whose address the viewer sent, with its window."""
    parts = urlsplit(request.POST.get("picture", ""))
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    if found.view_name != "imaging:picture":
        return None
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return found.kwargs["instance_id"], found.kwargs["frame"], asked


def _nth_frame(request: HttpRequest, report_id: UUID, by: Actor) -> tuple[UUID, int, dict[str, str]]:
    opened = reports.open_report(report_id=report_id, by=by)
    stacks = stacks_of(services.open_study(study_id=opened.study_id, by=by))
    wanted = identifier(request.POST.get("series", ""))
    images: list[dict[str, Any]] = next((one["images"] for one in stacks if one["id"] == str(wanted)), [])
    place = whole(request.POST.get("number"), 1, MOST_FRAMES)
    if not 1 <= place <= len(images):
        raise Http404
    chosen = images[place - 1]
    return UUID(chosen["id"]), chosen["frame"], {"preset": request.POST.get("preset", "")}


@require_POST
@signed_in("imaging:write")
def remove_image(request: HttpRequest, report_id: UUID, place: int) -> HttpResponseBase:
    """Take a key image away."""
    reports.remove_key_image(report_id=report_id, place=place, by=actor_of(request))
    return redirect("imaging:report", report_id)


@require_POST
@signed_in("imaging:write")
def sign(request: HttpRequest, report_id: UUID) -> HttpResponseBase:
    """Sign the document that was read, after a new proof of who signs."""
    require_reauthentication(request, EARLIER_PASSWORD)
    reports.sign_report(report_id=report_id, digest=request.POST.get("digest", ""), by=actor_of(request))
    messages.success(request, _("The report is signed."))
    return redirect("imaging:report", report_id)
