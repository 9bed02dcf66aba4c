"""Content identifiers of IPFS, computed here, so that no node has to be believed.

Formats: CID 1 with multicodec, multihash and multibase (github.com/multiformats), UnixFS and dag-pb (specs.ipfs.tech).
A content of one chunk is a raw leaf; a larger one is the balanced tree that Kubo makes with `cid-version=1`,
`raw-leaves` and `size-262144`: at most 174 links per node.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

CHUNK: Final = 262_144
LINKS: Final = 174
_RAW, _DAG_PB, _SHA2_256 = 0x55, 0x70, b"\x12\x20"
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_FILE: Final = b"\x08\x02"


def cid_of(content: bytes) -> bytes:
    """The CID (version 1, binary) that a node must answer when this content is added."""
    level = [_leaf(content[at : at + CHUNK]) for at in range(0, len(content), CHUNK)] or [_leaf(b"")]
    while len(level) > 1:
        level = [_parent(children) for children in _groups(level)]
    return level[0].cid


def written(cid: bytes) -> str:
    """A binary CID as Kubo writes it: base32, `bafk...` for a raw leaf."""
    return "b" + base64.b32encode(cid).decode().lower().rstrip("=")


def read(text: str) -> bytes:
    """The binary CID of a text in base32 (`b...`) or base58 (`z...`); raises `ValueError`."""
    if text.startswith("b"):
        body = text[1:].upper()
        try:
            cid = base64.b32decode(body + "=" * (-len(body) % 8))
        except binascii.Error as error:
            raise ValueError("not a CID") from error
    elif text.startswith("z"):
        number = 0
        for letter in text[1:]:
            number = number * 58 + _BASE58.index(letter)
        cid = number.to_bytes((number.bit_length() + 7) // 8)
    else:
        raise ValueError("not a CID of version 1")
    if len(cid) != 36 or cid[0] != 1 or cid[2:4] != _SHA2_256:
        raise ValueError("not a CID of version 1 under SHA-256")
    return cid


@dataclass(frozen=True, slots=True)
class _Node:
    """A node: its CID, bytes of the file under it, bytes of all blocks under it."""

    cid: bytes
    length: int
    stored: int


def _leaf(chunk: bytes) -> _Node:
    return _Node(_cid(_RAW, chunk), len(chunk), len(chunk))


def _parent(children: list[_Node]) -> _Node:
    """The dag-pb block: links first, then the UnixFS part, as the canonical order demands."""
    length = sum(child.length for child in children)
    unixfs = _FILE + _number(3, length) + b"".join(_number(4, child.length) for child in children)
    links = [_bytes(1, child.cid) + _bytes(2, b"") + _number(3, child.stored) for child in children]
    block = b"".join(_bytes(2, link) for link in links) + _bytes(1, unixfs)
    return _Node(_cid(_DAG_PB, block), length, len(block) + sum(child.stored for child in children))


def _groups(level: Iterable[_Node]) -> Iterator[list[_Node]]:
    waiting = iter(level)
    while group := list(islice(waiting, LINKS)):
        yield group


def _cid(codec: int, block: bytes) -> bytes:
    return bytes([1, codec]) + _SHA2_256 + hashlib.sha256(block).digest()


def _bytes(number: int, raw: bytes) -> bytes:
    """A protobuf field of bytes."""
    return _varint(number << 3 | 2) + _varint(len(raw)) + raw


def _number(number: int, value: int) -> bytes:
    """A protobuf field of an unsigned integer."""
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
