"""Every head of the log that somebody has signed or kept: the rows, and the anchors outside the database."""

from dataclasses import dataclass

from epione.ledger.addresses import anchor_places
from epione.ledger.domain.note import Checkpoint as CheckpointNote
from epione.ledger.domain.report import Report
from epione.ledger.models import Anchor, Checkpoint
from epione.ledger.providers.base import AnchorAway, AnchorFailed, AnchorPlace
from epione.ledger.signing import log_signer


@dataclass(frozen=True, slots=True)
class Head:
    """A size and root that the log must have had; `source` says who attests it."""

    size: int
    root: bytes
    source: str


def known_heads(report: Report, *, after: int) -> list[Head]:
    """Heads of at least this size, smallest first; those with a bad signature or proof become faults."""
    notes = [(row.note, "a checkpoint") for row in Checkpoint.objects.filter(size__gte=after).order_by("size")]
    for place in anchor_places():
        _check_proofs(report, place, after)
        notes += [(raw.decode(errors="replace"), f"the {place.name} anchor") for raw in _held(report, place)]
    heads: dict[tuple[int, bytes], Head] = {}
    for text, source in notes:
        head = _head(report, text, source)
        if head is not None and head.size >= after:
            heads.setdefault((head.size, head.root), head)
    return [heads[name] for name in sorted(heads)]


def _head(report: Report, text: str, source: str) -> Head | None:
    try:
        read = CheckpointNote.parse(text)
        genuine = log_signer().verifier.verifies(text) and read.origin == log_signer().name
    except ValueError:
        genuine = False
    if not genuine:
        report.fault("signature", None, f"{source} is not signed by this log: {text[:120]!r}")
        return None
    return Head(read.size, read.root, source)


def _held(report: Report, place: AnchorPlace) -> list[bytes]:
    """What the place gives back. One that is away is named: that is no fault of the log."""
    rows = Anchor.objects.filter(provider=place.name).select_related("checkpoint")
    kept = [row.checkpoint.note.encode() for row in rows]
    try:
        holding = place.holding(log_signer().name, kept)
    except AnchorAway as error:
        report.away.append(str(error))
        return []
    except AnchorFailed as error:
        report.fault("anchor", None, str(error))
        return []
    if holding.lost:
        report.fault("anchor", None, f"the {place.name} anchor has lost {holding.lost} of {len(kept)} checkpoints")
    return list(holding.notes)


def _check_proofs(report: Report, place: AnchorPlace, after: int) -> None:
    rows = Anchor.objects.filter(provider=place.name, checkpoint__size__gte=after).select_related("checkpoint")
    for anchor in rows:
        try:
            place.check(anchor.checkpoint.note.encode(), bytes(anchor.proof))
        except AnchorAway as error:
            report.away.append(str(error))
            return
        except AnchorFailed as error:
            report.fault("anchor", None, str(error))
