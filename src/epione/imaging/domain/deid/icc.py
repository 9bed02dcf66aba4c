"""ICC colour profiles without their texts: curves, matrices and tables stay, descriptions and private tags do not.

Layout: ICC.1:2022, 7.2 (header of 128 bytes) and 7.3 (table of tags).
"""

from struct import Struct

_ROW = Struct(">4sII")
_COUNT = Struct(">I")
_HEADER = 128
_MOST_TAGS = 200
#: Types made of numbers only.
_NUMERIC = frozenset(
    {b"XYZ ", b"curv", b"para", b"sf32", b"mft1", b"mft2", b"mAB ", b"mBA ", b"view", b"meas", b"chrm"}
)
#: Header fields that may carry a serial number, a date or the name of a device: date, manufacturer, model, attributes
#: of the device apart, creator and profile id.
_BLANKED = ((24, 36), (48, 56), (80, 100))


def without_texts(profile: bytes) -> bytes | None:
    """The profile rebuilt from its numeric tags; None when it is no profile or nothing remains."""
    if len(profile) < _HEADER + 4 or profile[36:40] != b"acsp":
        return None
    count = _COUNT.unpack_from(profile, _HEADER)[0]
    if count > _MOST_TAGS or _HEADER + 4 + 12 * count > len(profile):
        return None
    rows = [_ROW.unpack_from(profile, _HEADER + 4 + 12 * number) for number in range(count)]
    kept = {name: profile[at : at + size] for name, at, size in rows if _numeric(profile, at, size)}
    return _rebuilt(profile[:_HEADER], kept) if kept else None


def _numeric(profile: bytes, at: int, size: int) -> bool:
    return size >= 8 and at + size <= len(profile) and profile[at : at + 4] in _NUMERIC


def _rebuilt(header: bytes, kept: dict[bytes, bytes]) -> bytes:
    blank = bytearray(header)
    for begin, end in _BLANKED:
        blank[begin:end] = bytes(end - begin)
    table, body, at = b"", b"", _HEADER + 4 + 12 * len(kept)
    for name, value in kept.items():
        table += _ROW.pack(name, at + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    blank[0:4] = _COUNT.pack(at + len(body))
    return bytes(blank) + _COUNT.pack(len(kept)) + table + body
