"""Pictures drawn here (WADO-RS rendered and thumbnail): PNG or JPEG, with a window and a viewport."""

from math import isfinite
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from epione.identity.public import called_with
from epione.imaging import services
from epione.imaging.domain.exchange.accepting import chosen
from epione.imaging.errors import BadQuestion, NotAcceptable
from epione.imaging.models import Instance
from epione.imaging.services import View
from epione.imaging.web.asked import actor_of

from .answering import PRIVATE
from .asked import accepted, numbers_of

FORMS = {"image/jpeg": "jpeg", "image/png": "png"}
THUMBNAIL, LARGEST = 200, 8192
Region = tuple[int, int, int, int]


@called_with("imaging:read")
@require_safe
def rendered(request: HttpRequest, study_uid: str, series_uid: str, sop_uid: str, numbers: str = "1") -> HttpResponse:
    """One frame as a picture; `window=centre,width,function`, `viewport=width,height,...`, `quality=1..100`."""
    by = actor_of(request)
    [frame, *others] = numbers_of(numbers)
    if others:
        raise BadQuestion(name="frames")
    row = services.instance_in(by=by, study_uid=study_uid, series_uid=series_uid, sop_uid=sop_uid)
    size, region = _viewport(request, row)
    center, width = _window(request)
    view = View(frame, center, width, size=size, form=_form(request), region=region, quality=_quality(request))
    return _drawn(request, row.id, view)


@called_with("imaging:read")
@require_safe
def thumbnail(request: HttpRequest, study_uid: str, series_uid: str = "", sop_uid: str = "") -> HttpResponse:
    """A small picture of an object, or of one that stands for its series or study."""
    by = actor_of(request)
    row = services.standing_for(by=by, study_uid=study_uid, series_uid=series_uid, sop_uid=sop_uid)
    size, region = _viewport(request, row)
    frame = max((row.frames + 1) // 2, 1)
    return _drawn(request, row.id, View(frame, size=size or THUMBNAIL, form=_form(request), region=region))


def _drawn(request: HttpRequest, instance_id: UUID, view: View) -> HttpResponse:
    picture = services.open_picture(instance_id=instance_id, view=view, by=actor_of(request))
    return HttpResponse(picture.content, content_type=picture.media, headers=PRIVATE)


def _form(request: HttpRequest) -> str:
    media = chosen(accepted(request), list(FORMS))
    if not media:
        raise NotAcceptable(offered=", ".join(FORMS))
    return FORMS[media]


def _window(request: HttpRequest) -> tuple[float | None, float | None]:
    text = request.GET.get("window", "")
    if not text:
        return None, None
    numbers = _numbers("window", ",".join(text.split(",")[:2]))
    if len(numbers) != 2 or numbers[1] < 1:
        raise BadQuestion(name="window")
    return numbers[0], numbers[1]


def _viewport(request: HttpRequest, row: Instance) -> tuple[int, Region | None]:
    """The longest side that fits the viewport, and the part of the image asked for."""
    text = request.GET.get("viewport", "")
    if not text:
        return 0, None
    numbers = _numbers("viewport", text)
    if len(numbers) not in {2, 6} or not all(1 <= side <= LARGEST for side in numbers[:2]):
        raise BadQuestion(name="viewport")
    region: Region | None = None
    if len(numbers) == 6:
        left, top, width, height = (int(number) for number in numbers[2:])
        region = left, top, width, height
    columns, rows = region[2:] if region else (row.columns or 1, row.rows or 1)
    if min(columns, rows) < 1:
        raise BadQuestion(name="viewport")
    scale = min(numbers[0] / columns, numbers[1] / rows)
    return max(round(max(columns, rows) * scale), 1), region


def _quality(request: HttpRequest) -> int:
    text = request.GET.get("quality", "90")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= 100:
        raise BadQuestion(name="quality")
    return int(text)


def _numbers(name: str, text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise BadQuestion(name=name) from error
    if not all(isfinite(number) for number in numbers):
        raise BadQuestion(name=name)
    return numbers
