"""Reads of documents; nothing here records."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from epione.kernel.crypto import Place, unseal_json
from epione.kernel.storage import open_blob
from epione.patients.public import same_person

from .domain.content import Content, Image, from_dict, to_dict
from .models import Document, Signature


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document and its state."""

    id: UUID
    patient_id: UUID | None
    subject_id: UUID
    kind: str
    content: Content
    digest: str
    author_id: UUID
    created_at: datetime
    validated_at: datetime | None
    validated_by: UUID | None
    blob_id: UUID | None
    entry_id: UUID | None
    replaced: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Which documents of a list: of a kind, validated or not; None for both."""

    kind: str = ""
    validated: bool | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document, unread."""

    id: UUID
    author_id: UUID
    created_at: datetime
    validated_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignatureView:
    """One signature of a document: who, when, why, with which timestamp; `sha256` of the file that ends with it."""

    position: int
    signer_id: UUID
    signed_at: datetime
    reason: str
    level: str
    timestamp: str
    sha256: str
    entry_id: UUID


def digest_of(content: Content) -> str:
    """SHA-256 of the canonical JSON of a content."""
    canonical = json.dumps(to_dict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def place_of(row: Document) -> Place:
    """Where a document is sealed."""
    return Place(row.practice_id, row.patient_id, "documents_document", row.id, "sealed")


def view_of(row: Document, *, replaced: bool | None = None) -> DocumentView:
    """The decrypted document; `replaced` spares a question when the caller knows the answer."""
    return DocumentView(
        id=row.id,
        patient_id=row.patient_id,
        subject_id=row.subject_id,
        kind=row.kind,
        content=from_dict(unseal_json(place_of(row), bytes(row.sealed))),
        digest=row.digest,
        author_id=row.author_id,
        created_at=row.created_at,
        validated_at=row.validated_at,
        validated_by=row.validated_by,
        blob_id=row.blob_id,
        entry_id=row.entry_id,
        replaced=Document.objects.filter(replaces=row).exists() if replaced is None else replaced,
    )


def of_subject(practice_id: UUID, subject_id: UUID) -> list[DocumentView]:
    """Newest versions of the documents made for a review or a surgery."""
    rows = Document.objects.of_practice(practice_id).filter(subject_id=subject_id, replaced_by=None)
    return [view_of(row, replaced=False) for row in rows.order_by("id")]


def of_patient(practice_id: UUID, patient_id: UUID) -> list[DocumentView]:
    """Newest versions of the documents of a patient, newest first."""
    people = same_person(practice_id, patient_id)
    rows = Document.objects.of_practice(practice_id).filter(patient_id__in=people, replaced_by=None)
    return [view_of(row, replaced=False) for row in rows.order_by("-id")]


def recent(practice_id: UUID, limit: int = 50) -> list[DocumentView]:
    """The newest documents of a practice."""
    rows = Document.objects.of_practice(practice_id).filter(replaced_by=None).order_by("-id")[:limit]
    return [view_of(row, replaced=False) for row in rows]


def listed(
    practice_id: UUID,
    choice: Choice,
    *,
    begin: int,
    size: int,
    patient_id: UUID | None = None,
    closed: Collection[UUID] = (),
) -> tuple[list[DocumentView], int]:
    """The newest versions that fit, newest first, and how many there are.

    `patient_id` keeps those of one person, `closed` leaves those of some records out.
    """
    rows = Document.objects.of_practice(practice_id).filter(replaced_by=None).exclude(patient_id__in=closed)
    if patient_id:
        rows = rows.filter(patient_id__in=same_person(practice_id, patient_id))
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.validated is not None:
        rows = rows.filter(validated_at__isnull=not choice.validated)
    found = rows.order_by("-id")[begin : begin + size]
    return [view_of(row, replaced=False) for row in found], rows.count()


def kinds(practice_id: UUID) -> list[str]:
    """Every kind of document that the practice has."""
    rows = Document.objects.of_practice(practice_id).order_by("kind")
    return list(rows.values_list("kind", flat=True).distinct())


def drafts(practice_id: UUID) -> int:
    """How many documents wait to be validated."""
    return int(Document.objects.of_practice(practice_id).filter(replaced_by=None, validated_at=None).count())


def versions(document: DocumentView, practice_id: UUID) -> list[Version]:
    """Every version of a document, the newest first."""
    rows = Document.objects.of_practice(practice_id).filter(subject_id=document.subject_id, kind=document.kind)
    return [Version(row.id, row.author_id, row.created_at, row.validated_at) for row in rows.order_by("-id")]


def pictures(document: DocumentView, practice_id: UUID) -> dict[str, bytes]:
    """The pictures of a document, PNG by their SHA-256."""
    return {
        block.sha256: open_blob(practice_id=practice_id, subject_id=document.patient_id, blob_id=UUID(block.file))
        for block in document.content.blocks
        if isinstance(block, Image)
    }


def signatures(practice_id: UUID, document_id: UUID) -> list[SignatureView]:
    """The signatures of a document, in their order."""
    rows = Signature.objects.of_practice(practice_id).filter(document_id=document_id).order_by("position")
    return [_signature(row) for row in rows]


def _signature(row: Signature) -> SignatureView:
    return SignatureView(
        row.position, row.signer_id, row.signed_at, row.reason, row.level, row.timestamp, row.sha256, row.entry_id
    )


def signed_among(practice_id: UUID, document_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of these documents bear a signature."""
    rows = Signature.objects.of_practice(practice_id).filter(document_id__in=document_ids)
    return frozenset(rows.values_list("document_id", flat=True))
