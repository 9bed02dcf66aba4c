"""What waits for a person: images that may show a name, files that could not be taken."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F

from epione.identity.public import require
from epione.imaging import events, queries
from epione.imaging.domain.deid import Rect
from epione.imaging.errors import AlreadyDecided, ImageNotFound, ReasonMissing
from epione.imaging.models import Instance, InstanceState, Study
from epione.imaging.providers.intake import settle
from epione.imaging.rules import WRITE, permit
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.crypto import seal_json
from epione.kernel.events import publish
from epione.kernel.storage import NewBlob, delete_blob, open_blob, put_blobs
from epione.ledger.public import record


@transaction.atomic
def release_image(*, instance_id: UUID, by: Actor, masks: Sequence[Rect] = ()) -> queries.InstanceView:
    """State that an image shows no name, after painting over the regions given (pixels, all frames).

    A new encrypted file replaces the one that waited; its header then says that identity was removed.
    """
    row = _waiting(by, instance_id)
    subject = row.series.study.subject
    former = open_blob(practice_id=row.practice_id, subject_id=subject.id, blob_id=row.blob_id)
    settled = settle(former, masks=masks)
    blobs = [NewBlob(subject.id, "imaging.object", settled.content)]
    blobs += [NewBlob(subject.id, "imaging.preview", settled.preview)] if settled.preview else []
    stored = put_blobs(practice_id=row.practice_id, blobs=blobs)
    old = [one for one in (row.blob_id, row.preview_id) if one]
    # The original showed what was painted over: it does not outlive the decision to hide it.
    old += [row.original_id] if masks and row.original_id else []
    before = {"stored_sha256": row.stored_sha256, "reasons": row.reasons}
    row.blob_id, row.stored_sha256, row.size = stored[0].id, stored[0].sha256, stored[0].size
    row.preview_id = stored[1].id if len(stored) > 1 else None
    row.original_id = None if masks else row.original_id
    row.transfer_syntax = settled.transfer_syntax
    row.sealed = _sealed_again(row, settled.header)
    _decided(row, InstanceState.CLEAN, by=by, action="imaging.release", before=before, masks=len(masks))
    for blob_id in old:
        delete_blob(practice_id=row.practice_id, blob_id=blob_id)
    return queries.instance_view(row)


@transaction.atomic
def discard_image(*, instance_id: UUID, reason: str, by: Actor) -> None:
    """Put an image away that cannot be cleaned; its bytes are deleted, that it came and went stays in the ledger."""
    if not reason.strip():
        raise ReasonMissing
    row = _waiting(by, instance_id)
    before = {"stored_sha256": row.stored_sha256, "reasons": row.reasons}
    gone = [one for one in (row.blob_id, row.preview_id, row.original_id) if one]
    row.preview_id = row.original_id = None
    _decided(row, InstanceState.DISCARDED, by=by, action="imaging.discard", before=before, reason=reason.strip())
    Study.objects.filter(pk=row.series.study_id).update(instance_count=F("instance_count") - 1)
    for blob_id in gone:
        delete_blob(practice_id=row.practice_id, blob_id=blob_id)


@transaction.atomic
def settle_refusal(*, refusal_id: UUID, reason: str, by: Actor) -> None:
    """Close a refused file; its encrypted copy is deleted."""
    require(by, WRITE)
    if not reason.strip():
        raise ReasonMissing
    row = queries.refusals(by.practice_id).select_for_update().filter(id=refusal_id).first()
    if row is None:
        raise ImageNotFound
    blob_id, row.blob_id, row.settled_at = row.blob_id, None, clock.now()
    row.save(update_fields=["blob_id", "settled_at", "updated_at"])
    record(
        action="imaging.settle_refusal",
        by=by,
        entity=("refused_image", str(row.id)),
        after={"code": row.code, "reason": reason.strip()},
    )
    if blob_id:
        delete_blob(practice_id=by.practice_id, blob_id=blob_id)


def _waiting(by: Actor, instance_id: UUID) -> Instance:
    require(by, WRITE)
    rows = Instance.objects.of_practice(by.practice_id).select_for_update(of=("self",))
    row: Instance | None = rows.select_related("series__study__subject").filter(id=instance_id).first()
    if row is None:
        raise ImageNotFound
    permit(by, row.series.study.subject, WRITE)
    if row.state != InstanceState.WAITING:
        raise AlreadyDecided
    return row


def _sealed_again(row: Instance, header: dict[str, object]) -> bytes:
    subject_id = row.series.study.subject_id
    return seal_json(queries.instance_place(row, subject_id), {**queries.sealed_of(row), "header": header})


def _decided(
    row: Instance, state: InstanceState, *, by: Actor, action: str, before: dict[str, object], **said: object
) -> None:
    entry = record(
        action=action,
        by=by,
        entity=("image", str(row.id)),
        patient_id=row.series.study.subject.patient_id,
        before=before,
        after={"stored_sha256": row.stored_sha256, "state": state, **said},
        content=bytes.fromhex(row.stored_sha256),
    )
    row.state, row.entry_id, row.version = state, entry.id, row.version + 1
    row.reasons = [] if state == InstanceState.CLEAN else row.reasons
    row.save()
    Study.objects.filter(pk=row.series.study_id).update(waiting_count=F("waiting_count") - 1)
    payload = {"instance_id": str(row.id), "study_id": str(row.series.study_id), "state": state}
    publish(events.RELEASED, practice_id=by.practice_id, payload=payload, key=str(row.series.study_id))
