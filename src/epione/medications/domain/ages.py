"""How old the editions of the reference tables are, and from when that must be said."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from .compiled import Edition

# Days after which a report must warn: the public base changes every month, the opinions and the thesaurus each year.
_MONTHLY, _YEARLY = 62, 400
OLD_AFTER = {
    "specialities": _MONTHLY,
    "presentations": _MONTHLY,
    "composition": _MONTHLY,
    "generics": _MONTHLY,
    "conditions": _MONTHLY,
    "availability": 14,
    "smr": _YEARLY,
    "asmr": _YEARLY,
    "interactions": _YEARLY,
    "class_members": _YEARLY,
}


@dataclass(frozen=True, slots=True)
class EditionAge:
    """One table with its age on a day; `old` is None for our own lists, which do not age by themselves."""

    edition: Edition
    days: int
    old: bool | None

    def facts(self) -> dict[str, Any]:
        """Plain facts, for the command line and the API."""
        one = self.edition
        return {
            "table": one.table,
            "edition": one.edition,
            "age_days": self.days,
            "old": self.old,
            "rows": one.rows,
            "source": one.source,
            "licence": one.licence,
            "sha256": one.sha256,
        }


def age_of(edition: Edition, on: date) -> EditionAge:
    """The age in days of an edition dated by day or by month (then from its first day)."""
    parts = [int(part) for part in edition.edition[:10].split("-")]
    days = (on - date(*[*parts, 1][:3])).days
    limit = OLD_AFTER.get(edition.table)
    return EditionAge(edition, days, None if limit is None else days > limit)
