"""Which form a client accepts (RFC 9110 12.5.1, PS3.18 8.7): media types, single or in parts, transfer syntaxes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

DICOM, OCTETS, JSON = "application/dicom", "application/octet-stream", "application/dicom+json"
EXPLICIT, IMPLICIT, BIG_ENDIAN = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
_JPEG, _JLS, _JP2, _RLE = "image/jpeg", "image/jls", "image/jp2", "image/dicom-rle"
MEDIA: Final = {
    "1.2.840.10008.1.2.4.50": _JPEG,
    "1.2.840.10008.1.2.4.51": _JPEG,
    "1.2.840.10008.1.2.4.57": _JPEG,
    "1.2.840.10008.1.2.4.70": _JPEG,
    "1.2.840.10008.1.2.4.80": _JLS,
    "1.2.840.10008.1.2.4.81": _JLS,
    "1.2.840.10008.1.2.4.90": _JP2,
    "1.2.840.10008.1.2.4.91": _JP2,
    "1.2.840.10008.1.2.4.92": "image/jpx",
    "1.2.840.10008.1.2.4.93": "image/jpx",
    "1.2.840.10008.1.2.4.201": "image/jphc",
    "1.2.840.10008.1.2.4.202": "image/jphc",
    "1.2.840.10008.1.2.4.203": "image/jphc",
    "1.2.840.10008.1.2.5": _RLE,
}
"""Transfer syntax -> media type of its compressed frames (PS3.18 Table 8.7.3-5)."""

_PARTS = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')
_PARAMETERS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')


@dataclass(frozen=True, slots=True)
class Accepted:
    """One form that is accepted: `media` of a part or of the whole; `parts` when it comes as multipart/related."""

    media: str
    parts: bool
    syntax: str
    quality: float

    def takes(self, media: str) -> bool:
        """Whether this media type is of this form."""
        kind, _, every = self.media.partition("/")
        return self.media in {"*/*", media} or (every == "*" and media.startswith(f"{kind}/"))


def accepted_of(header: str) -> list[Accepted]:
    """What an Accept header says, best first; everything when it says nothing."""
    forms = [_form(part.strip()) for part in _PARTS.split(header) if part.strip()] or [_form("*/*")]
    return sorted((one for one in forms if one.quality > 0), key=lambda one: -one.quality)


def _form(text: str) -> Accepted:
    media, *said = (part.strip() for part in _PARAMETERS.split(text))
    named = {name.strip().lower(): value.strip().strip('"') for name, _, value in (one.partition("=") for one in said)}
    parts = media.lower() == "multipart/related"
    kind = named.get("type", "*/*") if parts else media
    return Accepted(
        kind.lower(), parts or media == "*/*", named.get("transfer-syntax", ""), _quality(named.get("q", "1"))
    )


def _quality(text: str) -> float:
    return float(text) if re.fullmatch(r"[01](\.\d{0,3})?", text) else 0.0


def chosen(accepted: Sequence[Accepted], offered: Sequence[str]) -> str:
    """The first offered media type that the client likes best, "" when it takes none."""
    return next((media for one in accepted for media in offered if one.takes(media)), "")


def syntax_for(accepted: Sequence[Accepted], stored: str) -> str | None:
    """In which transfer syntax an object goes out: as it is, or native explicit little endian; None for neither.

    A client that names none gets explicit little endian (PS3.18 8.7.3.3.2), unless the object is native already.
    """
    for one in accepted:
        if not one.takes(DICOM):
            continue
        if one.syntax in {"*", stored}:
            return stored
        if one.syntax in {"", EXPLICIT}:
            return stored if stored in {EXPLICIT, IMPLICIT} and not (one.syntax and stored == IMPLICIT) else EXPLICIT
    return None


def frames_as_stored(accepted: Sequence[Accepted], stored: str) -> bool | None:
    """Whether frames go out compressed as they lie (True) or as native octets (False); None when neither is taken."""
    media = MEDIA.get(stored, "")
    for one in accepted:
        if one.media == "*/*" and media and one.syntax in {"", "*", stored}:
            return True
        if one.takes(OCTETS):
            return False
        if media and one.takes(media) and one.syntax in {"", "*", stored}:
            return True
    return None
