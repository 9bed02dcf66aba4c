"""Everything that the thesaurus lists for one medicine, by its substances and their classes."""

from dataclasses import dataclass

from .drug import Drug
from .interactions import Thesaurus
from .interactions_rows import Row
from .levels import Level, most_severe


@dataclass(frozen=True, slots=True)
class Listed:
    """One row seen from the medicine: `own` is the entity that the row names for it, `other` the one facing it.

    `substance` is the medicine's own entity: `own` itself, or a member of the class `own`.
    """

    row: Row
    substance: str
    own: str
    other: str

    @property
    def level(self) -> Level:
        """The most severe level that the row prints."""
        return most_severe(self.row.levels)


def listed_for(drug: Drug, thesaurus: Thesaurus) -> list[Listed]:
    """The rows that concern a medicine by its usual routes, most severe first, then by name.

    Empty when none can be looked for. A row is listed once for each substance that it concerns.
    """
    found: dict[tuple[str, str], Listed] = {}
    for entity in sorted(thesaurus.entities_of(drug)):
        classes = thesaurus.classes_of(entity)
        for row in thesaurus.rows:
            for own, other in ((row.a, row.b), (row.b, row.a)):
                if own in classes:
                    found.setdefault((row.id, entity), Listed(row, entity, own, other))
    return sorted(found.values(), key=lambda one: (one.level.rank, one.other, one.own))
