"""What a solver is asked for one day, and how hard it may try."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from .instance import Case, Instance
from .plan import Placement

Requirement = tuple[str, str]
"""One thing that a case needs: its kind (as the checker names rules) and the resource."""


class Scope(StrEnum):
    """How much a refusal claims: whatever the other cases, even if they move, or with them where they are."""

    ALONE = "alone"
    MOVING = "others-may-move"
    STAYING = "others-stay"


@dataclass(frozen=True)
class Options:
    """How hard to search. `polish` False settles only who is operated.

    `repeatable` gives the same plan each time: one worker, and time counted in work done.
    """

    seconds: float = 10.0
    workers: int = 8
    seed: int = 1
    repeatable: bool = False
    polish: bool = True


@dataclass(frozen=True)
class Progress:
    """The best found so far in a stage, and the least that is proved possible."""

    stage: str
    seconds: float
    value: int
    bound: int


Watch = Callable[[Progress], bool]
"""Told of each better plan; answers False to stop the search and keep what there is."""


@dataclass(frozen=True)
class DayJob:
    """One day to solve. `forced` cases must be operated; `fixed` ones stay; `before` is what was published."""

    instance: Instance
    day: date
    cases: tuple[Case, ...]
    forced: frozenset[str] = frozenset()
    fixed: Mapping[str, Placement] = field(default_factory=dict)
    before: Mapping[str, Placement] = field(default_factory=dict)
    not_before: int = 0
    target: str = ""
    waived: frozenset[Requirement] = frozenset()

    def waives(self, case: Case, kind: str, name: str = "") -> bool:
        """Whether a requirement is set aside: only an explanation does so, for the case explained."""
        return case.id == self.target and (kind, name) in self.waived


def requirements(instance: Instance, case: Case) -> tuple[Requirement, ...]:
    """Everything that a case needs of a day, those that explain least first."""
    found: list[Requirement] = [("hygiene", "")]
    found += [("block", "")] if any(block.binds(case.surgeon, instance.today) for block in instance.blocks) else []
    found += [("recovery", "")] if case.recovery else []
    found += [("anaesthetist", "")] if case.anaesthetist else []
    found += [("intensive-care", "")] if case.intensive_care else []
    found += [("team", case.team)] if case.team else []
    found += [("tray", name) for name in case.trays] + [("equipment", name) for name in case.equipment]
    return (
        *found,
        ("surgeon", case.surgeon),
        ("eligibility", ""),
        ("room", ""),
        ("room-hours", ""),
        ("surgeon-hours", case.surgeon),
    )
