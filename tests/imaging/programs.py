"""Programs that call DICOMweb: a token of a role, multipart bodies, a compressed object."""

from typing import Any

from django.test import Client
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGLSLossless

from epione.identity.public import PracticeFacts, create_api_client, service_actor

from .compression import JPEG_LS, compressed
from .synthetic import disc, image

ROOT = "/dicom-web"


def bearer(practice: PracticeFacts, role: str = "radiologist") -> str:
    """The token of a program that has one role."""
    operator = service_actor(practice.id, "tests", roles=frozenset({"admin"}))
    made = create_api_client(name="PACS", roles=[role], by=operator)
    form = {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": made.secret}
    answer = Client().post("/identity/o/api/token", form | {"scope": "openid"})
    return str(answer.json()["access_token"])


def body(*contents: bytes, boundary: str = "limit", end: bool = True) -> bytes:
    parts = [f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode() + one + b"\r\n" for one in contents]
    return b"".join(parts) + (f"--{boundary}--\r\n".encode() if end else b"")


def post(
    web: Client,
    content: bytes,
    *,
    to: str = "",
    media: str = 'multipart/related; type="application/dicom"; boundary=limit',
) -> Any:
    return web.post(f"{ROOT}/studies{to}", content, content_type=media)


def jpegls(**changes: Any) -> Dataset:
    made = image(**changes)
    made.file_meta.TransferSyntaxUID = JPEGLSLossless
    made.PixelData = encapsulate([compressed(disc(64), JPEG_LS)])
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    return made
