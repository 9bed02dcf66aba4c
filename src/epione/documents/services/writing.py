"""Making, validating and reading documents: one use case, one transaction, one ledger entry."""

import hashlib
from uuid import UUID

from django.db import transaction

from epione.documents import events, queries
from epione.documents.domain.content import Content, to_dict
from epione.documents.errors import AlreadyValidated, ContentChanged, DocumentNotFound, UnknownFormat
from epione.documents.models import Document, Signature
from epione.documents.providers import docx, html, pdf
from epione.documents.rules import require_document
from epione.identity.public import require
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import seal_json
from epione.kernel.events import publish
from epione.kernel.ids import uuid7
from epione.kernel.storage import open_blob, put_blob
from epione.ledger.public import record

FORMATS = {"pdf": pdf, "docx": docx, "html": html}


def readable(by: Actor, document_id: UUID, scope: str) -> Document:
    """The row of a document that the actor may open; raises `DocumentNotFound`, `Forbidden` or a closed record."""
    require(by, scope)
    row: Document | None = Document.objects.of_practice(by.practice_id).filter(id=document_id).first()
    if row is None:
        raise DocumentNotFound
    require_document(by, row.patient_id)
    return row


@transaction.atomic
def write_document(
    *, kind: str, patient_id: UUID | None, subject_id: UUID, content: Content, by: Actor
) -> queries.DocumentView:
    """A new draft; an earlier draft or version of the same kind for the same subject is replaced, never changed.

    Without `patient_id` it is about nobody whom the practice knows, and opens to its clinicians.
    """
    require(by, "documents:write")
    require_document(by, patient_id)
    former = Document.objects.of_practice(by.practice_id).filter(subject_id=subject_id, kind=kind, replaced_by=None)
    row = Document(
        id=uuid7(),
        practice_id=by.practice_id,
        patient_id=patient_id,
        subject_id=subject_id,
        kind=kind,
        digest=queries.digest_of(content),
        author_id=by.id,
        replaces=former.first(),
    )
    row.sealed = seal_json(queries.place_of(row), to_dict(content))
    row.save(force_insert=True)
    record(
        action="documents.write",
        by=by,
        entity=("document", str(row.id)),
        patient_id=patient_id,
        after={"kind": kind, "digest": row.digest},
        content=bytes.fromhex(row.digest),
    )
    return queries.view_of(row)


@transaction.atomic
def validate_document(*, document_id: UUID, digest: str, by: Actor) -> queries.DocumentView:
    """Validate what the person read (`digest`): the PDF is kept encrypted and its content's hash enters the ledger.

    The caller has re-authenticated the person just before (ASVS 7.5). This is no electronic signature in the sense of
    eIDAS (`sign_document` makes one): it states who validated which bytes, and when.
    """
    row = readable(by, document_id, "documents:write")
    if row.validated_at:
        raise AlreadyValidated
    view = queries.view_of(row)
    if digest != row.digest:
        raise ContentChanged
    blob = put_blob(
        practice_id=by.practice_id,
        subject_id=row.patient_id,
        kind="document.pdf",
        content=pdf.render(view.content, queries.pictures(view, by.practice_id)),
    )
    entry = record(
        action="documents.validate",
        by=by,
        entity=("document", str(row.id)),
        patient_id=row.patient_id,
        after={"kind": row.kind, "digest": row.digest, "pdf_sha256": blob.sha256},
        content=bytes.fromhex(row.digest),
    )
    row.validated_at, row.validated_by, row.blob_id, row.entry_id = clock.now(), by.id, blob.id, entry.id
    row.version += 1
    row.save()
    payload = {"document_id": str(row.id), "kind": row.kind, "subject_id": str(row.subject_id)}
    publish(events.VALIDATED, practice_id=by.practice_id, payload=payload)
    return queries.view_of(row)


@transaction.atomic
def open_document(*, document_id: UUID, by: Actor) -> queries.DocumentView:
    """Read a document; the read is recorded."""
    row = readable(by, document_id, "documents:read")
    record(action="documents.open", by=by, entity=("document", str(row.id)), patient_id=row.patient_id)
    return queries.view_of(row)


@transaction.atomic
def export_document(*, document_id: UUID, form: str, by: Actor) -> tuple[bytes, str, str]:
    """The bytes, media type and file name of a document in a format.

    A signed PDF comes with every signature, a validated one is the very file validated.
    """
    if form not in FORMATS:
        raise UnknownFormat
    row = readable(by, document_id, "documents:read")
    record(action="documents.export", by=by, entity=("document", str(row.id)), patient_id=row.patient_id,
           after={"format": form})  # fmt: skip
    provider = FORMATS[form]
    name = f"{row.kind.replace('.', '-')}-{row.id.hex[:8]}.{provider.EXTENSION}"
    if form == "pdf" and row.blob_id:
        return _kept(row, row.blob_id), pdf.MEDIA, name
    view = queries.view_of(row)
    return provider.render(view.content, queries.pictures(view, by.practice_id)), provider.MEDIA, name


def _kept(row: Document, validated: UUID) -> bytes:
    """The file with all its signatures, or the one that was validated."""
    signed = Signature.objects.of_practice(row.practice_id).filter(document=row).order_by("position").last()
    blob_id = signed.blob_id if signed else validated
    return open_blob(practice_id=row.practice_id, subject_id=row.patient_id, blob_id=blob_id)


@transaction.atomic
def keep_picture(*, png: bytes, patient_id: UUID | None, by: Actor) -> tuple[str, str]:
    """Keep a picture for a document, encrypted: its SHA-256 and the id of its file, as `Image` wants them."""
    require(by, "documents:write")
    require_document(by, patient_id)
    blob = put_blob(practice_id=by.practice_id, subject_id=patient_id, kind="document.image", content=png)
    digest = hashlib.sha256(png).hexdigest()
    record(action="documents.picture", by=by, entity=("picture", str(blob.id)), patient_id=patient_id,
           content=bytes.fromhex(digest))  # fmt: skip
    return digest, str(blob.id)
