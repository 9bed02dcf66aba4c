"""What a de-identification did and found: paths and actions, never values."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from epione.imaging.domain.dicom import tags


class Level(StrEnum):
    """Whether pixels may show who the patient is."""

    CLEAN = "clean"
    DOUBTFUL = "doubtful"
    BURNED_IN = "burned_in"


@dataclass(frozen=True, slots=True)
class BurnedInRisk:
    """The level, the codes of its reasons, and whether a face could be rebuilt from the slices."""

    level: Level
    reasons: tuple[str, ...] = ()
    face: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One element changed: the sequences that lead to it, the tag, the action and why."""

    path: tuple[tuple[int, int], ...]
    tag: int
    action: str
    reason: str

    def to_dict(self) -> dict[str, str]:
        """As JSON: path as (gggg,eeee)[item], keyword where the dictionary has one."""
        where = "".join(f"{tags.text_of(tag)}[{item}]" for tag, item in self.path)
        return {
            "path": where + tags.text_of(self.tag),
            "keyword": tags.keyword(self.tag),
            "action": self.action,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Changes in the order of the file, warnings by code, policy and edition of the table."""

    policy: str
    edition: str
    changes: tuple[Change, ...]
    warnings: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """How many elements each action concerned."""
        found: dict[str, int] = {}
        for change in self.changes:
            found[change.action] = found.get(change.action, 0) + 1
        return found

    def to_dict(self) -> dict[str, Any]:
        """As JSON; holds no value of any element."""
        return {
            "policy": self.policy,
            "table": self.edition,
            "counts": self.counts(),
            "warnings": list(self.warnings),
            "changes": [change.to_dict() for change in self.changes],
        }


@dataclass(frozen=True, slots=True)
class Original:
    """Who and what the object was: to be sealed at once, never logged."""

    patient_id: str
    issuer: str
    patient_name: str
    birth_date: str
    sex: str
    study_uid: str
    series_uid: str
    sop_instance_uid: str
    accession_number: str
    study_id: str
    study_date: str
    other: dict[str, str] = field(default_factory=dict)
