"""The patient record as plain values: what crosses the module's border."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Sex(StrEnum):
    """Administrative sex (FHIR administrative-gender)."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the person is; all of it is sealed at rest."""

    first_name: str
    last_name: str
    birth_date: date
    sex: Sex = Sex.UNKNOWN
    birth_name: str = ""
    medical_id: str = ""
    social_security: str = ""
    ins: str = ""
    ins_oid: str = ""
    identity_status: str = "PROV"
    phone: str = ""
    email: str = ""
    address: str = ""
    medical_history: str = ""
    physician: str = ""
    physician_rpps: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "birth_date": self.birth_date.isoformat(), "sex": self.sex.value}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Identity":
        """From JSON values."""
        return cls(
            **{
                **values,
                "birth_date": date.fromisoformat(values["birth_date"]),
                "sex": Sex(values.get("sex", "unknown")),
            }
        )

    @property
    def display(self) -> str:
        """Family name in capitals, then the first name, as French records do."""
        return f"{self.last_name.upper()} {self.first_name}".strip()

    def age(self, on: date) -> int:
        """Completed years on a day."""
        before = (on.month, on.day) < (self.birth_date.month, self.birth_date.day)
        return on.year - self.birth_date.year - before


@dataclass(frozen=True, slots=True)
class PatientCard:
    """A patient in a list."""

    id: UUID
    identity: Identity
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None


class FactKind(StrEnum):
    """Kinds of entries of a record."""

    ALLERGY = "allergy"
    PROBLEM = "problem"
    OBSERVATION = "observation"
    COVERAGE = "coverage"
    FLAG = "flag"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry of the record, in its newest version.

    `content` by kind: allergy {substance, atc?, reaction?, severity?, none_known?}; problem {icd10, label, status};
    observation {code, value, unit}; coverage {kind, start, end?}; flag {name, value: true|false}; note {title, text}.
    `on` is the clinical date.
    """

    id: UUID
    patient_id: UUID
    kind: FactKind
    content: dict[str, Any]
    on: date | None
    recorded_at: datetime
    author_id: UUID
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Everything this module knows of one patient."""

    card: PatientCard
    facts: tuple[Fact, ...] = field(default=())

    def of(self, kind: FactKind) -> tuple[Fact, ...]:
        """Entries of one kind, newest clinical date first."""
        chosen = [fact for fact in self.facts if fact.kind is kind and not fact.retracted]
        return tuple(sorted(chosen, key=lambda fact: (fact.on or date.min, fact.recorded_at), reverse=True))

    @property
    def allergies_known(self) -> bool | None:
        """True when allergies are recorded, False when "none known" was stated, None when nobody asked."""
        entries = self.of(FactKind.ALLERGY)
        if any(not entry.content.get("none_known") for entry in entries):
            return True
        return False if entries else None

    def latest(self, code: str) -> Fact | None:
        """The newest observation of a code."""
        return next((fact for fact in self.of(FactKind.OBSERVATION) if fact.content["code"] == code), None)
