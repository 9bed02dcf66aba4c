"""Who calls: an association belongs to one peer of one practice, in whose name everything is done."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from typing import Any

import structlog
from django.db import connection

from epione.identity.public import service_actor
from epione.imaging.services.peers import PeerView, admitted
from epione.kernel.actor import Actor

log = structlog.get_logger(__name__)
_PERMANENT, _BY_USER, _CALLING_UNKNOWN = 0x01, 0x01, 0x03
_KEY = "epione_peer"
STORE, READ = frozenset({"radiologist"}), frozenset({"physician"})
"""Roles under which a peer stores, and reads: what waits for a decision is not sent to machines."""


def with_database(handle: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A handler whose thread gives its connection to the database back."""

    @wraps(handle)
    def handled(event: Any) -> Any:
        try:
            return handle(event)
        finally:
            connection.close()

    return handled


def with_database_while(handle: Callable[[Any], Iterator[Any]]) -> Callable[[Any], Iterator[Any]]:
    """The same for a handler that answers bit by bit."""

    @wraps(handle)
    def handled(event: Any) -> Iterator[Any]:
        try:
            yield from handle(event)
        finally:
            connection.close()

    return handled


def admit(event: Any) -> None:
    """Let a known system in from its own address; everybody else is rejected before anything is read."""
    assoc = event.assoc
    calling = str(assoc.requestor.primitive.calling_ae_title)
    peer = admitted(ae_title=calling, address=str(assoc.requestor.address))
    if peer is None:
        log.warning("dicom.rejected", address=str(assoc.requestor.address))
        assoc.acse.send_reject(_PERMANENT, _BY_USER, _CALLING_UNKNOWN)
        assoc.kill()
        return
    setattr(assoc, _KEY, peer)


def forget(event: Any) -> None:
    """An association ended: nothing of it is kept."""
    if hasattr(event.assoc, _KEY):
        delattr(event.assoc, _KEY)


def peer_of(event: Any) -> PeerView | None:
    """The system behind an association."""
    found: PeerView | None = getattr(event.assoc, _KEY, None)
    return found


def actor_for(peer: PeerView, roles: frozenset[str]) -> Actor:
    """The system as the ledger names it."""
    return replace(service_actor(peer.practice_id, peer.ae_title, roles=roles), id=peer.id)
