"""C-FIND over what is kept, de-identified: patient root and study root, down to the image."""

from collections.abc import Iterator
from typing import Any

from pydicom import Dataset

from epione.imaging.domain.exchange.attributes import BY_TAG, PATIENT_ID, SERIES_UID, SOP_UID, STUDY_UID, Level
from epione.imaging.domain.exchange.matching import BadMatch, Match, match_of
from epione.imaging.searching import Search
from epione.imaging.services import search
from epione.kernel.actor import Actor

from .callers import READ, actor_for, peer_of, with_database_while

PENDING, PENDING_KEYS_IGNORED, CANCELLED = 0xFF00, 0xFF01, 0xFE00
NOT_AUTHORISED, BAD_IDENTIFIER, UNABLE = 0x0124, 0xA900, 0xC000
LEVELS = {"PATIENT": Level.STUDY, "STUDY": Level.STUDY, "SERIES": Level.SERIES, "IMAGE": Level.INSTANCE}
_KEYS = {"PATIENT": PATIENT_ID, "STUDY": STUDY_UID, "SERIES": SERIES_UID, "IMAGE": SOP_UID}
_ASIDE = {"00080005", "00080052", "00080054", "00080201"}
"""Character set, level, retrieve title, time zone: no keys."""
PAGE = 500
Answer = tuple[int, Dataset | None]


@with_database_while
def find(event: Any) -> Iterator[Answer]:
    """Answer with the keys that were asked for; status FF01 tells that some could not be compared."""
    peer = peer_of(event)
    if peer is None or not peer.may_query:
        yield NOT_AUTHORISED, None
        return
    asked = event.identifier
    named = str(asked.get("QueryRetrieveLevel", ""))
    if named not in LEVELS:
        yield BAD_IDENTIFIER, None
        return
    try:
        matches, ignored = matches_of(asked, LEVELS[named])
    except BadMatch:
        yield UNABLE, None
        return
    status = PENDING_KEYS_IGNORED if ignored else PENDING
    told = set()
    for values in _found(Search(LEVELS[named], matches, limit=PAGE), actor_for(peer, READ)):
        if event.is_cancelled:
            yield CANCELLED, None
            return
        key = values[_KEYS[named]].get("Value", [""])[0]
        if key not in told:
            told.add(key)
            yield status, _identifier(asked, values, named, event.assoc.acceptor.ae_title)


def matches_of(asked: Dataset, level: Level) -> tuple[tuple[Match, ...], bool]:
    """The conditions of an identifier, and whether some of its keys cannot be compared here. Raises BadMatch."""
    matches, ignored = [], False
    for one in asked:
        attribute = BY_TAG.get(f"{int(one.tag):08X}")
        text = "" if one.VR == "SQ" or one.value is None else _text(one.value)
        if f"{int(one.tag):08X}" in _ASIDE or not text.strip("* "):
            continue
        if attribute is None or attribute.answered or attribute.level > level:
            ignored = True
            continue
        match = match_of(attribute, text)
        matches += [match] if match else []
    return tuple(matches), ignored


def _text(value: Any) -> str:
    """Several values as one text, as they are encoded."""
    many = isinstance(value, (list, tuple)) or (hasattr(value, "__iter__") and not isinstance(value, str | bytes))
    # A name is iterated over by its components: it is one value.
    return "\\".join(map(str, value)) if many and not hasattr(value, "family_name") else str(value)


def _found(asked: Search, by: Actor) -> Iterator[dict[str, Any]]:
    offset = 0
    while True:
        found = search(asked=Search(asked.level, asked.matches, limit=asked.limit, offset=offset), by=by)
        yield from found.items
        if not found.cut:
            return
        offset += asked.limit


def _identifier(asked: Dataset, values: dict[str, Any], named: str, title: str) -> Dataset:
    """One answer: what was asked for and is known; what is asked for and unknown is there, empty."""
    wanted = {f"{int(one.tag):08X}": one.VR for one in asked} | {_KEYS[named]: values[_KEYS[named]]["vr"]}
    known = {tag: value for tag, value in values.items() if tag in wanted}
    empty = {tag: {"vr": vr} for tag, vr in wanted.items() if tag not in known}
    answer = Dataset.from_json(known | empty)
    answer.SpecificCharacterSet = "ISO_IR 192"
    answer.QueryRetrieveLevel, answer.RetrieveAETitle = named, title
    return answer
