"""Electronic signatures, before any library: who signs and why, where the block stands, what a verification says."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from epione.identity.domain.roles import TITLES

PAGE_HEIGHT = 841.89
"""Height of an A4 page in points."""
SLOT_WIDTH, SLOT_HEIGHT, SLOT_GAP = 147.4, 73.7, 14.2
"""A visible signature: 52 by 26 mm, 5 mm apart, in points."""
SLOTS = 3
"""Visible signatures that a document has room for; later ones are as valid and stand in the list of signatures only."""


class Reason(StrEnum):
    """Why somebody signs; a closed list, so that no personal word enters a signature."""

    AUTHOR = "author"
    APPROVAL = "approval"
    READ = "read"


class Level(StrEnum):
    """PAdES baseline levels (ETSI EN 319 142-1) that Epione makes: with a signature timestamp, or without."""

    B_T = "B-T"
    B_B = "B-B"


class Timestamp(StrEnum):
    """Whose clock vouches for the time of a signature."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    NONE = "none"


class Trust(StrEnum):
    """What is known of the certificate: `known` leads to an authority that the verifier was given."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Change(StrEnum):
    """What was added to the file after a signature."""

    NONE = "none"
    SIGNATURES = "signatures"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Signatory:
    """The person who signs; `rpps` is "" when not known, `number` tells two people of one name apart."""

    name: str
    title: str
    rpps: str
    practice: str
    number: str


@dataclass(frozen=True, slots=True)
class Slot:
    """Top left corner of the row of visible signatures, in points from the top left of a page counted from 1."""

    page: int
    x: float
    y: float

    def box(self, position: int) -> tuple[int, int, int, int] | None:
        """Lower left and upper right corner of the n-th signature (from 0), in PDF coordinates; None if no room."""
        if not 0 <= position < SLOTS:
            return None
        left = self.x + position * (SLOT_WIDTH + SLOT_GAP)
        top = PAGE_HEIGHT - self.y
        return (round(left), round(top - SLOT_HEIGHT), round(left + SLOT_WIDTH), round(top))


@dataclass(frozen=True, slots=True)
class Block:
    """What the visible signature says, line by line, in the language of the document."""

    heading: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One signature of a file, verified.

    `intact`: the signed bytes are those of the day (digest and signature agree). `at` is the time that `timestamp`
    vouches for; `claimed` what the signer's machine said. `change` is what came after it.
    """

    name: str
    title: str
    rpps: str
    practice: str
    at: datetime | None
    claimed: datetime | None
    reason: str
    level: Level
    timestamp: Timestamp
    timestamp_authority: str
    intact: bool
    trust: Trust
    change: Change
    fingerprint: str

    @property
    def valid(self) -> bool:
        """Whether the signature holds: intact, by a known certificate, and nothing but signatures came after."""
        return self.intact and self.trust is Trust.KNOWN and self.change is not Change.OTHER


@dataclass(frozen=True, slots=True)
class Verification:
    """All the signatures of a file, in the order of their signing; `sha256` of the file in hexadecimal."""

    sha256: str
    verdicts: tuple[Verdict, ...]

    @property
    def valid(self) -> bool:
        """Whether there is a signature and every one holds."""
        return bool(self.verdicts) and all(verdict.valid for verdict in self.verdicts)


_TRADES = ("surgeon", "radiologist", "physician", "pharmacist", "nurse")


def title_of(roles: Collection[str], lang: str) -> str:
    """What a person is, as her signature says it: her trade, else her other roles."""
    trades = [role for role in _TRADES if role in roles] or sorted(roles)
    return ", ".join(TITLES[role][lang] for role in trades if role in TITLES)
