"""Names for the audit page: the modules above say who the people and the patients of an entry are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from epione.kernel.actor import Actor


@dataclass(slots=True)
class Directory:
    """Functions given by other modules; while nobody gives them, entries show ids alone.

    `patients` names records as far as the reader may know them; `find_patient` reads a record number or an id;
    `people` are the members of the reader's practice; `opens` says whether the reader may see what a record holds.
    """

    patients: Callable[[Actor, Sequence[UUID]], dict[UUID, str]] = field(default=lambda _actor, _ids: {})
    find_patient: Callable[[Actor, str], UUID | None] = field(default=lambda _actor, _text: None)
    people: Callable[[Actor], list[tuple[UUID, str]]] = field(default=lambda _actor: [])
    opens: Callable[[Actor, UUID], bool] = field(default=lambda _actor, _patient: False)


directory = Directory()


def provide_directory(**functions: Callable[..., Any]) -> None:
    """Give one or several of the functions of `Directory`, by name; unknown names are refused."""
    for name, function in functions.items():
        if name not in Directory.__slots__:
            raise TypeError(f"The directory asks for no {name!r}")
        setattr(directory, name, function)
