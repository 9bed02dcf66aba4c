"""A thousand random tampers, each located at its sequence number."""

import random
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import transaction
from tests.ledger.tampering import regrow, rewrite

from epione.ledger.domain.merkle import node_id
from epione.ledger.models import Detail, Entry, Node
from epione.ledger.public import make_checkpoint, verify
from epione.ledger.triggers import lifted

Fill = Callable[[int], list[UUID]]
SMALL = 13


@pytest.mark.slow
def test_a_thousand_random_tampers_are_all_located(fill: Fill) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    fill(SMALL)
    make_checkpoint()
    missed = []
    with lifted():
        for round_number in range(1000):
            number = dice.randrange(SMALL)
            how = dice.choice([flip, remove, swap, cut, shift, flip_node, flip_detail])
            point = transaction.savepoint()
            bad = how(number, dice)
            if verify(keep=False).first_bad != bad:
                missed.append((round_number, how.__name__, number))
            transaction.savepoint_rollback(point)
    assert missed == []


def flip(number: int, dice: random.Random) -> int:
    leaf = bytearray(Entry.objects.get(leaf_index=number).leaf)
    leaf[dice.randrange(len(leaf))] ^= 1 << dice.randrange(8)
    rewrite(number, bytes(leaf))
    return number


def remove(number: int, dice: random.Random) -> int:
    Entry.objects.filter(leaf_index=number).delete()
    return number


def swap(number: int, dice: random.Random) -> int:
    other = dice.choice([n for n in range(SMALL) if n != number])
    Entry.objects.filter(leaf_index=number).update(leaf_index=5000)
    Entry.objects.filter(leaf_index=other).update(leaf_index=number)
    Entry.objects.filter(leaf_index=5000).update(leaf_index=other)
    return min(number, other)


def cut(number: int, dice: random.Random) -> int:
    Entry.objects.filter(leaf_index__gte=number).delete()
    if dice.random() < 0.5:
        regrow()
    return number


def shift(number: int, dice: random.Random) -> int:
    Entry.objects.filter(leaf_index=number).delete()
    for later in Entry.objects.filter(leaf_index__gt=number).order_by("leaf_index"):
        Entry.objects.filter(id=later.id).update(leaf_index=(later.leaf_index or 0) - 1)
    return number


def flip_node(number: int, dice: random.Random) -> int:
    raw = bytearray(Node.objects.get(id=node_id(0, number)).hash)
    raw[dice.randrange(32)] ^= 1 << dice.randrange(8)
    Node.objects.filter(id=node_id(0, number)).update(hash=bytes(raw))
    return number


def flip_detail(number: int, dice: random.Random) -> int:
    row = Detail.objects.get(entry_id=Entry.objects.get(leaf_index=number).id)
    raw = bytearray(row.sealed)
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    Detail.objects.filter(entry_id=row.entry_id).update(sealed=bytes(raw))
    return number
