"""Who may see and handle images: role, and the linked record's care team."""

from epione.identity.public import allowed, require
from epione.kernel.actor import Actor
from epione.patients.public import require_clinical

from .models import Subject

READ = "imaging:read"
WRITE = "imaging:write"


def permit(by: Actor, subject: Subject, scope: str) -> None:
    """Refuse unless the actor's role gives the scope and the linked record, if there is one, is open to her."""
    require(by, scope)
    if subject.patient_id is not None:
        require_clinical(by, subject.patient_id)


def decides(by: Actor) -> bool:
    """Whether the actor decides about images that may show a name."""
    return allowed(by, WRITE)
