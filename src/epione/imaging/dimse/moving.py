"""C-MOVE to a system that was entered, and C-GET over the same association: de-identified objects, each recorded."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pydicom import Dataset, dcmread
from pynetdicom import build_context

from epione.imaging.domain.exchange.accepting import EXPLICIT, MEDIA
from epione.imaging.domain.exchange.attributes import PATIENT_ID, STUDY_UID, Level, attribute_of
from epione.imaging.domain.exchange.matching import BadMatch, match_of
from epione.imaging.errors import ImageHasNoPixels
from epione.imaging.searching import Search
from epione.imaging.services import Retrieval, native, retrieve, search
from epione.imaging.services.peers import PeerView, destination
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected

from .callers import READ, actor_for, peer_of, with_database_while

PENDING, CANCELLED, NOT_AUTHORISED, BAD_IDENTIFIER = 0xFF00, 0xFE00, 0x0124, 0xA900
MOST_STUDIES, MOST_CONTEXTS = 1000, 128


class Unanswerable(ValueError):
    """A retrieval that names nothing that can be looked for."""


@with_database_while
def move(event: Any) -> Iterator[Any]:
    """Send to the address that was entered with the destination's title: nobody names an address over the network."""
    peer = peer_of(event)
    target = destination(practice_id=peer.practice_id, ae_title=str(event.move_destination)) if peer else None
    if peer is None or target is None:
        yield None, None
        return
    granted, fault = _granted(event, peer)
    wanted = [(one.sop_class, one.transfer_syntax) for each in granted for one in each.objects]
    contexts = [build_context(*pair) for pair in dict.fromkeys(wanted)][:MOST_CONTEXTS]
    yield target.host, target.port, {"contexts": contexts}
    yield from _sent(event, granted, fault)


@with_database_while
def get(event: Any) -> Iterator[Any]:
    """Send over the association of the asker."""
    peer = peer_of(event)
    granted, fault = _granted(event, peer) if peer else ([], NOT_AUTHORISED)
    yield from _sent(event, granted, fault)


def _granted(event: Any, peer: PeerView) -> tuple[list[Retrieval], int]:
    if not peer.may_retrieve:
        return [], NOT_AUTHORISED
    try:
        return list(_retrievals(event.identifier, actor_for(peer, READ))), 0
    except (Unanswerable, BadMatch):
        return [], BAD_IDENTIFIER


def _retrievals(asked: Dataset, by: Actor) -> Iterator[Retrieval]:
    """What an identifier names, of what the asker may have; nothing for what is not there."""
    level = str(asked.get("QueryRetrieveLevel", ""))
    studies = _studies(asked, by) if level == "PATIENT" else _uids(asked, "StudyInstanceUID")
    series, objects = _uids(asked, "SeriesInstanceUID"), _uids(asked, "SOPInstanceUID")
    named = {
        "PATIENT": [("", "")],
        "STUDY": [("", "")],
        "SERIES": [(one, "") for one in series],
        "IMAGE": [(series[0] if series else "", one) for one in objects],
    }.get(level, [])
    if (not studies and level != "PATIENT") or not named:
        raise Unanswerable
    for study_uid in studies:
        for series_uid, sop_uid in named:
            try:
                yield retrieve(by=by, study_uid=study_uid, series_uid=series_uid, sop_uid=sop_uid)
            except Expected:
                continue


def _uids(asked: Dataset, keyword: str) -> list[str]:
    attribute, value = attribute_of(keyword), asked.get(keyword)
    text = "\\".join(map(str, value)) if value and not isinstance(value, str) else str(value or "")
    match = match_of(attribute, text) if attribute else None
    return list(match.values) if match else []


def _studies(asked: Dataset, by: Actor) -> list[str]:
    attribute = attribute_of(PATIENT_ID)
    match = match_of(attribute, str(asked.get("PatientID", ""))) if attribute else None
    if match is None:
        raise Unanswerable
    found = search(asked=Search(Level.STUDY, (match,), limit=MOST_STUDIES), by=by)
    return [one[STUDY_UID]["Value"][0] for one in found.items]


def _sent(event: Any, granted: list[Retrieval], fault: int) -> Iterator[Any]:
    """The number of objects, then each; one that was asked for in vain counts as nothing."""
    yield 1 if fault else sum(len(one.objects) for one in granted)
    if fault:
        yield fault, None
        return
    accepted = {(one.abstract_syntax, str(one.transfer_syntax[0])) for one in event.assoc.accepted_contexts}
    for each in granted:
        for one, pieces in each.contents():
            if event.is_cancelled:
                yield CANCELLED, None
                return
            content = b"".join(pieces)
            plain = (one.sop_class, one.transfer_syntax) not in accepted and (one.sop_class, EXPLICIT) in accepted
            yield PENDING, _opened(content, plain=plain and one.transfer_syntax in MEDIA)


def _opened(content: bytes, *, plain: bool) -> Dataset:
    """An object to send, uncompressed for who takes it no other way."""
    try:
        return dcmread(BytesIO(native(content) if plain else content))
    except ImageHasNoPixels:
        return dcmread(BytesIO(content))
