"""Who may open a document."""

from uuid import UUID

from epione.kernel.actor import Actor, ActorKind
from epione.kernel.errors import Forbidden
from epione.patients.public import require_clinical, sees_clinical


def require_document(by: Actor, patient_id: UUID | None) -> None:
    """As the record of its patient; one about nobody whom the practice knows opens to clinicians only."""
    if patient_id is not None:
        require_clinical(by, patient_id)
    elif by.kind is ActorKind.PATIENT or not sees_clinical(by):
        raise Forbidden(scope="clinical")
