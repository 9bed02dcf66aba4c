"""Signed heads of the log, and the places outside that keep them."""

import logging
from dataclasses import dataclass

from epione.kernel.clock import now
from epione.ledger.addresses import anchor_places
from epione.ledger.domain import note
from epione.ledger.models import Anchor, Checkpoint
from epione.ledger.providers.base import AnchorFailed
from epione.ledger.queries import edge_at, tree_size
from epione.ledger.signing import log_signer

from .sequencing import sequence

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CheckpointMade:
    """A signed head; `failed` names the anchors that could not be reached."""

    size: int
    note: str
    anchored: list[str]
    failed: list[str]


def make_checkpoint(*, far: bool = True) -> CheckpointMade:
    """Sign the head of the log as it is now and anchor it; a head that is already signed is only anchored again.

    An anchor that cannot be reached is named, and tried again at the next checkpoint: care does not wait for it.
    Without `far`, anchors over a network are left to the next checkpoint too: somebody waits for a page.
    """
    sequence()
    size = tree_size()
    row = Checkpoint.objects.filter(size=size).order_by("id").first() or _sign(size)
    anchored, failed = [], []
    done = set(row.anchors.values_list("provider", flat=True))
    for place in anchor_places():
        if place.far and not far:
            continue
        try:
            if place.name not in done:
                proof = place.anchor(row.note.encode())
                Anchor.objects.create(checkpoint=row, provider=place.name, proof=proof, at=now())
        except AnchorFailed as error:
            logger.warning("ledger anchor failed: %s", error)
            failed.append(place.name)
        else:
            anchored.append(place.name)
    return CheckpointMade(size, row.note, anchored, failed)


def _sign(size: int) -> Checkpoint:
    signer, root = log_signer(), edge_at(size).root()
    text = note.Checkpoint(signer.name, size, root).text()
    return Checkpoint.objects.create(size=size, root=root, note=signer.sign(text), at=now())
