"""Encrypted files of images on the IPFS nodes that may keep them; none does unless its address says `blobs=on`."""

from uuid import UUID

from django.db import transaction

from epione.kernel.actor import Actor
from epione.kernel.storage import stream_stored
from epione.ledger.public import keep_ciphertext, keeps_ciphertext, record

from .opening import find_instance


def pin_image(*, instance_id: UUID, by: Actor) -> dict[str, str]:
    """Pin an image as it is stored, encrypted; the CIDs by name of the node. Nothing leaves where no node may keep it.

    Raises `NotKept` when a node failed: it may be done again, the same bytes bear the same name.
    """
    if not keeps_ciphertext():
        return {}
    row = find_instance(by=by, instance_id=instance_id)
    stored = b"".join(stream_stored(practice_id=row.practice_id, blob_id=row.blob_id))
    cids = keep_ciphertext(stored)
    with transaction.atomic():
        record(
            action="imaging.pin",
            by=by,
            entity=("image", str(row.id)),
            patient_id=row.series.study.subject.patient_id,
            after={"stored_sha256": row.stored_sha256, "cids": cids},
        )
    return cids
