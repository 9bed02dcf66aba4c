"""Replay of the spool: what emergencies read while the ledger was away enters it, in order and once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from epione.kernel.actor import Actor, ActorKind
from epione.ledger import spool
from epione.ledger.domain.spool import Reading
from epione.ledger.queries import practices

from .recording import impatient, record, write_spooled


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many entries came out of the spool, and what was wrong with it."""

    entries: int
    faults: tuple[str, ...] = ()


def replay() -> Replayed:
    """Bring what waits in the spool of this machine into the ledger; nothing is lost when the ledger is still away.

    One transaction, and one entry of its own for each practice concerned. A line that cannot be believed is told
    there, and its file is kept aside. Raises what the ledger raises while it is away.
    """
    found = spool.pending()
    if not found.lines and not found.faults:
        return Replayed(0)
    with transaction.atomic(), impatient():
        times = _enter(found)
        _record(times, found.faults)
    # After the commit, and without the lock of the spool meanwhile: an emergency never waits for a replay.
    spool.forget(found.lines[-1].number if found.lines else 0)
    return Replayed(sum(len(one) for one in times.values()), tuple(found.faults))


def _enter(found: Reading) -> dict[UUID, list[datetime]]:
    times: dict[UUID, list[datetime]] = defaultdict(list)
    for line in found.lines:
        try:
            raw = spool.opened(line)
        except ValueError as error:
            found.faults.append(str(error))
            continue
        if written := write_spooled(raw):
            times[written[0]].append(written[1])
    return times


def _record(times: dict[UUID, list[datetime]], faults: list[str]) -> None:
    """Faults belong to no practice: every practice is told."""
    for practice_id in sorted(set(times) | (set(practices()) if faults else set())):
        entered = sorted(times.get(practice_id, []))
        told = {"entries": len(entered), "faults": faults}
        if entered:
            told |= {"first": entered[0], "last": entered[-1]}
        by = Actor(practice_id, ActorKind.SERVICE, practice_id, name="Ledger")
        record(action="ledger.replay", by=by, entity=("practice", practice_id), after=told)
