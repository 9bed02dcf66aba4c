"""Zip archives of images: opened within limits; names of members are never read, so none can harm or tell."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

ZIP_MAGIC = b"PK\x03\x04"
PIECE = 1024 * 1024
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class BadArchive(ValueError):
    """An archive that is not opened; `code` says why (bad_zip, zip_bomb, zip_entries, encrypted_zip)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may unpack to: files, bytes of one file, bytes in all, and how many times its own size."""

    entries: int = 50_000
    member: int = 2 * 1024**3
    total: int = 64 * 1024**3
    ratio: int = 200


def is_archive(head: bytes) -> bool:
    """Whether bytes begin as a zip does; a DICOM file whose preamble looks like one is DICOM."""
    return head.startswith(ZIP_MAGIC) and head[128:132] != b"DICM"


def count(file: IO[bytes], limits: ArchiveLimits) -> int:
    """How many files an archive states that it holds, its statements checked against the limits."""
    return len(_files(_opened(file), limits))


def members(file: IO[bytes], limits: ArchiveLimits) -> Iterator[bytes]:
    """The content of each file of an archive, one after the other; directories and empty names are passed over.

    Sizes are counted while unpacking: what the archive states of itself is not believed.
    """
    archive = _opened(file)
    total = 0
    for info in _files(archive, limits):
        allowed = min(limits.member, limits.total - total, max(info.compress_size, 1024) * limits.ratio)
        content = _unpacked(archive, info, allowed)
        total += len(content)
        yield content


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _UNREADABLE as error:
        raise BadArchive("bad_zip") from error


def _files(archive: zipfile.ZipFile, limits: ArchiveLimits) -> list[zipfile.ZipInfo]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > limits.entries:
        raise BadArchive("zip_entries")
    if any(info.flag_bits & 1 for info in infos):
        raise BadArchive("encrypted_zip")
    if sum(info.file_size for info in infos) > limits.total:
        raise BadArchive("zip_bomb")
    return infos


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowed: int) -> bytes:
    pieces, size = [], 0
    try:
        with archive.open(info) as member:
            while piece := member.read(PIECE):
                size += len(piece)
                if size > allowed:
                    break
                pieces.append(piece)
    except _UNREADABLE as error:
        raise BadArchive("bad_zip") from error
    if size > allowed:
        raise BadArchive("zip_bomb")
    return b"".join(pieces)
