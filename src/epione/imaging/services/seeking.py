"""Looking for text in pictures: what is found proposes what to cover, and holds back what was thought clean."""

from uuid import UUID

from django.db import transaction
from django.db.models import F

from epione.identity.public import require
from epione.imaging import queries
from epione.imaging.models import Instance, InstanceState, Study
from epione.imaging.providers import ocr
from epione.imaging.rules import WRITE
from epione.kernel.actor import Actor
from epione.kernel.crypto import seal_json
from epione.kernel.storage import open_blob
from epione.ledger.public import record

FOUND = "text_found"
MOST = 60
"""Regions kept of one picture; a page of text is covered whole by the person who looks at it."""


def can_seek() -> bool:
    """Whether text can be looked for on this machine."""
    return ocr.available()


def seek_text(*, instance_id: UUID, by: Actor) -> int:
    """Look for text in the picture of an object; how many regions have some.

    Where there is text, an object that nobody has looked at waits for a person. Only places are kept, sealed.
    """
    require(by, WRITE)
    row = Instance.objects.of_practice(by.practice_id).select_related("series__study").filter(id=instance_id).first()
    if row is None or row.preview_id is None:
        return 0
    subject_id = row.series.study.subject_id
    png = open_blob(practice_id=row.practice_id, subject_id=subject_id, blob_id=row.preview_id)
    boxes = [_in_image(box, png, row) for box in ocr.text_boxes(png)][:MOST]
    with transaction.atomic():
        _keep(instance_id, boxes, by)
    return len(boxes)


def _keep(instance_id: UUID, boxes: list[list[int]], by: Actor) -> None:
    rows = Instance.objects.of_practice(by.practice_id).select_for_update(of=("self",))
    row = rows.select_related("series__study__subject").get(id=instance_id)
    if row.state == InstanceState.DISCARDED or row.version > 1:
        return  # a person has decided meanwhile
    said = {**queries.sealed_of(row), "text_boxes": boxes}
    row.sealed = seal_json(queries.instance_place(row, row.series.study.subject_id), said)
    if boxes and row.state == InstanceState.CLEAN:
        row.state = InstanceState.WAITING
        Study.objects.filter(pk=row.series.study_id).update(waiting_count=F("waiting_count") + 1)
    if boxes and FOUND not in row.reasons:
        row.reasons = [*row.reasons, FOUND]
    row.save(update_fields=["sealed", "state", "reasons", "updated_at"])
    record(
        action="imaging.seek_text",
        by=by,
        entity=("image", str(row.id)),
        patient_id=row.series.study.subject.patient_id,
        after={"regions": len(boxes), "state": row.state},
    )


def _in_image(box: ocr.Box, png: bytes, row: Instance) -> list[int]:
    """A region of the preview in pixels of the image, which may be larger."""
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    across, down = (row.columns or width) / width, (row.rows or height) / height
    left, top = int(box.left * across), int(box.top * down)
    right = min(int((box.left + box.width) * across) + 1, row.columns or width)
    bottom = min(int((box.top + box.height) * down) + 1, row.rows or height)
    return [left, top, right - left, bottom - top]
