"""Table E.1-1 resolved for one policy and one kind of object: what to do with each tag (PS3.15 E.1.1)."""

from enum import IntEnum
from functools import cache, lru_cache

from epione.imaging.data import rows
from epione.imaging.domain.dicom import tags

from .policy import Dates, Policy


class Do(IntEnum):
    """What is done with one element. KEEP* copy; the rest of the names say it."""

    KEEP_TEXT = 0
    KEEP_BINARY = 1
    KEEP_SEQUENCE = 2
    REMOVE = 3
    EMPTY = 4
    DUMMY = 5
    UID = 6
    SHIFT = 7
    CLEAN = 8
    PSEUDONYM = 9
    CONTENT = 10
    REFERENCES = 11
    AGE = 12
    PRIVATE = 13
    UNKNOWN = 14
    PIXELS = 15
    ICC = 16
    ZONE = 17
    CODE = 18
    GRAPHICS = 19
    SPECIMEN = 20


_BINARY = frozenset(b"AT FD FL OB OD OF OL OV OW SL SS SV UL UN US UV".split())
_DATES = frozenset(b"DA DT".split())
_TEMPORAL = frozenset(b"DA DT TM".split())
#: UIDs that name a class, a scheme or a syntax rather than an object.
_CLASS_UIDS = frozenset({0x00080016, 0x0008001A, 0x0008001B, 0x00081150, 0x0008115A, 0x00080062, 0x00041510})
_ICC_PROFILE = 0x00282000
_ZONE = 0x00080201
_SPECIMEN_PREPARATION = 0x00400610
_OWN = (0x00080001, 0x00120062, 0x00120063, 0x00120064, 0x00280303)
_PLAIN = {"X": Do.REMOVE, "Z": Do.EMPTY, "D": Do.DUMMY, "U": Do.UID}


class Actions(dict[int, Do]):
    """The action of each tag; those of tags that the table does not list are found when first met."""

    def __init__(self, policy: Policy, sop_class: str) -> None:
        super().__init__()
        self.policy = policy
        self.fallback: dict[int, Do] = {}
        types = iod_types().get(sop_class, {})
        for row in rows("confidentiality_profile.csv"):
            tag = int(row["tag"], 16)
            self[tag] = _resolved(tag, row, policy, types if sop_class else None)
            self.fallback[tag] = _basic(tag, row["basic"], types if sop_class else None)
        self.update(dict.fromkeys(_OWN, Do.REMOVE))
        self.update(dict.fromkeys(tags.PIXEL_TAGS, Do.PIXELS))
        self[tags.PATIENT_NAME] = self[tags.PATIENT_ID] = Do.PSEUDONYM
        self[_ICC_PROFILE] = Do.ICC

    def __missing__(self, tag: int) -> Do:
        """What is not listed: private, repeating groups, unknown, or kept according to its VR."""
        if tags.is_private(tag):
            return Do.PRIVATE
        group, vr = tag >> 16, tags.vr_of(tag)
        if group < 0x0008 or tag & 0xFFFF == 0 or group & 0xFF00 in (0x5000, 0x6000):
            return Do.REMOVE
        if vr is None:
            return Do.UNKNOWN
        action = self[tag] = self._unlisted(tag, vr)
        return action

    def _unlisted(self, tag: int, vr: bytes) -> Do:
        """A known attribute that the table leaves alone; dates, names and UIDs of objects are not left alone."""
        if vr == b"UI":
            return Do.KEEP_TEXT if tag in _CLASS_UIDS or self.policy.retain_uids else Do.UID
        if vr in _TEMPORAL:
            return _temporal(self.policy, vr)
        if vr == b"PN":
            return Do.EMPTY
        if vr == b"SQ":
            return Do.KEEP_SEQUENCE
        return Do.KEEP_BINARY if vr in _BINARY else Do.KEEP_TEXT


class Only(dict[int, Do]):
    """Inside sequences of which only a few attributes may stay: all others are removed."""

    def __missing__(self, tag: int) -> Do:
        """Everything else goes."""
        return Do.REMOVE


@lru_cache(maxsize=64)
def actions_for(policy: Policy, sop_class: str) -> Actions:
    """The actions at the root of an object of this class; "" stands for nested levels, whose types are not known."""
    return Actions(policy, sop_class if sop_class in iod_types() else "")


@cache
def iod_types() -> dict[str, dict[int, int]]:
    """By SOP class, the attributes of type 1 and 2 at the root, among those whose action depends on it."""
    found: dict[str, dict[int, int]] = {}
    for row in rows("iod_types.csv"):
        types = {int(tag, 16): number for number in (2, 1) for tag in row[f"type_{number}"].split()}
        found.update(dict.fromkeys(row["sop_classes"].split(), types))
    return found


def _resolved(tag: int, row: dict[str, str], policy: Policy, types: dict[int, int] | None) -> Do:
    """The action of one row: an option that keeps wins, then one that cleans, then the basic profile."""
    vr, basic = tags.vr_of(tag) or b"LO", _basic(tag, row["basic"], types)
    marks = {column: row[column] for column in policy.columns if row[column]}
    if "K" in marks.values():
        return _kept(tag, vr, policy)
    if not marks:
        return basic
    if "dates_shifted" in marks:
        return _temporal(policy, vr) if vr in _TEMPORAL else Do.ZONE if tag == _ZONE else basic
    if vr == b"SQ":
        return _cleaned_sequence(tag, marks, basic)
    return Do.CLEAN


def _kept(tag: int, vr: bytes, policy: Policy) -> Do:
    if tag == tags.PATIENT_AGE and policy.cap_ages:
        return Do.AGE
    if tag == _ZONE:
        return Do.ZONE
    if vr == b"SQ":
        return Do.KEEP_SEQUENCE
    return Do.KEEP_BINARY if vr in _BINARY else Do.KEEP_TEXT


def _cleaned_sequence(tag: int, marks: dict[str, str], basic: Do) -> Do:
    """Sequences that have a cleaning of their own; the others follow the basic profile."""
    if "graphics" in marks:
        return Do.GRAPHICS
    if "structured" in marks:
        return Do.SPECIMEN if tag == _SPECIMEN_PREPARATION else Do.CONTENT
    return basic


def _temporal(policy: Policy, vr: bytes) -> Do:
    """Dates under the policy; a shift by whole days leaves times of day as they are."""
    if policy.dates is Dates.REMOVE:
        return Do.EMPTY
    return Do.SHIFT if policy.dates is Dates.SHIFT and vr in _DATES else Do.KEEP_TEXT


def _basic(tag: int, action: str, types: dict[int, int] | None) -> Do:
    """The basic action; of several, the one that the type of the attribute in the object asks for.

    Where the type is not known (nested levels, classes that the table of types lacks) the attribute stays, with the
    least content that no reader refuses.
    """
    if action == "D" and tags.vr_of(tag) == b"UI":
        return Do.UID
    if action in _PLAIN:
        return _PLAIN[action]
    if action == "X/Z/U*":
        return Do.REFERENCES
    if types is None:
        return Do.DUMMY if "D" in action else Do.EMPTY
    kind = types.get(tag, 3)
    wanted = {1: "D", 2: "Z", 3: "X"}[kind]
    order = {"X": "XZD", "Z": "ZD", "D": "DZ"}[wanted]
    return next(_PLAIN[letter] for letter in order if letter in action.split("/"))
