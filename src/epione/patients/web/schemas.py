"""Shapes of the patient API (names are the specification's)."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from epione.kernel import clock
from epione.patients.domain.coverage import C2S, covered_by
from epione.patients.domain.record import Fact, FactKind, Identity, PatientCard, Record, Sex


class PatientIn(Schema):
    """An identity to create or correct; `confirmed_distinct` says that a probable twin is somebody else."""

    first_name: str = Field(max_length=120)
    last_name: str = Field(max_length=120)
    birth_date: date
    sex: Sex = Sex.UNKNOWN
    birth_name: str = Field("", max_length=120)
    medical_id: str = Field("", max_length=64)
    social_security: str = Field("", max_length=24)
    ins: str = Field("", max_length=24)
    ins_oid: str = Field("", max_length=64)
    identity_status: str = Field("PROV", pattern="^(PROV|RECUP|VALI|QUAL)$")
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)
    address: str = Field("", max_length=500)
    medical_history: str = Field("", max_length=4000)
    physician: str = Field("", max_length=120)
    physician_rpps: str = Field("", max_length=11)

    def identity(self) -> Identity:
        """As the domain's value."""
        return Identity(**{name: getattr(self, name) for name in PatientIn.model_fields})


class PatientCreate(PatientIn):
    """A creation."""

    confirmed_distinct: bool = False

    def identity(self) -> Identity:
        """As the domain's value."""
        return Identity(**{name: getattr(self, name) for name in PatientIn.model_fields})


class PatientUpdate(PatientCreate):
    """A correction of the version that the person saw."""

    version: int = Field(ge=1)


class PatientOut(Schema):
    """A patient in a list."""

    id: UUID
    medical_id: str
    first_name: str
    last_name: str
    birth_name: str
    birth_date: date
    sex: Sex
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None

    @classmethod
    def of(cls, card: PatientCard) -> Self:
        """From the module's value."""
        return cls(**_card(card))


def _card(card: PatientCard) -> dict[str, Any]:
    identity = card.identity
    return {
        "id": card.id,
        "version": card.version,
        "created_at": card.created_at,
        "updated_at": card.updated_at,
        "deleted_at": card.deleted_at,
        **{name: getattr(identity, name) for name in ("medical_id", "first_name", "last_name", "birth_name", "sex")},
        "birth_date": identity.birth_date,
    }


class PatientDetail(PatientOut):
    """An opened record: `cmu_status` is derived from the coverages (null when none is recorded)."""

    social_security: str
    ins: str
    ins_oid: str
    identity_status: str
    phone: str
    email: str
    address: str
    medical_history: str
    physician: str
    physician_rpps: str
    allergies: list[str]
    allergies_known: bool | None
    medications: list[str]
    problems: list[dict[str, Any]]
    cmu_status: bool | None

    @classmethod
    def opened(cls, record: Record, medications: list[str]) -> Self:
        """From an opened record and the names of its current medicines."""
        identity = record.card.identity
        return cls(
            **_card(record.card),
            **{name: getattr(identity, name) for name in ("social_security", "ins", "ins_oid", "identity_status")},
            **{name: getattr(identity, name) for name in ("phone", "email", "address", "medical_history")},
            physician=identity.physician,
            physician_rpps=identity.physician_rpps,
            allergies=[f.content["substance"] for f in record.of(FactKind.ALLERGY) if "substance" in f.content],
            allergies_known=record.allergies_known,
            medications=medications,
            problems=[f.content for f in record.of(FactKind.PROBLEM)],
            cmu_status=covered_by(C2S, (f.content for f in record.of(FactKind.COVERAGE)), clock.today()),
        )


class PatientList(Schema):
    """A page of patients."""

    items: list[PatientOut]
    total: int
    page: int
    size: int


class FactIn(Schema):
    """An entry to add."""

    kind: FactKind
    content: dict[str, Any] = Field(max_length=40)
    on: date | None = None


class FactOut(Schema):
    """An entry of the record."""

    id: UUID
    kind: FactKind
    content: dict[str, Any]
    on: date | None
    recorded_at: datetime
    author_id: UUID
    retracted: bool

    @classmethod
    def of(cls, fact: Fact) -> Self:
        """From the module's value."""
        return cls(**{name: getattr(fact, name) for name in cls.model_fields})


class Correction(Schema):
    """The corrected content of an entry."""

    content: dict[str, Any] = Field(max_length=40)
    on: date | None = None


class Reason(Schema):
    """Why."""

    reason: str = Field(min_length=3, max_length=500)


class MergeIn(Reason):
    """The record that is read as this one from now on."""

    merged_id: UUID


class SearchIn(Schema):
    """A search sent in the body, so that no name or NIR stands in an address or a log."""

    text: str = Field(max_length=200)
    page: int = Field(1, ge=1, le=10_000)
    size: int = Field(25, ge=1, le=100)
