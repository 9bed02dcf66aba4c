"""How a practice receives images: its policy, its secret, the fate of what came in."""

import os
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.imaging.domain.deid import POLICIES
from epione.imaging.models import Settings
from epione.kernel.actor import Actor
from epione.kernel.crypto import Place, seal, unseal
from epione.kernel.errors import Invalid
from epione.kernel.ids import uuid7
from epione.ledger.public import record

SECRET_BYTES = 32
DEFAULT_POLICY = "longitudinal"
"""Intervals, age and sex are kept, which reading needs; nothing that names the person is."""


@dataclass(frozen=True, slots=True)
class Reception:
    """The rules of reception of a practice; `secret` derives its pseudonyms, UIDs and date offsets."""

    practice_id: UUID
    policy: str
    keep_originals: bool
    secret: bytes = field(repr=False)


def reception_of(practice_id: UUID) -> Reception:
    """The rules of a practice; its secret is made on first use and never changes afterwards."""
    row = Settings.objects.of_practice(practice_id).first() or _make(practice_id)
    return Reception(practice_id, row.policy, row.keep_originals, unseal(_place(row), bytes(row.sealed)))


@transaction.atomic
def _make(practice_id: UUID) -> Settings:
    """Of two that come first together, one row stays and both use it."""
    row = Settings(id=uuid7(), practice_id=practice_id, policy=DEFAULT_POLICY)
    row.sealed = seal(_place(row), os.urandom(SECRET_BYTES))
    Settings.objects.bulk_create([row], ignore_conflicts=True)
    found: Settings = Settings.objects.of_practice(practice_id).get()
    return found


@transaction.atomic
def set_reception(*, policy: str, keep_originals: bool, by: Actor) -> Reception:
    """Choose the policy of de-identification and the originals' fate; what was received before stays as it is."""
    require(by, "imaging_settings:write")
    if policy not in POLICIES:
        raise Invalid({"policy": [", ".join(sorted(POLICIES))]})
    before = reception_of(by.practice_id)
    rows = Settings.objects.of_practice(by.practice_id)
    rows.update(policy=policy, keep_originals=keep_originals)
    record(
        action="imaging.set_reception",
        by=by,
        entity=("imaging_settings", str(by.practice_id)),
        before={"policy": before.policy, "keep_originals": before.keep_originals},
        after={"policy": policy, "keep_originals": keep_originals},
    )
    return reception_of(by.practice_id)


def _place(row: Settings) -> Place:
    return Place(row.practice_id, None, "imaging_settings", row.id, "sealed")
