"""multipart/related as it comes in (RFC 2046, RFC 2387), split while it is read; nothing is believed about lengths."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

CHUNK: Final = 1 << 16
LONGEST_HEAD: Final = 8192
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")


class BadMultipart(ValueError):
    """The body is not what its head says; `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its media type, where its content begins in what was kept, and how long it is."""

    media: str
    start: int
    length: int


def boundary_of(content_type: str) -> tuple[str, str]:
    """Boundary and type of the parts ("" when not stated). Raises BadMultipart (not_multipart, no_boundary)."""
    media, _, rest = content_type.partition(";")
    if media.strip().lower() != "multipart/related":
        raise BadMultipart("not_multipart")
    said = dict(_named(rest))
    boundary = said.get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise BadMultipart("no_boundary")
    return boundary, said.get("type", "").lower()


def _named(text: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r';?\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^;\s]*))', text):
        yield found[1].lower(), found[2] if found[2] is not None else found[3]


class Splitter:
    """Splits a body read by `read`; contents go to `keep`, one after the other. Limits are checked while reading."""

    def __init__(
        self, read: Callable[[int], bytes], keep: Callable[[bytes], object], *, boundary: str, limits: tuple[int, int]
    ) -> None:
        self._read, self._keep = read, keep
        self._mark = b"\r\n--" + boundary.encode("ascii")
        self._most_parts, self._most_bytes = limits
        # As if a line had ended before: the first boundary may open the body.
        self._held = bytearray(b"\r\n")
        self._taken = self._kept = 0

    def parts(self) -> list[Part]:
        """Every part. Raises BadMultipart (truncated, bad_part, no_parts, too_many_parts, too_large)."""
        found: list[Part] = []
        self._until(self._mark, None)
        while self._goes_on():
            if len(found) == self._most_parts:
                raise BadMultipart("too_many_parts")
            media, start = self._head(), self._kept
            self._until(self._mark, self._keep)
            found.append(Part(media, start, self._kept - start))
        if not found:
            raise BadMultipart("no_parts")
        return found

    def _more(self) -> None:
        piece = self._read(CHUNK)
        if not piece:
            raise BadMultipart("truncated")
        self._taken += len(piece)
        if self._taken > self._most_bytes:
            raise BadMultipart("too_large")
        self._held += piece

    def _until(self, mark: bytes, keep: Callable[[bytes], object] | None) -> None:
        """Hand out all bytes before the mark and step behind it."""
        while (at := self._held.find(mark)) < 0:
            self._out(max(len(self._held) - len(mark) + 1, 0), keep)
            self._more()
        self._out(at, keep)
        del self._held[: len(mark)]

    def _out(self, count: int, keep: Callable[[bytes], object] | None) -> None:
        if keep is not None:
            keep(bytes(self._held[:count]))
            self._kept += count
        del self._held[:count]

    def _goes_on(self) -> bool:
        """Whether a part follows the boundary; two dashes end the body. Blanks may stand before the line ends."""
        while len(self._held) < 2:
            self._more()
        if self._held.startswith(b"--"):
            return False
        while (at := self._held.find(b"\n")) < 0 and len(self._held) < LONGEST_HEAD:
            self._more()
        if at < 0 or self._held[:at].strip():
            raise BadMultipart("bad_part")
        # The line break stays: the fields of the part may be none.
        del self._held[: at - 1 if self._held[at - 1 : at] == b"\r" else at]
        return True

    def _head(self) -> str:
        while (at := self._held.find(b"\r\n\r\n")) < 0:
            if len(self._held) > LONGEST_HEAD:
                raise BadMultipart("bad_part")
            self._more()
        head = bytes(self._held[:at]).decode("latin-1")
        del self._held[: at + 4]
        found = re.search(r"(?im)^content-type:\s*([^\r\n]*)", head)
        return found[1].strip().lower() if found else ""
