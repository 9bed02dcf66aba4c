"""Pages of what waits for a person: images that may show a name, files that could not be taken."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from epione.identity.public import signed_in
from epione.imaging import queries, services
from epione.imaging.domain.deid import Rect
from epione.kernel.errors import Expected, Invalid
from epione.patients.public import closed_to

from .asked import actor_of, whole
from .words import reason_words, refusal_words, source_words

SIZE = 20
MOST_MASKS = 50
LAST_PAGE = 100_000


@signed_in("imaging:write")
def waiting(request: HttpRequest) -> HttpResponseBase:
    """Images that may show a name, oldest first; each is checked, masked or put away."""
    by = actor_of(request)
    rows = queries.waiting(by.practice_id, closed_to(by))
    page = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    lines = [(queries.instance_view(row), queries.study_row(row.series.study), row.series.modality,
              [reason_words(code) for code in row.reasons]) for row in page]  # fmt: skip
    return render(request, "imaging/waiting.html", {"lines": lines, "page": page})


@signed_in("imaging:write")
def check(request: HttpRequest, instance_id: UUID) -> HttpResponseBase:
    """One waiting image in full size, on which regions are drawn before it is released."""
    by = actor_of(request)
    if request.method == "POST":
        return _decide(request, instance_id)
    row = services.find_instance(instance_id=instance_id, by=by)
    context = {
        "image": queries.instance_view(row),
        "study": queries.study_row(row.series.study),
        "reasons": [reason_words(code) for code in row.reasons],
        "boxes": queries.text_boxes(row),
    }
    return render(request, "imaging/check.html", context)


def _decide(request: HttpRequest, instance_id: UUID) -> HttpResponseBase:
    by = actor_of(request)
    if request.POST.get("decision") == "discard":
        services.discard_image(instance_id=instance_id, reason=request.POST.get("reason", ""), by=by)
        messages.success(request, _("The image was put away."))
    else:
        services.release_image(instance_id=instance_id, masks=_masks(request), by=by)
        messages.success(request, _("The image can be seen by all who may see the examination."))
    return redirect("imaging:waiting")


def _masks(request: HttpRequest) -> list[Rect]:
    """Regions as `x,y,width,height` in pixels, one per field."""
    masks = []
    for text in request.POST.getlist("mask")[:MOST_MASKS]:
        if not text.strip():
            continue
        parts = [whole(part.strip(), -1, 100_000) for part in text.split(",")]
        if len(parts) != 4 or min(parts) < 0 or 0 in parts[2:]:
            raise Invalid({"mask": ["x,y,w,h"]})
        masks.append(Rect(*parts))
    return masks


@signed_in("imaging:write")
def refusals(request: HttpRequest) -> HttpResponseBase:
    """Files that could not be taken: why, and what to do."""
    by = actor_of(request)
    page = Paginator(queries.refusals(by.practice_id), SIZE).get_page(request.GET.get("page"))
    lines = [(row, refusal_words(row.code), source_words(row.source)) for row in page]
    return render(request, "imaging/refusals.html", {"lines": lines, "page": page})


@signed_in("imaging:write")
@require_POST
def settle(request: HttpRequest, refusal_id: UUID) -> HttpResponseBase:
    """Close a refused file; its copy is deleted."""
    try:
        reason = request.POST.get("reason", "")
        services.settle_refusal(refusal_id=refusal_id, reason=reason, by=actor_of(request))
    except Expected as refused:
        messages.error(request, str(refused))
    return redirect("imaging:refusals")
