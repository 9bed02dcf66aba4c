"""Retrieval (WADO-RS): objects, headers, frames, large values."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from epione.identity.public import called_with
from epione.imaging import services
from epione.imaging.domain.exchange.accepting import (
    DICOM,
    EXPLICIT,
    MEDIA,
    OCTETS,
    Accepted,
    chosen,
    frames_as_stored,
    syntax_for,
)
from epione.imaging.domain.exchange.answers import addressed
from epione.imaging.errors import ImageHasNoPixels, NotAcceptable
from epione.imaging.models import Instance
from epione.imaging.services import Retrieval
from epione.imaging.web.asked import actor_of

from .answering import PRIVATE, Part, dicom_json, in_parts
from .asked import accepted, base_of, numbers_of

PIXELS = "7FE00010"


@called_with("imaging:read")
@require_safe
def objects(request: HttpRequest, study_uid: str, series_uid: str = "", sop_uid: str = "") -> HttpResponseBase:
    """Part 10 files of a study, a series, or one object; each retrieval is recorded."""
    forms = accepted(request)
    if not chosen(forms, [DICOM]):
        raise NotAcceptable(offered=DICOM)
    granted = services.retrieve(by=actor_of(request), study_uid=study_uid, series_uid=series_uid, sop_uid=sop_uid)
    if any(syntax_for(forms, one.transfer_syntax) is None for one in granted.objects):
        raise NotAcceptable(offered=f"{DICOM}; transfer-syntax=*")
    if not _whole(forms, DICOM):
        return in_parts(DICOM, _files(granted, forms, base_of(request)))
    if len(granted.objects) != 1:
        raise NotAcceptable(offered=f'multipart/related; type="{DICOM}"')
    [(media, _address, content)] = _files(granted, forms, "")
    return StreamingHttpResponse(content, content_type=media, headers=PRIVATE)


def _whole(forms: Sequence[Accepted], media: str) -> bool:
    """Whether the client asks for the thing itself rather than for parts."""
    return not next(one for one in forms if one.takes(media)).parts


def _files(granted: Retrieval, forms: Sequence[Accepted], base: str) -> Iterator[Part]:
    for one, content in granted.contents():
        address = f"{base}/studies/{granted.study_uid}/series/{one.series_uid}/instances/{one.uid}"
        syntax, pieces = one.transfer_syntax, content
        if syntax_for(forms, syntax) != syntax:
            syntax, pieces = _native(b"".join(content), syntax)
        yield f"{DICOM}; transfer-syntax={syntax}", address, pieces


def _native(content: bytes, syntax: str) -> tuple[str, Iterator[bytes]]:
    """An object without its compression; one that cannot be decoded goes out as it is, and its part says so."""
    try:
        return EXPLICIT, iter([services.native(content)])
    except ImageHasNoPixels:
        return syntax, iter([content])


@called_with("imaging:read")
@require_safe
def metadata(request: HttpRequest, study_uid: str, series_uid: str = "", sop_uid: str = "") -> HttpResponseBase:
    """Headers as DICOM JSON; large values are addresses."""
    by = actor_of(request)
    study = services.find_study(by=by, uid=study_uid)
    headers = services.open_headers(study=study, series_uid=series_uid, sop_uid=sop_uid, by=by)
    if not headers:
        # Says why: nothing there, or nothing for this person.
        services.retrieve(by=by, study_uid=study_uid, series_uid=series_uid, sop_uid=sop_uid)
    base = f"{base_of(request)}/studies/{study_uid}"
    answers = []
    for header in headers:
        series, one = (header[tag]["Value"][0] for tag in ("0020000E", "00080018"))
        answers.append(addressed(header, f"{base}/series/{series}/instances/{one}/bulkdata"))
    return dicom_json(request, answers)


@called_with("imaging:read")
@require_safe
def frames(request: HttpRequest, study_uid: str, series_uid: str, sop_uid: str, numbers: str = "") -> HttpResponseBase:
    """Frames: native, or compressed as they lie when the client accepts that."""
    row = services.instance_in(by=actor_of(request), study_uid=study_uid, series_uid=series_uid, sop_uid=sop_uid)
    return _frames(request, row, numbers_of(numbers) if numbers else [])


def _frames(request: HttpRequest, row: Instance, numbers: list[int]) -> HttpResponseBase:
    forms, syntax = accepted(request), row.transfer_syntax
    stored = frames_as_stored(forms, syntax)
    if stored is None:
        raise NotAcceptable(offered=", ".join(filter(None, [OCTETS, MEDIA.get(syntax)])))
    found = services.open_frames(row=row, numbers=numbers, stored=stored, by=actor_of(request))
    media = MEDIA[syntax] if stored else OCTETS
    said = f"{media}; transfer-syntax={syntax if stored else EXPLICIT}"
    if len(found) == 1 and _whole(forms, media):
        return HttpResponse(found[0], content_type=said, headers=PRIVATE)
    base = request.build_absolute_uri(request.path).partition("/frames")[0].partition("/bulkdata")[0]
    places = numbers or range(1, len(found) + 1)
    parts = ((said, f"{base}/frames/{place}", [one]) for place, one in zip(places, found, strict=True))
    return in_parts(media, parts)


@called_with("imaging:read")
@require_safe
def bulkdata(request: HttpRequest, study_uid: str, series_uid: str, sop_uid: str, path: str) -> HttpResponseBase:
    """A large value by the path that its header gives; compressed pixels come frame by frame."""
    by = actor_of(request)
    row = services.instance_in(by=by, study_uid=study_uid, series_uid=series_uid, sop_uid=sop_uid)
    if path == PIXELS and row.transfer_syntax in MEDIA:
        return _frames(request, row, [])
    forms = accepted(request)
    if not chosen(forms, [OCTETS]):
        raise NotAcceptable(offered=OCTETS)
    content = services.open_element(row=row, path=path, by=by)
    if _whole(forms, OCTETS):
        return HttpResponse(content, content_type=OCTETS, headers=PRIVATE)
    return in_parts(OCTETS, [(OCTETS, request.build_absolute_uri(request.path), [content])])
