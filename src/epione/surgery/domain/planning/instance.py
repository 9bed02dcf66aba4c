"""What there is to plan: rooms, people, resources and cases. Minutes count from midnight of a day, local time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Text = Mapping[str, str]
"""One sentence in each language: `fr` and `en`."""

DAY_MINUTES = 24 * 60
GRID = 5
"""Operations start on a grid of five minutes; durations are minutes as written."""


class Priority(StrEnum):
    """How urgent a case is."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"


WEIGHTS = {Priority.EMERGENCY: 1000, Priority.URGENT: 200, Priority.SOON: 60, Priority.ROUTINE: 30}
"""What refusing one case costs; a week of waiting adds one, at most twenty."""
MOST_WEEKS = 20


@dataclass(frozen=True)
class Window:
    """From `start` to `end`, minutes of one day, the end excluded."""

    start: int
    end: int

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a stay from `start` to `end` shares a minute with it."""
        return start < self.end and self.start < end


@dataclass(frozen=True)
class Hours:
    """Opening hours: the usual ones, and those of single days (None: closed that day)."""

    usual: Window | None
    days: Mapping[date, Window | None] = field(default_factory=dict)

    def on(self, day: date) -> Window | None:
        """The hours of a day, None when closed."""
        return self.days.get(day, self.usual)


@dataclass(frozen=True)
class Room:
    """An operating room; `features` are what a case may ask for; overtime is measured after closing."""

    id: str
    name: str
    hours: Hours
    features: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Surgeon:
    """A surgeon, and when he or she may hold the knife."""

    id: str
    name: str
    hours: Hours


@dataclass(frozen=True)
class Resource:
    """A countable thing: nurse teams, an equipment type, a tray type. A tray is away `reprocessing` minutes more."""

    id: str
    name: str
    count: int
    reprocessing: int = 0


@dataclass(frozen=True)
class Block:
    """A room kept for some surgeons on a day, until it is released to all `release_days` before that day."""

    room: str
    day: date
    window: Window
    surgeons: frozenset[str]
    release_days: int = 0

    def binds(self, surgeon: str, today: date) -> bool:
        """Whether this surgeon has to stay out of it."""
        return surgeon not in self.surgeons and (self.day - today).days > self.release_days


@dataclass(frozen=True)
class Case:
    """One operation to place. Minutes: preparation, operation (knife), cleaning, recovery."""

    id: str
    surgeon: str
    operation: int
    preparation: int = 0
    cleaning: int = 0
    recovery: int = 0
    label: str = ""
    needs: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()
    team: str = ""
    equipment: tuple[str, ...] = ()
    trays: tuple[str, ...] = ()
    anaesthetist: bool = True
    intensive_care: bool = False
    latex: bool = False
    infected: bool = False
    child: bool = False
    priority: Priority = Priority.ROUTINE
    waiting_days: int = 0
    not_before: date | None = None
    not_after: date | None = None
    legal_earliest: date | None = None
    legal_reason: str = ""

    @property
    def busy(self) -> int:
        """Minutes from entry to the end of the knife."""
        return self.preparation + self.operation

    @property
    def total(self) -> int:
        """Minutes of the room, when recovery has a bed at once."""
        return self.busy + self.cleaning

    @property
    def weight(self) -> int:
        """What refusing it costs."""
        return WEIGHTS[self.priority] + min(self.waiting_days // 7, MOST_WEEKS)

    def may_be_on(self, day: date) -> bool:
        """Whether its dates, the legal one first, allow this day."""
        earliest = [limit for limit in (self.not_before, self.legal_earliest) if limit]
        return all(day >= limit for limit in earliest) and (self.not_after is None or day <= self.not_after)

    def suits(self, room: Room) -> bool:
        """Whether it may be done in this room at all."""
        return self.needs <= room.features and (not self.rooms or room.id in self.rooms)


@dataclass(frozen=True)
class Instance:
    """Everything a plan depends on."""

    today: date
    days: tuple[date, ...]
    rooms: tuple[Room, ...]
    surgeons: tuple[Surgeon, ...]
    cases: tuple[Case, ...]
    anaesthetists: int
    recovery_beds: int
    intensive_care: Mapping[date, int] = field(default_factory=dict)
    teams: tuple[Resource, ...] = ()
    equipment: tuple[Resource, ...] = ()
    trays: tuple[Resource, ...] = ()
    blocks: tuple[Block, ...] = ()
    overtime: int = 60
    hold: int = 30

    def room(self, name: str) -> Room | None:
        """The room of an id."""
        return next((room for room in self.rooms if room.id == name), None)

    def case(self, name: str) -> Case | None:
        """The case of an id."""
        return next((case for case in self.cases if case.id == name), None)

    def surgeon(self, name: str) -> Surgeon | None:
        """The surgeon of an id."""
        return next((surgeon for surgeon in self.surgeons if surgeon.id == name), None)

    def blocked(self, case: Case, room: str, day: date) -> tuple[Window, ...]:
        """When this room is kept for others that day."""
        mine = (block for block in self.blocks if block.room == room and block.day == day)
        return tuple(block.window for block in mine if block.binds(case.surgeon, self.today))


def both(french: str, english: str) -> Text:
    """One sentence in both languages."""
    return {"fr": french, "en": english}


def clock(minutes: int) -> str:
    """Minutes from midnight as people write them; past midnight, with the day after said."""
    late = "+1 " if minutes >= DAY_MINUTES else ""
    return f"{late}{minutes % DAY_MINUTES // 60:02d}:{minutes % 60:02d}"
