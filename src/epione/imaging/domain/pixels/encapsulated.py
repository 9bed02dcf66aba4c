"""Compressed frames out of their fragments (PS3.5 A.4), whatever the offset table says."""

from dataclasses import dataclass
from struct import Struct, unpack_from

from epione.imaging.domain.dicom import Header, tags

from .faults import PixelFault

EXTENDED_OFFSETS = 0x7FE00001
_ITEM = Struct("<HHI")
START_OF_IMAGE = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51")  # JPEG and JPEG-LS; JPEG 2000


@dataclass(frozen=True, slots=True)
class Fragment:
    """Where one fragment lies: its item, its first byte, its length."""

    item: int
    start: int
    length: int


def frame_bytes(header: Header, number: int, frames: int) -> bytes:
    """The compressed bytes of one frame, counted from 0.

    Raises PixelFault: corrupt_pixels when fragments cannot be shared out to frames, truncated_pixels when some lack.
    """
    table, fragments = _fragments(header)
    if not fragments or not any(one.length for one in fragments):
        raise PixelFault("truncated_pixels")
    mine = _of_frame(header, table, fragments, number, frames)
    data = header.data
    found = b"".join(data[one.start : one.start + one.length] for one in mine)
    if not found:
        raise PixelFault("truncated_pixels")
    return found


def _of_frame(
    header: Header, table: tuple[int, ...], fragments: list[Fragment], number: int, frames: int
) -> list[Fragment]:
    """One frame takes all; as many fragments as frames go one by one; else tables, then starts of images decide."""
    if frames == 1:
        return fragments
    if len(fragments) == frames:
        return [fragments[number]]
    if len(fragments) < frames:
        raise PixelFault("truncated_pixels")
    groups = _by_offsets(_extended(header), fragments, frames) or _by_offsets(table, fragments, frames)
    groups = groups or _by_starts(header.data, fragments, frames)
    if groups is None:
        raise PixelFault("corrupt_pixels")
    return groups[number]


def _fragments(header: Header) -> tuple[tuple[int, ...], list[Fragment]]:
    """The basic offset table and the fragments; the reader of the header has checked that they end."""
    data, at = header.data, header.pixel_offset or 0
    found: list[Fragment] = []
    while True:
        group, element, length = _ITEM.unpack_from(data, at)
        if group << 16 | element != tags.ITEM:
            break
        found.append(Fragment(at, at + 8, length))
        at += 8 + length
    if not found:
        raise PixelFault("truncated_pixels")
    first = found.pop(0)
    return unpack_from(f"<{first.length // 4}I", data, first.start), found


def _extended(header: Header) -> tuple[int, ...]:
    raw = header.raw(EXTENDED_OFFSETS)
    return unpack_from(f"<{len(raw) // 8}Q", raw)


def _by_offsets(table: tuple[int, ...], fragments: list[Fragment], frames: int) -> list[list[Fragment]] | None:
    """Groups by an offset table; None when it is absent or points beside the items."""
    if len(table) != frames:
        return None
    places = {one.item - fragments[0].item: index for index, one in enumerate(fragments)}
    starts = [places.get(offset, -1) for offset in table]
    if starts[0] != 0 or sorted(set(starts)) != starts:
        return None
    ends = [*starts[1:], len(fragments)]
    return [fragments[start:end] for start, end in zip(starts, ends, strict=True)]


def _by_starts(data: bytes, fragments: list[Fragment], frames: int) -> list[list[Fragment]] | None:
    """Groups by the markers with which images begin; None when they are not as many as the frames."""
    groups: list[list[Fragment]] = []
    for one in fragments:
        if data.startswith(START_OF_IMAGE, one.start):
            groups.append([])
        if not groups:
            return None
        groups[-1].append(one)
    return groups if len(groups) == frames else None
