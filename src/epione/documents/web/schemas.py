"""Shapes of the documents' API."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from epione.documents.domain.content import to_dict
from epione.documents.domain.signing import Reason, Verdict, Verification
from epione.documents.queries import DocumentView, SignatureView


class SignatureOut(Schema):
    """One signature; `sha256` is that of the PDF that ends with it."""

    position: int
    signer_id: UUID
    signed_at: datetime
    reason: str
    level: str
    timestamp: str
    sha256: str
    ledger_entry: UUID

    @classmethod
    def of(cls, view: SignatureView) -> Self:
        """From what the query gives."""
        return cls(
            position=view.position + 1,
            signer_id=view.signer_id,
            signed_at=view.signed_at,
            reason=view.reason,
            level=view.level,
            timestamp=view.timestamp,
            sha256=view.sha256,
            ledger_entry=view.entry_id,
        )


class DocumentOut(Schema):
    """A document without its text: what it is, whose, and its state."""

    id: UUID
    type: str
    title: str
    patient_id: UUID | None
    subject_id: UUID
    author_id: UUID
    digest: str
    generated_at: datetime
    validated_at: datetime | None
    validated_by: UUID | None
    replaced: bool

    @classmethod
    def of(cls, view: DocumentView) -> Self:
        """From what the query gives."""
        return cls(**_facts(view))


class DocumentDetail(DocumentOut):
    """A document with its content and signatures."""

    content: dict[str, Any]
    signatures: list[SignatureOut]

    @classmethod
    def opened(cls, view: DocumentView, signatures: list[SignatureView]) -> Self:
        """From an opened document."""
        return cls(
            **_facts(view),
            content=to_dict(view.content),
            signatures=[SignatureOut.of(one) for one in signatures],
        )


def _facts(view: DocumentView) -> dict[str, Any]:
    return {
        "id": view.id,
        "type": view.kind,
        "title": view.content.title,
        "patient_id": view.patient_id,
        "subject_id": view.subject_id,
        "author_id": view.author_id,
        "digest": view.digest,
        "generated_at": view.created_at,
        "validated_at": view.validated_at,
        "validated_by": view.validated_by,
        "replaced": view.replaced,
    }


class DocumentList(Schema):
    """One page of documents."""

    items: list[DocumentOut]
    total: int
    page: int
    size: int


class SignIn(Schema):
    """What is signed: `digest` of the version that was read."""

    digest: str = Field(min_length=64, max_length=64, pattern="^[0-9a-f]+$")
    reason: Reason = Reason.AUTHOR


class VerdictOut(Schema):
    """One verified signature; `at` is the time that its timestamp vouches for, `claimed` the signer's own."""

    valid: bool
    name: str
    title: str
    rpps: str
    practice: str
    at: datetime | None
    claimed: datetime | None
    reason: str
    level: str
    timestamp: str
    timestamp_authority: str
    intact: bool
    trust: str
    change: str
    fingerprint: str

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """From a verdict."""
        return cls(**{name: getattr(verdict, name) for name in cls.model_fields})


class VerificationOut(Schema):
    """Every signature of a file; `valid` only when there is one and all hold."""

    valid: bool
    sha256: str
    signatures: list[VerdictOut]

    @classmethod
    def of(cls, found: Verification) -> Self:
        """From a verification."""
        return cls(valid=found.valid, sha256=found.sha256, signatures=[VerdictOut.of(one) for one in found.verdicts])
