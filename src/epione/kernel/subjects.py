"""Everything that the database holds about one person, whatever module wrote it: counted, and taken away.

A row is about a person when it is a `PracticeRow` with a `patient_id`, or hangs on such a row by a foreign key.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, models, transaction
from django.db.models import Max

from .rows import PracticeRow

BATCH = 500


@dataclass(frozen=True, slots=True)
class Held:
    """How many rows of one kind (`module.model`) there are about somebody, and when the newest was written."""

    kind: str
    count: int
    newest: datetime | None


def held_about(practice_id: UUID, subject_ids: Collection[UUID]) -> list[Held]:
    """What is held about these people, by kind."""
    found = []
    for model in _models():
        rows = model.objects.of_practice(practice_id).filter(patient_id__in=subject_ids)
        if count := rows.count():
            found.append(Held(model._meta.label_lower, count, rows.aggregate(newest=Max("created_at"))["newest"]))
    return sorted(found, key=lambda one: one.kind)


def take_away(practice_id: UUID, subject_ids: Collection[UUID]) -> list[str]:
    """Delete every row about these people, and what hangs on them; the kinds that the database refuses to delete.

    Those stay as they are: the keys of the person are destroyed, so nobody reads them.
    """
    wanted: dict[type[models.Model], set[Any]] = {}
    for model in _models():
        rows = model.objects.of_practice(practice_id).filter(patient_id__in=subject_ids)
        _gather(model, set(rows.values_list("pk", flat=True)), wanted)
    return sorted({model._meta.label_lower for model, keys in wanted.items() if not _deleted(model, keys)})


def _gather(model: type[models.Model], keys: set[Any], wanted: dict[type[models.Model], set[Any]]) -> None:
    """These rows and all that point at them."""
    new = keys - wanted.setdefault(model, set())
    if not new:
        return
    wanted[model] |= new
    for relation in model._meta.related_objects:
        child: Any = relation.related_model
        pointing = child._base_manager.filter(**{f"{relation.field.name}__in": new})
        _gather(child, set(pointing.values_list("pk", flat=True)), wanted)


def _deleted(model: type[models.Model], keys: set[Any]) -> bool:
    """Without Django's collector, which refuses protected rows even when all of them go; the database still checks."""
    ordered = sorted(keys, key=str)
    try:
        with transaction.atomic():
            for start in range(0, len(ordered), BATCH):
                rows = model._base_manager.filter(pk__in=ordered[start : start + BATCH])
                rows._raw_delete(rows.db)  # noqa: SLF001 -- the collector refuses what is protected
    except DatabaseError:
        return False
    return True


def _models() -> Iterator[type[Any]]:
    pending: list[type[Any]] = [PracticeRow]
    while pending:
        for model in pending.pop().__subclasses__():
            pending.append(model)
            names = {field.attname for field in model._meta.concrete_fields}
            if not model._meta.abstract and "patient_id" in names:
                yield model
