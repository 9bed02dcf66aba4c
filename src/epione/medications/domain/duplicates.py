"""Therapeutic duplicates: one substance taken twice, or two medicines of one family; each told once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from epione.medications.domain.drug import DrugStatus, Ingredient, Release, TreatmentLine
from epione.medications.domain.families import Family, family_of
from epione.medications.domain.interactions_routes import is_local, routes_of
from epione.medications.domain.names import base_key

Text = Mapping[str, str]


class DuplicateKind(StrEnum):
    """What is there twice."""

    SUBSTANCE = "substance"
    FAMILY = "class"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One duplication. `key` is stable (substance codes or family), `name` what is duplicated.

    `lines` are the ids of the lines, in their order. `may_be_meant` names the usual situation in which this is on
    purpose (two strengths for one dose, background and rescue doses...), None when there is none: the reader decides.
    """

    kind: DuplicateKind
    key: str
    name: Text
    lines: tuple[str, ...]
    may_be_meant: Text | None = None


_TWO_ROUTES: Text = {"fr": "une voie locale et une voie générale", "en": "one local and one general route"}
_STRENGTHS: Text = {"fr": "deux dosages pour faire une dose", "en": "two strengths that make one dose"}
_RELEASES: Text = {
    "fr": "libération prolongée et libération immédiate",
    "en": "prolonged and immediate release",
}


def find_duplicates(lines: Sequence[TreatmentLine]) -> list[Duplicate]:
    """Every duplication of a treatment: same substances first, then families, each once whatever the pairs.

    A brand and its generic are the same substance. Homeopathic products and medicines of unknown composition are left
    out; local forms only count against the same substance. Lines that share their substances do not count as a family.
    """
    checked = [line for line in lines if line.drug.status is not DrugStatus.HOMEOPATHIC]
    same = _same_substances(checked)
    return [*same, *_same_families(checked, same)]


def _same_substances(lines: Sequence[TreatmentLine]) -> list[Duplicate]:
    groups: dict[str, tuple[Ingredient, dict[str, TreatmentLine]]] = {}
    for line in lines:
        for part in line.drug.ingredients:
            name = base_key(part.name)
            group = groups.get(part.code) or groups.get(name) or (part, {})
            group[1][line.id] = line
            groups[name] = group
            if part.code:
                groups[part.code] = group
    found: dict[tuple[str, ...], dict[str, Ingredient]] = {}
    members: dict[tuple[str, ...], list[TreatmentLine]] = {}
    for part, taken in groups.values():
        if len(taken) > 1:
            found.setdefault(tuple(taken), {})[part.code or part.name] = part
            members[tuple(taken)] = list(taken.values())
    return [_substance_duplicate(list(parts.values()), members[ids]) for ids, parts in found.items()]


def _substance_duplicate(parts: Sequence[Ingredient], lines: Sequence[TreatmentLine]) -> Duplicate:
    name = " + ".join(part.name for part in parts)
    return Duplicate(
        kind=DuplicateKind.SUBSTANCE,
        key="+".join(part.code or base_key(part.name) for part in parts),
        name={"fr": name, "en": name},
        lines=tuple(line.id for line in lines),
        may_be_meant=_why_twice(lines),
    )


def _why_twice(lines: Sequence[TreatmentLine]) -> Text | None:
    if len({_local(line) for line in lines}) > 1:
        return _TWO_ROUTES
    releases = {line.release for line in lines}
    if releases == {Release.MODIFIED, Release.IMMEDIATE}:
        return _RELEASES
    amounts = [line.drug.ingredients[0].amount for line in lines]
    distinct = len(set(amounts)) == len(amounts) and None not in amounts
    return _STRENGTHS if distinct and all(len(line.drug.ingredients) == 1 for line in lines) else None


def _same_families(lines: Sequence[TreatmentLine], same: Sequence[Duplicate]) -> list[Duplicate]:
    families: dict[str, tuple[Family, list[TreatmentLine]]] = {}
    for line in lines:
        family = None if _local(line) else family_of(line.drug)
        if family is not None:
            families.setdefault(family.key, (family, []))[1].append(line)
    already = [frozenset(duplicate.lines) for duplicate in same]
    return [
        Duplicate(DuplicateKind.FAMILY, key, family.name, tuple(line.id for line in members), family.why_several)
        for key, (family, members) in families.items()
        if len(members) > 1 and not any({line.id for line in members} <= known for known in already)
    ]


def _local(line: TreatmentLine) -> bool:
    return is_local(routes_of(line.drug, line.route))
