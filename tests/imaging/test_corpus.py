"""Every public sample file gets a typed answer at the door, and no child process is lost for good."""

import csv
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from epione.imaging.errors import SENTENCES
from epione.imaging.models import Instance, Refusal
from epione.imaging.services import Received, receive
from epione.kernel.actor import Actor
from epione.kernel.models.blobs import Blob
from epione.ledger.public import verify

from .door import GOOD

CORPUS = Path(os.environ.get("EPIONE_IMAGING_CORPUS") or Path(__file__).parents[3] / "shared" / "data" / "imaging")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not (CORPUS / "index.csv").exists(), reason="EPIONE_IMAGING_CORPUS names no folder of samples"),
]


def test_every_sample_is_taken_or_refused_with_a_code_and_nothing_is_half_stored(actor: Callable[..., Actor]) -> None:
    by, told = actor("radiologist"), Counter[str]()
    with (CORPUS / "index.csv").open(newline="") as index:
        files = [CORPUS / "samples" / Path(row["file"]).name for row in csv.DictReader(index)]
    assert files
    for file in files:
        [outcome] = receive(contents=[file.read_bytes()], source="folder", by=by)
        told[outcome.how if isinstance(outcome, Received) else outcome.code] += 1
    unknown = set(told) - {"received", "waiting", "already_there", "other_content"} - set(SENTENCES)
    assert not unknown
    assert not {"crashed", "failed", "timed_out", "out_of_memory"} & set(told)
    # Many samples are one image in several encodings, under one identifier: the second content is refused as such.
    assert told["received"] + told["waiting"] + told["other_content"] > len(files) * 0.8
    kept = [
        value for row in Instance.objects.all() for value in (row.blob_id, row.preview_id, row.original_id) if value
    ]
    kept += [row.blob_id for row in Refusal.objects.exclude(blob_id=None)]
    assert sorted(kept) == sorted(Blob.objects.values_list("id", flat=True))
    assert verify().sound
    [after] = receive(contents=[GOOD], source="folder", by=by)
    assert isinstance(after, Received)
