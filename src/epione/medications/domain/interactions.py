"""Pairs of medicines against the French interaction thesaurus: one alert per pair, or "not listed", never "safe"."""

from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from epione.medications.domain.drug import Drug, Ingredient, TreatmentLine
from epione.medications.domain.interactions_results import Also, PairResult, Side, Unlisted, Verdict, WhyNot, merge
from epione.medications.domain.interactions_routes import ORAL_DRUGS, exposed, is_local, route_entities, routes_of
from epione.medications.domain.interactions_rows import Facts, Hit, Row, expand_rules, read_rows, read_supplement

__all__ = ["Also", "Drug", "PairResult", "Side", "Thesaurus", "TreatmentLine", "Unlisted", "WhyNot"]

_NOTHING: Mapping[str, tuple[int, ...]] = {}
_MOST_DRUGS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class _Substance:
    """One ingredient as the thesaurus sees it: `same` is what makes two ingredients one substance."""

    same: frozenset[str]
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Taken:
    """A medicine as the thesaurus sees it: all its entities, and what each of them is listed with."""

    substances: tuple[_Substance, ...]
    entities: frozenset[str]
    partners: tuple[KeysView[str], ...]


class Thesaurus:
    """The interaction thesaurus of one edition, indexed by pair of substances.

    Build it with `Thesaurus.from_pack(pack, conditional, supplement)`:

    - `pack`: {"meta": {"edition"}, "entities": {key: {"name", "kind"}}, "classes": {key: [member keys]},
      "interactions": [{"a", "b", "levels", "page"}...]}, further columns are ignored;
    - `conditional`: {"rows": [{"a", "b", "default", "rules": [{"level", "one_of"?, "other_of"?, "context"?}]}]};
    - `supplement`: rows {"a", "b", "level", "basis"} that the thesaurus lacks.

    Then `check_list(lines, facts)` gives the alerts, most severe first, one per pair of lines;
    `check_pair(a, b, facts)` one alert or None; `explain_pair` the alert or why there is none (`Unlisted`).
    `facts` are the data of `conditions.QUESTIONS` (absent = unknown): derive them with
    `interactions_facts.interaction_facts(lines, patient_facts)`. A rule whose datum is unknown is not applied: the
    alert then has `resolved` false, the highest level still possible, `could_be` and the question.
    """

    def __init__(
        self, *, edition: str, names: Mapping[str, str], rows: Sequence[Row], parents: Mapping[str, frozenset[str]]
    ) -> None:
        """`parents`: substance or route heading -> itself and the classes that contain it (two levels)."""
        self.edition = edition
        self._names = names
        self._parents = parents
        members = _members(parents)
        self.rows = tuple(expand_rules(row, members) for row in rows)
        self._sizes = {key: len(members.get(key, ())) for row in self.rows for key in (row.a, row.b)}
        self._binders = frozenset(row.a for row in self.rows if row.b == ORAL_DRUGS) | {
            row.b for row in self.rows if row.a == ORAL_DRUGS
        }
        self._pairs = _index(self.rows, members)
        self._hits: dict[tuple[str, str], tuple[Hit, ...]] = {}
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._drugs: dict[tuple[Drug, str], _Taken] = {}

    @classmethod
    def from_pack(
        cls, pack: Mapping[str, Any], conditional: Mapping[str, Any], supplement: Iterable[Mapping[str, str]] = ()
    ) -> "Thesaurus":
        """Build from parsed files. Raises KeyError or ValueError when a rule names what the pack does not hold."""
        entities, classes = pack["entities"], pack["classes"]
        direct: dict[str, set[str]] = {}
        for name, class_members in classes.items():
            for member in class_members:
                direct.setdefault(member, set()).add(name)
        parents = {key: closure(key, direct) for key, entity in entities.items() if entity["kind"] != "class"}
        return cls(
            edition=pack["meta"]["edition"],
            names={key: entity["name"] for key, entity in entities.items()},
            rows=[*read_rows(pack["interactions"], conditional), *read_supplement(supplement)],
            parents=parents,
        )

    def classes_of(self, entity: str) -> frozenset[str]:
        """The entity itself and its classes, over two levels; empty for an entity that the thesaurus lacks."""
        return self._parents.get(entity, frozenset())

    def entities_of(self, drug: Drug) -> frozenset[str]:
        """What the thesaurus knows of a medicine by its usual routes: substances and headings by route."""
        return self._taken(drug).entities

    def title_of(self, rule: str) -> tuple[str, str] | None:
        """The names of both sides of a row as the thesaurus prints them, by the id of the row."""
        row = next((row for row in self.rows if row.id == rule), None)
        return (self._names.get(row.a, row.a), self._names.get(row.b, row.b)) if row else None

    def check_list(self, lines: Sequence[TreatmentLine | Drug], facts: Facts) -> list[PairResult]:
        """One alert per interacting pair of lines, most severe first, then in the order of the lines."""
        taken = [(item, self._taken(item)) for item in lines]
        found = [
            result
            for one, ours, other, theirs in _listed_together(taken)
            if (result := self._check(one, ours, other, theirs, facts)) is not None
        ]
        return sorted(found, key=lambda result: result.level.rank)

    def check_pair(self, a: TreatmentLine | Drug, b: TreatmentLine | Drug, facts: Facts) -> PairResult | None:
        """The alert of a pair; None means that nothing is listed, which `explain_pair` puts in words."""
        return self._check(a, self._taken(a), b, self._taken(b), facts)

    def explain_pair(self, a: TreatmentLine | Drug, b: TreatmentLine | Drug, facts: Facts) -> PairResult | Unlisted:
        """The alert of a pair, or why there is none, with the edition."""
        result = self.check_pair(a, b, facts)
        if result is not None:
            return result
        return Unlisted(self._why_not(a, b), self.edition, (_drug(a).name, _drug(b).name))

    def _why_not(self, a: TreatmentLine | Drug, b: TreatmentLine | Drug) -> WhyNot:
        drugs = (_drug(a), _drug(b))
        if not all(drug.checkable for drug in drugs):
            return WhyNot.NOT_CHECKABLE
        ours, theirs = ([_same(part) for part in drug.ingredients] for drug in drugs)
        if any(one & other for one in ours for other in theirs):
            return WhyNot.SAME_SUBSTANCE
        if not all(any(part.entities for part in drug.ingredients) for drug in drugs):
            return WhyNot.UNKNOWN_SUBSTANCE
        if any(is_local(_routes(item)) for item in (a, b)):
            return WhyNot.LOCAL_ROUTE
        return WhyNot.NOT_LISTED

    def _taken(self, item: TreatmentLine | Drug) -> _Taken:
        """What can interact in a medicine by its route (kept per drug and route)."""
        key = (item.drug, item.route) if isinstance(item, TreatmentLine) else (item, "")
        known = self._drugs.get(key)
        if known is None:
            if len(self._drugs) >= _MOST_DRUGS_KEPT:
                self._drugs.clear()
            substances = self._substances_of(*key)
            entities = [entity for part in substances for entity in part.entities]
            partners = tuple(self._pairs[entity].keys() for entity in entities if entity in self._pairs)
            known = self._drugs[key] = _Taken(substances, frozenset(entities), partners)
        return known

    def _check(
        self,
        one: TreatmentLine | Drug,
        ours: _Taken,
        other: TreatmentLine | Drug,
        theirs: _Taken,
        facts: Facts,
    ) -> PairResult | None:
        pairs = self._listed_pairs(ours.substances, theirs.substances)
        if not pairs:
            return None
        verdict = self._verdict(pairs, facts)
        hit, row = verdict.main.hit, verdict.main.hit.row
        first, second = (self._side(item, hit, position) for position, item in enumerate((one, other)))
        return PairResult(
            level=verdict.level,
            levels=row.levels,
            resolved=verdict.resolved,
            could_be=verdict.could_be,
            otherwise=verdict.otherwise,
            question=verdict.question,
            missing=verdict.missing,
            rule=row.id,
            rows=(row.a, row.b),
            sides=(first, second),
            page=row.page,
            edition=self.edition,
            source=row.source,
            basis=row.basis,
            specificity=hit.specificity,
            also=verdict.also,
        )

    def _listed_pairs(self, ours: tuple[_Substance, ...], theirs: tuple[_Substance, ...]) -> list[tuple[str, str]]:
        """The pairs of entities that some row names; a substance shared by both sides is a duplication, not a pair."""
        index = self._pairs
        return [
            (a, b)
            for first in ours
            for a in first.entities
            for second in theirs
            if first.same.isdisjoint(second.same)
            for b in second.entities
            if b in index.get(a, _NOTHING)
        ]

    def _verdict(self, pairs: list[tuple[str, str]], facts: Facts) -> Verdict:
        known = self._verdicts.get(pairs[0]) if len(pairs) == 1 else None
        if known is not None:
            return known
        hits = [hit for pair in pairs for hit in self._hits_of(pair)]
        verdict = merge([hit.settle(facts) for hit in hits])
        if len(pairs) == 1 and all(hit.is_fixed for hit in hits):
            self._verdicts[pairs[0]] = verdict
        return verdict

    def _hits_of(self, pair: tuple[str, str]) -> tuple[Hit, ...]:
        found = self._hits.get(pair)
        if found is None:
            rows = (self.rows[number] for number in self._pairs[pair[0]][pair[1]])
            found = self._hits[pair] = tuple(self._hit(row, pair) for row in rows)
        return found

    def _hit(self, row: Row, pair: tuple[str, str]) -> Hit:
        first, second = pair
        sides = [
            named
            for named in ((row.a, row.b), (row.b, row.a))
            if named[0] in self._parents[first] and named[1] in self._parents[second]
        ]
        matched = max(sides, key=lambda named: (named[0] == first) + (named[1] == second))
        return Hit(
            row=row,
            substances=pair,
            matched=matched,
            specificity=(matched[0] == first) + (matched[1] == second),
            breadth=self._sizes[row.a] * self._sizes[row.b],
            steps=row.steps(first, second),
        )

    def _side(self, item: TreatmentLine | Drug, hit: Hit, position: int) -> Side:
        matched = hit.matched[position]
        line = item.id if isinstance(item, TreatmentLine) else ""
        return Side(line, _drug(item).name, hit.substances[position], matched, self._names[matched])

    def _substances_of(self, drug: Drug, route: str) -> tuple[_Substance, ...]:
        if not drug.checkable:
            return ()
        routes = routes_of(drug, route)
        found = []
        entities: frozenset[str] = frozenset()
        for part in drug.ingredients:
            entities |= part.entities
            kept = exposed(part.entities, routes)
            if kept:
                found.append(_Substance(_same(part), tuple(sorted(kept))))
        headings = route_entities(entities, routes)
        if ORAL_DRUGS in headings and any(self._binders & self.classes_of(entity) for entity in entities):
            headings -= {ORAL_DRUGS}
        if headings:
            found.append(_Substance(frozenset(), tuple(sorted(headings & self._parents.keys()))))
        return tuple(found)


def _listed_together(
    taken: Sequence[tuple[TreatmentLine | Drug, _Taken]],
) -> Iterator[tuple[TreatmentLine | Drug, _Taken, TreatmentLine | Drug, _Taken]]:
    """The pairs of which some entities are listed together: most pairs of a treatment are not, and cost one look-up."""
    for position, (one, ours) in enumerate(taken, start=1):
        for other, theirs in taken[position:]:
            for partners in ours.partners:
                if not partners.isdisjoint(theirs.entities):
                    yield one, ours, other, theirs
                    break


def closure(entity: str, direct: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The entity, its classes, and the classes of its classes."""
    classes = set(direct.get(entity, ()))
    return frozenset({entity} | classes | {above for name in classes for above in direct.get(name, ())})


def _members(parents: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    members: dict[str, set[str]] = {}
    for key, classes in parents.items():
        for name in classes:
            members.setdefault(name, set()).add(key)
    return {name: frozenset(found) for name, found in members.items()}


def _index(rows: Sequence[Row], members: Mapping[str, frozenset[str]]) -> dict[str, dict[str, tuple[int, ...]]]:
    """First substance -> second substance -> numbers of the rows that name both, in either order."""
    index: dict[str, dict[str, tuple[int, ...]]] = {}
    for number, row in enumerate(rows):
        for first in members.get(row.a, ()):
            for second in members.get(row.b, ()):
                if first == second:
                    continue
                for one, other in ((first, second), (second, first)):
                    partners = index.setdefault(one, {})
                    known = partners.get(other, ())
                    if not known or known[-1] != number:
                        partners[other] = (*known, number)
    return index


def _same(part: Ingredient) -> frozenset[str]:
    return part.entities | {part.code or part.name}


def _drug(item: TreatmentLine | Drug) -> Drug:
    return item.drug if isinstance(item, TreatmentLine) else item


def _routes(item: TreatmentLine | Drug) -> tuple[str, ...]:
    return routes_of(_drug(item), item.route if isinstance(item, TreatmentLine) else "")
