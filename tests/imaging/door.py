"""The door of images as hostile files find it: what came in, what was stored of it, what was told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from pydicom import Dataset, dcmread

from epione.imaging.models import Instance, Refusal, Series, Study, Subject
from epione.imaging.services import Received, Refused, open_object, open_preview, receive
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected
from epione.kernel.models.blobs import Blob
from epione.kernel.storage import open_blob
from epione.ledger.public import AuditFilter, entries, verify

from .synthetic import NAMES, encoded, image

STORED = (Subject, Study, Series, Instance)
GOOD = encoded(image(SOPInstanceUID="1.2.3.4.51", StudyInstanceUID="1.2.3.4.52", SeriesInstanceUID="1.2.3.4.53"))


@dataclass(frozen=True)
class Door:
    """One radiologist who sends files."""

    by: Actor

    def sent(self, content: bytes, *, lenient: bool = False) -> Received | Refused:
        [outcome] = receive(contents=[content], source="upload", by=self.by, lenient=lenient)
        return outcome

    def refused(self, content: bytes, code: str, *, lenient: bool = False) -> None:
        """Refused with this code, set aside encrypted and nothing else stored; the next good file is taken."""
        outcome = self.sent(content, lenient=lenient)
        assert isinstance(outcome, Refused), outcome
        assert (outcome.code, outcome.error().status) == (code, 422)
        assert not any(model.objects.exists() for model in STORED)
        [row] = Refusal.objects.all()
        assert (row.code, row.size) == (code, len(content))
        assert [blob.id for blob in Blob.objects.all()] == ([row.blob_id] if content else [])
        if content:
            assert open_blob(practice_id=row.practice_id, subject_id=None, blob_id=row.blob_id) == content
        assert isinstance(self.sent(GOOD), Received)

    def taken(self, content: bytes, *, lenient: bool = False) -> tuple[Instance, Dataset]:
        """Taken; its row, and its file as stored, in which no name is left."""
        outcome = self.sent(content, lenient=lenient)
        assert isinstance(outcome, Received), outcome
        row = Instance.objects.get(id=outcome.instance_id)
        file = b"".join(open_object(instance_id=row.id, by=self.by))
        assert not [name for name in NAMES if name.encode() in file or name.encode("latin-1") in file]
        assert file[:132] == bytes(128) + b"DICM"
        return row, dcmread(BytesIO(file))

    def undrawn(self, content: bytes) -> str:
        """Taken, but its pixels cannot be drawn; why."""
        row, _file = self.taken(content)
        assert row.preview_id is None
        with pytest.raises(Expected) as missing:
            open_preview(instance_id=row.id, by=self.by)
        assert missing.value.status in (404, 406)
        return row.pixel_fault


def opened(actor: Callable[..., Actor]) -> Iterator[Door]:
    """The door for one test; at its end the ledger is sound, and neither it nor a row in clear says a name."""
    door = Door(actor("radiologist"))
    yield door
    assert verify().sound
    told = str([list(model.objects.values()) for model in (*STORED, Refusal)])
    told += str(entries(by=actor("auditor"), filters=AuditFilter()).items)
    assert not [name for name in NAMES if name in told]
