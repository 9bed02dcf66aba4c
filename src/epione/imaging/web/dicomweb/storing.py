"""Storage (STOW-RS): parts are told apart and kept before anything is taken; then they are received together."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from django.http import HttpRequest, HttpResponse

from epione.identity.public import require
from epione.imaging import services
from epione.imaging.domain.exchange.accepting import DICOM
from epione.imaging.domain.exchange.answers import accepted_item, failed_item, stored
from epione.imaging.domain.exchange.multipart import BadMultipart, Part, Splitter, boundary_of
from epione.imaging.errors import BadBody, WrongMedia
from epione.imaging.rules import WRITE
from epione.imaging.services import Outcome, Received
from epione.imaging.web.asked import actor_of
from epione.kernel import clock

from .answering import dicom_json
from .asked import base_of

MOST_PARTS, MOST_BYTES = 20_000, 8 * 1024**3
IN_MEMORY = 64 * 1024 * 1024
BATCH_PARTS = 64
"""Objects that are received together; fewer when they are large (`IN_MEMORY` bytes)."""


def store(request: HttpRequest, study_uid: str = "") -> HttpResponse:
    """Receive every part. 200 when all are kept, 202 when some were refused or wait, 409 when none was taken."""
    by = actor_of(request)
    require(by, WRITE)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        parts = _parts(request, file)
        outcomes: list[Outcome] = []
        for contents in _batches(file, parts):
            outcomes += services.receive(contents=contents, source="stow", by=by, study_uid=study_uid)
    return _answer(request, outcomes)


def _parts(request: HttpRequest, file: IO[bytes]) -> list[Part]:
    try:
        boundary, kind = boundary_of(request.headers.get("content-type", ""))
        if kind not in {"", DICOM}:
            raise WrongMedia
        splitter = Splitter(request.read, file.write, boundary=boundary, limits=(MOST_PARTS, MOST_BYTES))
        parts = splitter.parts()
    except BadMultipart as error:
        if error.code == "not_multipart":
            raise WrongMedia from error
        raise BadBody(reason=error.code) from error
    if any(part.media.partition(";")[0].strip() not in {"", DICOM} for part in parts):
        raise WrongMedia
    return parts


def _batches(file: IO[bytes], parts: list[Part]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for part in parts:
        if batch and (len(batch) == BATCH_PARTS or size + part.length > IN_MEMORY):
            yield batch
            batch, size = [], 0
        file.seek(part.start)
        batch.append(file.read(part.length))
        size += part.length
    yield batch


def _answer(request: HttpRequest, outcomes: list[Outcome]) -> HttpResponse:
    base, at = base_of(request), clock.now().strftime("%Y%m%d%H%M%S+0000")
    kept = [one for one in outcomes if isinstance(one, Received)]
    accepted = [
        accepted_item(one.sop_class, one.sop_uid, _address(base, one), one.sent_uid, at) for one in kept
    ]  # fmt: skip
    failed = [failed_item(one.sop_class, one.sent_uid, one.code) for one in outcomes if not isinstance(one, Received)]
    studies = {one.study_uid for one in kept}
    address = f"{base}/studies/{studies.pop()}" if len(studies) == 1 else ""
    complete = not failed and all(one.how != "waiting" for one in kept)
    status = 200 if complete else 202 if kept else 409
    return dicom_json(request, stored(accepted, failed, address=address), status=status)


def _address(base: str, one: Received) -> str:
    return f"{base}/studies/{one.study_uid}/series/{one.series_uid}/instances/{one.sop_uid}"
