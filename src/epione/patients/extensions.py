"""Where other workspaces add to the record: timeline, vital data of the banner, medicines, tabs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from epione.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One event of the record: when, what kind of thing, its title, one line, where it opens."""

    when: date | datetime
    icon: str
    title: str
    line: str = ""
    author_id: UUID | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the record that another workspace owns; `url_name` takes the patient's id."""

    key: str
    label: Any
    url_name: str
    scope: str
    order: int = 50


@dataclass(frozen=True, slots=True)
class Lane:
    """A treatment under a curve: label, from when to when (None goes on), dose in words, series or level."""

    label: str
    start: date
    end: date | None = None
    text: str = ""
    series: str = "s4"


Timeline = Callable[[Actor, UUID], list[TimelineItem]]
Vital = Callable[[Actor, UUID], list[tuple[str, str]]]
Names = Callable[[Actor, UUID], list[str]]

KeyHolders = Callable[[UUID, list[UUID]], list[UUID]]

key_holders: list[KeyHolders] = []
timelines: list[Timeline] = []
vitals: list[Vital] = []
medicines: list[Names] = []
tabs: list[Tab] = []
lanes: list[Callable[[Actor, UUID], list[Lane]]] = []


def register_key_holders(source: KeyHolders) -> None:
    """Say under which other ids (pseudonyms, say) things about these patients are sealed: their keys are erased too."""
    key_holders.append(source)


def register_timeline(source: Timeline) -> None:
    """Add events to every patient's timeline."""
    timelines.append(source)


def register_vital(source: Vital) -> None:
    """Add (label, value) pairs to the banner of the open patient."""
    vitals.append(source)


def register_medicines(source: Names) -> None:
    """Say how the names of a patient's current medicines are read."""
    medicines.append(source)


def register_tab(tab: Tab) -> None:
    """Add a tab to the record."""
    tabs.append(tab)
    tabs.sort(key=lambda item: item.order)


def register_lanes(source: Callable[[Actor, UUID], list[Lane]]) -> None:
    """Say which treatments stand under the curves of a record."""
    lanes.append(source)
