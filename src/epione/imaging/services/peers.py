"""DICOM systems that may open associations: entered and closed by an administrator, known by title and address."""

import re
import socket
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from epione.identity.public import require
from epione.imaging.errors import PeerNotFound, PeerTaken
from epione.imaging.models import Peer
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.errors import Invalid
from epione.kernel.ids import uuid7
from epione.ledger.public import record

READ, WRITE = "imaging_settings:read", "imaging_settings:write"
_TITLE = re.compile(r"[\x21-\x5b\x5d-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?")
_HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}")
MAY = ("may_store", "may_query", "may_retrieve")


@dataclass(frozen=True, slots=True)
class PeerView:
    """One system: its AE title, where it is, and what it may."""

    id: UUID
    practice_id: UUID
    ae_title: str
    host: str
    port: int
    may_store: bool
    may_query: bool
    may_retrieve: bool


@transaction.atomic
def add_peer(*, ae_title: str, host: str, port: int, may: frozenset[str], by: Actor) -> PeerView:
    """Let a system open associations from `host` and receive at `port`; `may` names what it may do (see `MAY`).

    Raises `Invalid`, or `PeerTaken`: a title names one system of one practice, since nothing else tells who calls.
    """
    require(by, WRITE)
    title, host = ae_title.strip(), host.strip()
    wrong = _wrong(title, host, port, may)
    if wrong:
        raise Invalid({name: [name] for name in wrong})
    if Peer.objects.filter(ae_title=title, closed_at=None).exists():
        raise PeerTaken
    row = Peer(id=uuid7(), practice_id=by.practice_id, ae_title=title, host=host, port=port)
    for name in may:
        setattr(row, name, True)
    row.save(force_insert=True)
    after = {"ae_title": title, "host": host, "port": port, "may": sorted(may)}
    record(action="imaging.add_peer", by=by, entity=("imaging_peer", str(row.id)), after=after)
    return _view(row)


def _wrong(title: str, host: str, port: int, may: frozenset[str]) -> list[str]:
    held = {
        "ae_title": bool(_TITLE.fullmatch(title)),
        "host": bool(_HOST.fullmatch(host)),
        "port": 1 <= port <= 65535,
        "may": bool(may) and may <= set(MAY),
    }
    return [name for name, holds in held.items() if not holds]


@transaction.atomic
def disable_peer(*, peer_id: UUID, by: Actor) -> None:
    """Associations of this system are rejected from now on."""
    require(by, WRITE)
    row = Peer.objects.of_practice(by.practice_id).select_for_update().filter(id=peer_id, closed_at=None).first()
    if row is None:
        raise PeerNotFound
    row.closed_at, row.version = clock.now(), row.version + 1
    row.save()
    record(action="imaging.close_peer", by=by, entity=("imaging_peer", str(row.id)), before={"ae_title": row.ae_title})


def list_peers(*, by: Actor) -> list[PeerView]:
    """The systems of the practice that may open associations, by title."""
    require(by, READ)
    rows = Peer.objects.of_practice(by.practice_id).filter(closed_at=None).order_by("ae_title")
    return [_view(row) for row in rows]


def admitted(*, ae_title: str, address: str) -> PeerView | None:
    """Who calls from an address under a title; None for a title that nobody entered or that calls from elsewhere."""
    row = Peer.objects.filter(ae_title=ae_title.strip(), closed_at=None).first()
    return _view(row) if row is not None and address in _addresses(row.host) else None


def destination(*, practice_id: UUID, ae_title: str) -> PeerView | None:
    """The system of a practice to which objects may be sent; None when there is none of that title."""
    row = Peer.objects.of_practice(practice_id).filter(ae_title=ae_title.strip(), closed_at=None).first()
    return _view(row) if row is not None else None


def _addresses(host: str) -> set[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return set()
    return {str(one[4][0]) for one in found}


def _view(row: Peer) -> PeerView:
    return PeerView(
        row.id, row.practice_id, row.ae_title, row.host, row.port, row.may_store, row.may_query, row.may_retrieve
    )
