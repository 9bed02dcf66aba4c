"""The crosswalk: whose images these are. Linking to a record, and looking the original identity up with a reason."""

from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.imaging.domain.identity import differences
from epione.imaging.errors import IdentityDiffers, OtherPatient, ReasonMissing, StudyNotFound
from epione.imaging.models import Subject
from epione.imaging.queries import study_place, subject_place
from epione.imaging.rules import WRITE
from epione.kernel.actor import Actor
from epione.kernel.crypto import unseal_json
from epione.ledger.public import record
from epione.patients.public import cards, require_clinical

from .opening import find_study

IDENTITIES = "imaging_identities:read"


@transaction.atomic
def link_study(*, study_id: UUID, patient_id: UUID, by: Actor, confirmed: bool = False) -> None:
    """State whose images a study holds: all studies of the same pseudonym then belong to that record.

    Refused while name or birth date differ from the record's, unless the person `confirmed` that it is the same.
    """
    require(by, WRITE)
    study = find_study(study_id=study_id, by=by)
    require_clinical(by, patient_id)
    subject = Subject.objects.of_practice(by.practice_id).select_for_update().get(pk=study.subject_id)
    if subject.patient_id not in (None, patient_id):
        raise OtherPatient
    card = cards(by.practice_id, [patient_id]).get(patient_id)
    if card is None:
        raise StudyNotFound
    differs = differences(unseal_json(subject_place(subject), bytes(subject.sealed)), card.identity)
    if differs and not confirmed:
        raise IdentityDiffers(differs=", ".join(differs))
    subject.patient_id = patient_id
    subject.version += 1
    subject.save(update_fields=["patient_id", "version", "updated_at"])
    record(
        action="imaging.link",
        by=by,
        entity=("imaging_subject", str(subject.id)),
        patient_id=patient_id,
        after={"pseudonym": subject.pseudonym, "differs": differs},
    )


@transaction.atomic
def unlink_study(*, study_id: UUID, reason: str, by: Actor) -> None:
    """Take the link away again (it was another person); the images stay under their pseudonym."""
    require(by, WRITE)
    if not reason.strip():
        raise ReasonMissing
    study = find_study(study_id=study_id, by=by)
    subject = Subject.objects.of_practice(by.practice_id).select_for_update().get(pk=study.subject_id)
    former, subject.patient_id = subject.patient_id, None
    subject.version += 1
    subject.save(update_fields=["patient_id", "version", "updated_at"])
    record(
        action="imaging.unlink",
        by=by,
        entity=("imaging_subject", str(subject.id)),
        patient_id=former,
        before={"pseudonym": subject.pseudonym},
        after={"reason": reason.strip()},
    )


@transaction.atomic
def reidentify_study(*, study_id: UUID, reason: str, by: Actor) -> dict[str, str]:
    """The original identifiers of a study (name, number, birth date, accession number, UIDs); recorded with why."""
    require(by, IDENTITIES)
    if not reason.strip():
        raise ReasonMissing
    study = find_study(study_id=study_id, by=by)
    subject = study.subject
    person = unseal_json(subject_place(subject), bytes(subject.sealed))
    original: dict[str, str] = {**person, **unseal_json(study_place(study), bytes(study.sealed))}
    record(
        action="imaging.reidentify",
        by=by,
        entity=("study", str(study.id)),
        patient_id=subject.patient_id,
        after={"reason": reason.strip(), "pseudonym": subject.pseudonym},
    )
    return original
