"""Sealing of files in chunks (STREAM): a chunk that is changed, moved, repeated or missing is noticed.

Format: `EPB` | version 1 | algorithm 1 | key id (24) | salt (32), then chunks of 256 KiB of content, each with its tag.
Each file has its own key (HKDF of the subject's key and the salt); the nonce is the chunk's number and a final flag.
"""

import os
from collections.abc import Iterable, Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import Tampered
from .keyring import KID_SIZE, current_key, key_by_id
from .place import Place

MAGIC: Final = b"EPB\x01\x01"
CHUNK: Final = 256 * 1024
TAG: Final = 16
HEADER: Final = len(MAGIC) + KID_SIZE + 32


def seal_stream(place: Place, content: Iterable[bytes]) -> Iterator[bytes]:
    """The stored bytes of a file, piece by piece; memory stays at one chunk."""
    key = current_key(place.practice_id, place.subject_id)
    header = MAGIC + key.kid + os.urandom(32)
    yield header
    yield from seal_chunks(_file_key(key.secret, header), header + place.bound(), content)


def unseal_stream(place: Place, stored: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a file; each piece is verified before it is handed out, the end only once the last one is."""
    pieces = iter(stored)
    header, rest = _take(pieces, HEADER)
    if not header.startswith(MAGIC) or len(header) < HEADER:
        raise Tampered(f"blob {place.row}: not a sealed file")
    key = key_by_id(place.practice_id, place.subject_id, header[len(MAGIC) : len(MAGIC) + KID_SIZE])
    yield from unseal_chunks(_file_key(key.secret, header), header + place.bound(), _chain(rest, pieces))


def seal_chunks(secret: bytes, bound: bytes, content: Iterable[bytes]) -> Iterator[bytes]:
    """Encrypt a stream with a key that is used for this stream only."""
    cipher = AESGCM(secret)
    for index, (chunk, final) in enumerate(_chunks(content, CHUNK)):
        nonce = _nonce(index, final)
        yield cipher.encrypt(nonce, chunk, bound + nonce)


def unseal_chunks(secret: bytes, bound: bytes, stored: Iterable[bytes]) -> Iterator[bytes]:
    """Decrypt what `seal_chunks` made; raises `Tampered` at the first chunk that is not as it was."""
    cipher = AESGCM(secret)
    for index, (chunk, final) in enumerate(_chunks(stored, CHUNK + TAG)):
        nonce = _nonce(index, final)
        try:
            yield cipher.decrypt(nonce, chunk, bound + nonce)
        except (InvalidTag, ValueError) as error:
            raise Tampered(f"chunk {index} was changed, moved or cut") from error


def _file_key(secret: bytes, header: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=header[-32:], info=b"epione/blob/1").derive(secret)


def _nonce(index: int, final: bool) -> bytes:
    return index.to_bytes(11) + bytes([final])


def _chunks(pieces: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Cut into chunks of `size`; the last one (perhaps empty) is flagged."""
    held = b""
    for piece in pieces:
        data = held + piece if held else piece
        at = 0
        # The last bytes are held back until it is known whether more follow.
        while len(data) - at > size:
            yield data[at : at + size], False
            at += size
        held = data[at:]
    yield held, True


def _take(pieces: Iterator[bytes], size: int) -> tuple[bytes, bytes]:
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= size:
            break
    return bytes(held[:size]), bytes(held[size:])


def _chain(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
