"""Who may open a record: practice, role, care team, or an emergency with a reason."""

from uuid import UUID

from epione.identity.public import require
from epione.kernel.actor import Actor, ActorKind
from epione.kernel.errors import Forbidden

from . import queries
from .errors import PatientNotFound, RecordClosed

# Identity and appointments are the secretary's trade; allergies, problems and results are the clinicians'.
CLINICIANS = frozenset({"surgeon", "nurse", "physician", "pharmacist", "radiologist"})


def require_patient(by: Actor, patient_id: UUID, scope: str = "patients:read") -> None:
    """Refuse unless the actor's role has the scope and the record is open to that actor.

    A patient opens its own record only. Where a record has a care team, a clinician outside it needs an emergency
    access (break-glass); services of Epione itself act on behalf of the practice.
    """
    if by.kind is ActorKind.PATIENT:
        require(by, "own_data:read")
        if by.patient_id != patient_id or not scope.endswith(":read"):
            raise PatientNotFound
        return
    require(by, scope)
    if not queries.exists(by.practice_id, patient_id):
        raise PatientNotFound
    if by.kind is ActorKind.SERVICE or by.break_glass is not None:
        return
    if not queries.followed_by(by.practice_id, patient_id, by.id):
        raise RecordClosed


def closed_to(by: Actor) -> frozenset[UUID]:
    """The records whose care team leaves the actor out: lists of other workspaces do not show them."""
    if by.kind is not ActorKind.PERSON or by.break_glass is not None:
        return frozenset()
    return queries.kept_from(by.practice_id, by.id)


def sees_clinical(by: Actor) -> bool:
    """Whether allergies, problems and results may be shown to the actor."""
    return by.kind is not ActorKind.PERSON or by.break_glass is not None or bool(by.roles & CLINICIANS)


def require_clinical(by: Actor, patient_id: UUID, scope: str = "patients:read") -> None:
    """As `require_patient`, for the clinical content of the record."""
    require_patient(by, patient_id, scope)
    if not sees_clinical(by):
        raise Forbidden(scope="clinical")
