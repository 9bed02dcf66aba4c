"""The anchors themselves: whether they answer, proofs that leave, and encrypted files that some may keep too."""

import logging
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from epione.kernel.crypto.stream import MAGIC
from epione.kernel.errors import Expected, NotFound
from epione.ledger.addresses import anchor_places
from epione.ledger.models import Anchor
from epione.ledger.providers.base import AnchorFailed, AnchorPlace
from epione.ledger.providers.ipfs import IpfsNode
from epione.ledger.signing import log_signer

logger = logging.getLogger(__name__)


class NotCiphertext(Expected):
    """What was given is not a file that Epione has sealed."""

    status = 422
    code = "not-ciphertext"
    sentence = _("Only encrypted files may leave for an IPFS node.")


class NotKept(Expected):
    """A node that should keep a file could not be reached, or named another content."""

    status = 503
    code = "not-kept"
    sentence = _("These nodes could not keep the file: %(names)s. Try again later.")


@dataclass(frozen=True, slots=True)
class AnchorState:
    """One anchor: whether it answers now, what it says, and the size of the newest checkpoint that it keeps."""

    name: str
    far: bool
    answers: bool
    said: str
    size: int | None


def anchor_states() -> list[AnchorState]:
    """Each anchor in use, asked now; a far one that hangs is left after its time limit."""
    return [_state(place) for place in anchor_places()]


def _state(place: AnchorPlace) -> AnchorState:
    size = Anchor.objects.filter(provider=place.name).aggregate(newest=Max("checkpoint__size"))["newest"]
    try:
        return AnchorState(place.name, place.far, answers=True, said=place.answers(), size=size)
    except AnchorFailed as error:
        return AnchorState(place.name, place.far, answers=False, said=str(error), size=size)


def anchor_proof(name: str) -> dict[str, Any]:
    """The newest proof of an anchor, as a file for an outsider; raises `NotFound` when it has none."""
    row = Anchor.objects.filter(provider=name).select_related("checkpoint").order_by("-checkpoint__size").first()
    if row is None:
        raise NotFound
    kind = name.partition("-")[0]
    told = {"type": kind, "checkpoint": row.checkpoint.note, "key": str(log_signer().verifier)}
    raw = bytes(row.proof)
    return {**told, "cid": raw.decode()} if kind == "ipfs" else {**told, "proof": raw.hex()}


def keeps_ciphertext() -> bool:
    """Whether any node may keep encrypted files."""
    return bool(_keepers())


def _keepers() -> list[IpfsNode]:
    return [place for place in anchor_places() if isinstance(place, IpfsNode) and place.blobs]


def keep_ciphertext(stored: bytes) -> dict[str, str]:
    """Pin a sealed file, as it is stored, on each IPFS node whose address says `blobs=on`; CIDs by name of the node.

    Off unless an address says so: what others may have copied can only be forgotten by destroying its key. Raises
    `NotCiphertext` for anything that Epione has not sealed, `NotKept` when a node failed; it may be called again.
    """
    nodes = _keepers()
    if nodes and not stored.startswith(MAGIC):
        raise NotCiphertext
    cids, failed = {}, []
    for node in nodes:
        try:
            cids[node.name] = node.keep(stored)
        except AnchorFailed as error:
            logger.warning("ipfs node failed: %s", error)
            failed.append(node.name)
    if failed:
        raise NotKept(names=", ".join(failed))
    return cids
