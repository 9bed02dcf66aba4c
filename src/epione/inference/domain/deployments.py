"""Which version of a model answers, read from the rows that were added over time: the newest word wins."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    """`live` answers; `canary` answers a share of the inputs in its place; `shadow` answers beside, unseen."""

    LIVE = "live"
    CANARY = "canary"
    SHADOW = "shadow"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Row:
    """One deployment: everywhere, or at one site. `version_id` is None exactly when the channel is `off`."""

    id: UUID
    channel: Channel
    version_id: UUID | None
    site_id: UUID | None
    share: int
    at: datetime


@dataclass(frozen=True, slots=True)
class InForce:
    """What answers somewhere at one moment; `off` is the row that switched the model off."""

    live: Row | None = None
    canary: Row | None = None
    shadow: Row | None = None
    off: Row | None = None


@dataclass(slots=True)
class _Level:
    """What is in force everywhere, or at one site."""

    rows: dict[Channel, Row] = field(default_factory=dict)
    off: Row | None = None

    def take(self, row: Row) -> None:
        if row.channel is Channel.OFF:
            self.rows, self.off = {}, row
            return
        self.rows[row.channel] = row
        if row.channel is Channel.LIVE:
            # A new live version ends the trials that were set against the old one.
            self.rows.pop(Channel.CANARY, None)
            self.off = None


def in_force(rows: Iterable[Row], *, site_id: UUID | None, at: datetime) -> InForce:
    """What answers at a site at a moment.

    A row of the site goes before one of everywhere. Switching off everywhere ends the site's rows too; a site that was
    switched off stays so until a row of its own switches it on.
    """
    everywhere, here = _Level(), _Level()
    for row in sorted((one for one in rows if one.at <= at), key=lambda one: (one.at, one.id.int)):
        if row.site_id is None:
            everywhere.take(row)
            if row.channel is Channel.OFF:
                here = _Level()
        elif row.site_id == site_id:
            here.take(row)
    if here.off:
        return InForce(off=here.off)
    found = everywhere.rows | here.rows
    if Channel.LIVE not in found:
        return InForce(off=everywhere.off, shadow=found.get(Channel.SHADOW))
    return InForce(found[Channel.LIVE], found.get(Channel.CANARY), found.get(Channel.SHADOW))


def chosen(force: InForce, input_hash: str) -> Row | None:
    """The row that answers this input: the same one each time, so that an answer can be replayed.

    The first eight digits of the input's hash, as a share of 100, fall under the canary's share or do not.
    """
    if force.live and force.canary and int(input_hash[:8], 16) % 100 < force.canary.share:
        return force.canary
    return force.live
