"""The practice's certificate authority: made on first use, its keys sealed; certificates of people, revocation."""

import hashlib
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from epione.documents.domain.signing import Signatory
from epione.documents.errors import NoCertificate
from epione.documents.models import Certificate
from epione.documents.providers import authority
from epione.documents.providers.authority import KeyPair
from epione.identity.public import practice_of, require
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import Place, seal, unseal
from epione.kernel.ids import uuid7
from epione.ledger.public import record

PERSON, CLOCK, ROOT = Certificate.Purpose.PERSON, Certificate.Purpose.CLOCK, Certificate.Purpose.ROOT
_EARLY = {PERSON: timedelta(days=30), CLOCK: timedelta(days=60), ROOT: timedelta(days=authority.PERSON_DAYS)}
"""How long before its end a certificate is renewed."""


def _place(row: Certificate) -> Place:
    return Place(row.practice_id, None, "documents_certificate", row.id, "sealed_key")


def pair_of(row: Certificate) -> KeyPair:
    """The certificate with its private key, unsealed for one use."""
    return authority.load(bytes(row.der), unseal(_place(row), bytes(row.sealed_key)))


def _current(practice_id: UUID, purpose: Certificate.Purpose, owner_id: UUID | None, facts: str) -> Certificate | None:
    rows = Certificate.objects.of_practice(practice_id).filter(
        purpose=purpose,
        owner_id=owner_id,
        facts=facts,
        revoked_at=None,
        not_after__gt=clock.now() + _EARLY[purpose],
    )
    found: Certificate | None = rows.order_by("-id").first()
    return found


@transaction.atomic
def root_of(by: Actor) -> Certificate:
    """The root of the practice, made if there is none."""
    practice = practice_of(by.practice_id)
    found = _current(by.practice_id, ROOT, None, "")
    return found or _keep(by, ROOT, None, "", authority.make_root(practice.name, on=clock.now()), None)


@transaction.atomic
def clock_of(by: Actor) -> Certificate:
    """The certificate of the practice's own timestamps, made if there is none."""
    found = _current(by.practice_id, CLOCK, None, "")
    if found:
        return found
    root, practice = root_of(by), practice_of(by.practice_id)
    return _keep(by, CLOCK, None, "", authority.make_clock(pair_of(root), practice.name, on=clock.now()), root)


@transaction.atomic
def certificate_of(by: Actor, signatory: Signatory) -> Certificate:
    """The certificate of the actor, made when there is none, when it ends soon, or when her name or title changed."""
    facts = hashlib.sha256(repr(signatory).encode()).hexdigest()
    found = _current(by.practice_id, PERSON, by.id, facts)
    if found:
        return found
    root = root_of(by)
    return _keep(by, PERSON, by.id, facts, authority.make_person(pair_of(root), signatory, on=clock.now()), root)


def _keep(
    by: Actor,
    purpose: Certificate.Purpose,
    owner_id: UUID | None,
    facts: str,
    pair: KeyPair,
    issuer: Certificate | None,
) -> Certificate:
    """Insert a new generation; of two makers at once the first one wins and both use its certificate."""
    known = Certificate.objects.of_practice(by.practice_id).filter(purpose=purpose, owner_id=owner_id).count()
    row = Certificate(
        id=uuid7(),
        practice_id=by.practice_id,
        purpose=purpose,
        owner_id=owner_id,
        name="/".join(filter(None, (purpose.value, owner_id.hex if owner_id else "", str(known + 1)))),
        issuer=issuer,
        der=pair.certificate_der(),
        serial=str(pair.certificate.serial_number),
        facts=facts,
        not_after=pair.certificate.not_valid_after_utc,
    )
    row.sealed_key = seal(_place(row), pair.key_der())
    Certificate.objects.bulk_create([row], ignore_conflicts=True)
    stored: Certificate = Certificate.objects.of_practice(by.practice_id).get(name=row.name)
    if stored.id == row.id:
        after = {"purpose": purpose.value, "serial": row.serial, "until": row.not_after.date().isoformat()}
        record(action="documents.certify", by=by, entity=("certificate", str(row.id)), after=after)
    return stored


def roots(practice_id: UUID) -> list[bytes]:
    """Every root that the practice ever had, DER: old signatures are verified with old roots."""
    rows = Certificate.objects.of_practice(practice_id).filter(purpose=ROOT).order_by("id")
    return [bytes(row.der) for row in rows]


def certificates(practice_id: UUID) -> list[Certificate]:
    """Every certificate of a practice, the newest first."""
    return list(Certificate.objects.of_practice(practice_id).order_by("-id"))


def authority_file(practice_id: UUID) -> bytes:
    """The root certificates of the practice as PEM, for who verifies elsewhere; raises `NoCertificate`."""
    found = roots(practice_id)
    if not found:
        raise NoCertificate
    return b"".join(authority.pem(one) for one in found)


def revocation_file(practice_id: UUID) -> bytes:
    """The list of revoked certificates, signed now by the newest root, DER; raises `NoCertificate`."""
    found = revocation_lists(practice_id)
    if not found:
        raise NoCertificate
    return found[-1]


def revocation_lists(practice_id: UUID) -> list[bytes]:
    """The lists of every root of the practice, DER."""
    rows = Certificate.objects.of_practice(practice_id)
    now = clock.now()
    return [
        authority.revocation_list(
            pair_of(root),
            [
                (int(row.serial), row.revoked_at, row.revoked_why)
                for row in rows.filter(issuer=root).exclude(revoked_at=None)
            ],
            number=int(now.timestamp()),
            on=now,
        )
        for root in rows.filter(purpose=ROOT).order_by("id")
    ]


@transaction.atomic
def revoke(*, person_id: UUID, why: str, by: Actor) -> int:
    """Revoke the certificates of a person (her key was misused, she left); returns how many.

    What she signed with a timestamp before this moment stays valid; a new certificate is made if she signs again.
    """
    require(by, "people:write")
    if why not in authority.REASONS:
        raise ValueError(f"'{why}' is not one of {', '.join(authority.REASONS)}")
    rows = Certificate.objects.of_practice(by.practice_id).filter(purpose=PERSON, owner_id=person_id, revoked_at=None)
    serials = list(rows.values_list("serial", flat=True))
    if not serials:
        raise NoCertificate
    rows.update(revoked_at=clock.now(), revoked_why=why)
    record(
        action="documents.revoke", by=by, entity=("person", str(person_id)), after={"serials": serials, "reason": why}
    )
    return len(serials)
