"""How DICOMweb answers are sent: DICOM JSON, compressed when accepted, and multipart/related piece by piece."""

import gzip
import json
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from epione.imaging.domain.exchange.accepting import JSON, chosen
from epione.imaging.errors import NotAcceptable

from .asked import accepted

WORTH_PACKING = 1024
PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
Part = tuple[str, str, Iterable[bytes]]
"""Media type, address, content in pieces."""


def dicom_json(request: HttpRequest, body: Any, *, status: int = 200, warning: str = "") -> HttpResponse:
    """DICOM JSON; raises `NotAcceptable` for a client that takes none."""
    media = chosen(accepted(request), [JSON, "application/json"])
    if not media:
        raise NotAcceptable(offered=JSON)
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    response = HttpResponse(status=status, content_type=media, headers=PRIVATE)
    if len(content) >= WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, compresslevel=3, mtime=0)
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept, Accept-Encoding"
    response.content = content
    if warning:
        response["Warning"] = f'299 epione "{warning}"'
    return response


def in_parts(media: str, parts: Iterable[Part]) -> StreamingHttpResponse:
    """multipart/related, made while it is sent."""
    boundary = secrets.token_hex(16)
    content_type = f'multipart/related; type="{media}"; boundary={boundary}'
    return StreamingHttpResponse(_pieces(boundary, parts), content_type=content_type, headers=PRIVATE)


def _pieces(boundary: str, parts: Iterable[Part]) -> Iterator[bytes]:
    for media, address, content in parts:
        yield f"--{boundary}\r\nContent-Type: {media}\r\nContent-Location: {address}\r\n\r\n".encode()
        yield from content
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()
