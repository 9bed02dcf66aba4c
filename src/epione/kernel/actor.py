"""Who acts: known to the ledger and to every service without a user model."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """The nature of the one who acts."""

    PERSON = "person"
    SERVICE = "service"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who reads or changes a record, inside one practice.

    `roles` are names of the role table (`identity.domain.roles`); `name` is shown to people and never enters a leaf.
    `break_glass` is the id of the open emergency access, if any.
    """

    id: UUID
    kind: ActorKind
    practice_id: UUID
    roles: frozenset[str] = field(default_factory=frozenset)
    name: str = ""
    patient_id: UUID | None = None
    break_glass: UUID | None = None
