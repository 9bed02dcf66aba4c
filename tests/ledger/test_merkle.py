"""The tree against the recursive definition of RFC 9162."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epione.ledger.domain.merkle import (
    EMPTY_ROOT,
    CompactRange,
    consistency_ranges,
    cover,
    fold,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    node_id,
    node_name,
    peak_ids,
    proof_hashes,
    verify_consistency,
    verify_inclusion,
)


def largest_power(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def root_by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = largest_power(len(leaves))
    return hashlib.sha256(b"\x01" + root_by_definition(leaves[:k]) + root_by_definition(leaves[k:])).digest()


def path_by_definition(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    k = largest_power(len(leaves))
    if m < k:
        return [*path_by_definition(m, leaves[:k]), root_by_definition(leaves[k:])]
    return [*path_by_definition(m - k, leaves[k:]), root_by_definition(leaves[:k])]


def subproof_by_definition(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 9162, 2.1.4.1, word for word."""
    if m == len(leaves):
        return [] if whole else [root_by_definition(leaves)]
    k = largest_power(len(leaves))
    if m <= k:
        return [*subproof_by_definition(m, leaves[:k], whole), root_by_definition(leaves[k:])]
    return [*subproof_by_definition(m - k, leaves[k:], False), root_by_definition(leaves[:k])]


class Tree:
    """A tree in memory, with its stored nodes."""

    def __init__(self, size: int) -> None:
        self.leaves = [f"leaf {number}".encode() for number in range(size)]
        self.nodes: dict[int, bytes] = {}
        self.edge = CompactRange()
        for leaf in self.leaves:
            self.nodes.update(self.edge.append(leaf_hash(leaf)))

    def root(self, size: int) -> bytes:
        return fold([self.nodes[number] for number in peak_ids(size)])

    def fetch(self, numbers: object) -> dict[int, bytes]:
        return self.nodes


WHOLE = Tree(130)


def test_the_empty_tree_has_the_root_of_the_rfc() -> None:
    assert CompactRange().root() == EMPTY_ROOT == root_by_definition([])


def test_the_known_root_of_eight_leaves() -> None:
    """The reference vectors of Certificate Transparency."""
    leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    edge = CompactRange()
    for leaf in leaves:
        edge.append(leaf_hash(bytes.fromhex(leaf)))
    assert edge.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_every_size_has_the_root_of_the_definition() -> None:
    for size in range(130):
        assert Tree(size).edge.root() == root_by_definition(WHOLE.leaves[:size]) == WHOLE.root(size)


def test_every_complete_node_is_stored_once() -> None:
    for size in range(130):
        assert len(Tree(size).nodes) == 2 * size - size.bit_count()


@given(st.integers(0, 40), st.integers(0, 2**40))
def test_node_numbers_and_names_are_inverse(level: int, position: int) -> None:
    assert node_name(node_id(level, position)) == (level, position)


def test_an_edge_with_a_wrong_number_of_peaks_is_refused() -> None:
    with pytest.raises(ValueError, match="a tree of 3 leaves has 2 peaks, not 1"):
        CompactRange(3, [bytes(32)])


@given(st.integers(1, 130), st.data())
def test_a_range_is_covered_by_the_fewest_nodes(size: int, data: st.DataObject) -> None:
    names = cover(0, size)
    assert [p << level for level, p in names] == [sum(1 << k for k, _ in names[:i]) for i in range(len(names))]
    assert sum(1 << level for level, _ in names) == size
    assert len(names) == size.bit_count()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_inclusion_proofs_are_those_of_the_definition(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 130))
    index = data.draw(st.integers(0, size - 1))
    path = proof_hashes(inclusion_ranges(index, size), WHOLE.fetch)
    assert path == path_by_definition(index, WHOLE.leaves[:size])
    assert verify_inclusion(index, size, leaf_hash(WHOLE.leaves[index]), path, WHOLE.root(size))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_consistency_proofs_are_those_of_the_definition(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 130))
    old = data.draw(st.integers(1, size))
    path = proof_hashes(consistency_ranges(old, size), WHOLE.fetch)
    assert path == subproof_by_definition(old, WHOLE.leaves[:size], True)
    assert verify_consistency(old, size, WHOLE.root(old), WHOLE.root(size), path)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_changed_inclusion_proof_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 130))
    index = data.draw(st.integers(0, size - 1))
    path = proof_hashes(inclusion_ranges(index, size), WHOLE.fetch)
    hashed, root = leaf_hash(WHOLE.leaves[index]), WHOLE.root(size)
    at = data.draw(st.integers(0, len(path) - 1))
    changed = [*path[:at], node_hash(path[at], path[at]), *path[at + 1 :]]
    wrong_index = data.draw(st.integers(0, size - 1).filter(lambda i: i != index))
    assert not verify_inclusion(index, size, hashed, changed, root)
    assert not verify_inclusion(index, size, hashed, path[:-1], root)
    assert not verify_inclusion(index, size, hashed, [*path, root], root)
    assert not verify_inclusion(wrong_index, size, hashed, path, root)
    assert not verify_inclusion(index, size, leaf_hash(b"another"), path, root)
    assert not verify_inclusion(size, size, hashed, path, root)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_changed_consistency_proof_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 130))
    old = data.draw(st.integers(1, size - 1))
    path = proof_hashes(consistency_ranges(old, size), WHOLE.fetch)
    at = data.draw(st.integers(0, len(path) - 1))
    changed = [*path[:at], bytes(32), *path[at + 1 :]]
    older, newer = WHOLE.root(old), WHOLE.root(size)
    assert not verify_consistency(old, size, older, newer, changed)
    assert not verify_consistency(old, size, older, newer, path[:-1])
    assert not verify_consistency(old, size, older, newer, [*path, newer])
    assert not verify_consistency(old, size, bytes(32), newer, path)
    assert not verify_consistency(old, size, older, bytes(32), path)
    assert not verify_consistency(size, old, newer, older, path)


def test_consistency_at_the_borders() -> None:
    root = WHOLE.root(7)
    assert verify_consistency(7, 7, root, root, [])
    assert not verify_consistency(7, 7, root, root, [root])
    assert not verify_consistency(7, 7, root, WHOLE.root(8), [])
    assert verify_consistency(0, 7, EMPTY_ROOT, root, [])
    assert not verify_consistency(0, 7, root, root, [])
    assert not verify_consistency(3, 7, WHOLE.root(3), root, [])


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_path(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        inclusion_ranges(index, size)


@pytest.mark.parametrize(("old", "size"), [(0, 4), (5, 4), (-1, 4)])
def test_a_longer_tree_is_not_the_beginning_of_a_shorter_one(old: int, size: int) -> None:
    with pytest.raises(ValueError, match="cannot be the beginning"):
        consistency_ranges(old, size)
