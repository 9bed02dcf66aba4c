"""The Merkle tree of RFC 6962 and RFC 9162: hashes, incremental growth, proofs and their verification.

Nodes are named `(level, position)`: level 0 are the leaves, node `(l, p)` covers leaves `p << l` to `(p + 1) << l`.
Only complete nodes are stored; every root and proof is folded from them.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Name = tuple[int, int]
Fetch = Callable[[Sequence[int]], dict[int, bytes]]


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of a leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def node_id(level: int, position: int) -> int:
    """In-order number of a complete node: stable for ever, one integer, children around their parent."""
    return ((2 * position + 1) << level) - 1


def node_name(number: int) -> Name:
    """The inverse of `node_id`."""
    level = (~number & number + 1).bit_length() - 1
    return level, (number + 1) >> (level + 1)


def cover(begin: int, end: int) -> list[Name]:
    """The fewest complete nodes over leaves `begin` to `end`, left to right (`begin` aligned as the RFC splits)."""
    names, at = [], begin
    for level in reversed(range((end - begin).bit_length())):
        if (end - begin) >> level & 1:
            names.append((level, at >> level))
            at += 1 << level
    return names


def fold(hashes: Sequence[bytes]) -> bytes:
    """One hash of the complete nodes of a range, from the right."""
    if not hashes:
        return EMPTY_ROOT
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


class CompactRange:
    """The right edge of a growing tree: enough to append and to know the root, in O(log n) memory."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(self.peaks)}")

    def append(self, hashed: bytes) -> list[tuple[int, bytes]]:
        """Add a leaf hash; returns the nodes that it completes as (number, hash), its own first."""
        completed = [(node_id(0, self.size), hashed)]
        for level in range(_trailing_ones(self.size)):
            hashed = node_hash(self.peaks.pop(), hashed)
            completed.append((node_id(level + 1, self.size >> (level + 1)), hashed))
        self.peaks.append(hashed)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Root hash of the tree so far."""
        return fold(self.peaks)


def _trailing_ones(number: int) -> int:
    return (~number & number + 1).bit_length() - 1


def peak_ids(size: int) -> list[int]:
    """Numbers of the complete nodes from which the root of a tree of this size folds."""
    return [node_id(*name) for name in cover(0, size)]


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The subtrees on the audit path of a leaf, lowest first (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    ranges, low, high = [], 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return ranges[::-1]


def consistency_ranges(old: int, size: int) -> list[tuple[int, int]]:
    """The subtrees that show a tree of `old` leaves to be the beginning of one of `size` (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= size:
        raise ValueError(f"a tree of {old} leaves cannot be the beginning of one of {size}")
    ranges, low, high, whole = [], 0, size, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low, whole = middle, False
    if not whole:
        ranges.append((low, high))
    return ranges[::-1]


def proof_hashes(ranges: Sequence[tuple[int, int]], fetch: Fetch) -> list[bytes]:
    """The hashes of subtrees, each folded from complete nodes; one call of `fetch` for all of them."""
    covers = [[node_id(*name) for name in cover(*limits)] for limits in ranges]
    known = fetch([number for numbers in covers for number in numbers])
    return [fold([known[number] for number in numbers]) for numbers in covers]


def verify_inclusion(index: int, size: int, hashed: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf is at this index of the tree with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    roots = _climb(index, size - 1, [hashed, *path])
    return roots is not None and roots[1] == root


def verify_consistency(old: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `size` leaves begins with the tree of `old` leaves (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old in {0, size}:
        return not path and old_root == (EMPTY_ROOT if old == 0 else root)
    hashes = [old_root, *path] if old.bit_count() == 1 else list(path)
    done = _trailing_ones(old - 1)
    return bool(hashes) and _climb((old - 1) >> done, (size - 1) >> done, hashes) == (old_root, root)


def _climb(position: int, last: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Roots of the trees that end at `position` and at `last`; None for a path of wrong length."""
    older = newer = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        position, last = position >> 1, last >> 1
    return (older, newer) if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
