"""Signing a document: the person, her certificate, the time, and one more signature at the end of the file."""

import hashlib
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from epione.documents import events, queries
from epione.documents.domain.signing import Block, Level, Reason, Signatory, Slot, Timestamp, title_of
from epione.documents.errors import (
    AlreadySigned,
    ContentChanged,
    OnlyPeopleSign,
    Replaced,
    SignedMeanwhile,
    TimestampAway,
)
from epione.documents.models import Certificate, Document, Signature
from epione.documents.providers import pades, pdf, timestamps
from epione.documents.words import reason_words, timestamp_words
from epione.identity.public import people_of, practice_of
from epione.kernel import clock
from epione.kernel.actor import Actor, ActorKind
from epione.kernel.events import publish
from epione.kernel.storage import open_blob, put_blob
from epione.ledger.public import record

from .authority import certificate_of, clock_of, pair_of
from .writing import readable

Clock = timestamps.OwnClock | timestamps.OutsideAuthority


@dataclass(frozen=True, slots=True)
class _Ready:
    """A document that may be signed now: its file so far, where the blocks stand, how many signatures it has."""

    view: queries.DocumentView
    file: bytes
    slot: Slot
    position: int


def sign_document(*, document_id: UUID, digest: str, by: Actor, reason: Reason = Reason.AUTHOR) -> queries.DocumentView:
    """Sign what the person read (`digest`), which validates it if it was not; PAdES B-T, or B-B without a timestamp.

    The caller has re-authenticated the person just before: that is how the key is under her sole control. An advanced
    signature at most, by a certificate of the practice; not a qualified one (eIDAS, articles 26 and 28).
    Raises `TimestampAway` when the configured authority does not answer: nothing is signed then.
    No transaction is held while that authority is asked; the document is looked at again before the file is kept.
    """
    if by.kind is not ActorKind.PERSON:
        raise OnlyPeopleSign
    ready = _ready(by, document_id, digest)
    signatory = _signatory(by, ready.view.content.lang)
    certificate = certificate_of(by, signatory)
    stamper, timestamp = _clock(by)
    request = _request(ready, signatory, certificate, reason, timestamp)
    try:
        file = pades.sign(ready.file, request, stamper)
    except timestamps.AuthorityAway as error:
        raise TimestampAway from error
    try:
        return _keep(by, ready, certificate, file, reason, timestamp)
    except IntegrityError as error:
        raise SignedMeanwhile from error


def _ready(by: Actor, document_id: UUID, digest: str) -> _Ready:
    row = readable(by, document_id, "documents:write")
    view = queries.view_of(row)
    if digest != row.digest:
        raise ContentChanged
    if view.replaced:
        raise Replaced
    earlier = list(Signature.objects.of_practice(by.practice_id).filter(document=row).order_by("position"))
    if any(one.signer_id == by.id for one in earlier):
        raise AlreadySigned
    if not earlier:
        file, slot = pdf.render_to_sign(view.content, queries.pictures(view, by.practice_id))
        return _Ready(view, file, slot, 0)
    file = open_blob(practice_id=by.practice_id, subject_id=row.patient_id, blob_id=earlier[-1].blob_id)
    return _Ready(view, file, Slot(**earlier[0].slot), len(earlier))


def _signatory(by: Actor, lang: str) -> Signatory:
    person = next(one for one in people_of(by.practice_id) if one.id == by.id)
    title = title_of(person.roles, lang if lang in {"fr", "en"} else "fr")
    return Signatory(
        person.name or person.username, title, person.rpps, practice_of(by.practice_id).name, person.id.hex
    )


def _clock(by: Actor) -> tuple[Clock | None, Timestamp]:
    chosen = timestamps.configured()
    if isinstance(chosen, timestamps.OutsideAuthority):
        return chosen, Timestamp.EXTERNAL
    if chosen == "none":
        return None, Timestamp.NONE
    row = clock_of(by)
    return timestamps.OwnClock(pair_of(row), _root(row)), Timestamp.INTERNAL


def _root(row: Certificate) -> bytes:
    return bytes((row.issuer or row).der)


def _request(
    ready: _Ready, signatory: Signatory, certificate: Certificate, reason: Reason, timestamp: Timestamp
) -> pades.Request:
    lang = ready.view.content.lang
    now = clock.now().astimezone(clock.PARIS)
    with override(lang):
        why = reason_words(reason)
        who = ", ".join(filter(None, (signatory.title, signatory.rpps and f"RPPS {signatory.rpps}")))
        lines = (
            who, now.strftime("%d/%m/%Y %H:%M:%S"), why, _("Certificate of the practice; not qualified"),
            timestamp_words(timestamp),
        )  # fmt: skip
        block = Block(_("Signed electronically by"), signatory.name, lines)
    box = ready.slot.box(ready.position)
    return pades.Request(
        pair=pair_of(certificate),
        root=_root(certificate),
        field=f"Signature{ready.position + 1}",
        name=signatory.name,
        reason=why,
        page=ready.slot.page,
        box=box,
        appearance=pdf.render_block(block, lang) if box else b"",
    )


@transaction.atomic
def _keep(
    by: Actor, ready: _Ready, certificate: Certificate, file: bytes, reason: Reason, timestamp: Timestamp
) -> queries.DocumentView:
    row: Document = Document.objects.select_for_update().of_practice(by.practice_id).get(id=ready.view.id)
    if Signature.objects.of_practice(by.practice_id).filter(document=row).count() != ready.position:
        raise SignedMeanwhile
    if queries.view_of(row).replaced:
        raise Replaced
    blob = put_blob(practice_id=by.practice_id, subject_id=row.patient_id, kind="document.pdf", content=file)
    sha256 = hashlib.sha256(file).hexdigest()
    level = Level.B_B if timestamp is Timestamp.NONE else Level.B_T
    entry = record(
        action="documents.sign",
        by=by,
        entity=("document", str(row.id)),
        patient_id=row.patient_id,
        after={
            "kind": row.kind, "digest": row.digest, "pdf_sha256": sha256, "level": level.value,
            "timestamp": timestamp.value, "position": ready.position + 1, "certificate": certificate.serial,
        },
        content=file,
    )  # fmt: skip
    Signature.objects.create(
        practice_id=by.practice_id, document=row, position=ready.position, certificate=certificate, signer_id=by.id,
        signed_at=clock.now(), reason=reason.value, level=level.value, timestamp=timestamp.value, sha256=sha256,
        blob_id=blob.id, entry_id=entry.id, slot=asdict(ready.slot),
    )  # fmt: skip
    if row.validated_at is None:
        row.validated_at, row.validated_by, row.blob_id, row.entry_id = clock.now(), by.id, blob.id, entry.id
    row.version += 1
    row.save()
    payload = {"document_id": str(row.id), "kind": row.kind, "subject_id": str(row.subject_id)}
    publish(events.SIGNED, practice_id=by.practice_id, payload=payload)
    return queries.view_of(row)
