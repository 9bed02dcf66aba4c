"""The smallest sets of changes that clear every contra-indication and discouraged association, with what each costs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from epione.medications.domain.drug import TreatmentLine
from epione.medications.domain.interactions_facts import interaction_facts
from epione.medications.domain.interactions_results import PairResult
from epione.medications.domain.levels import Level

from .chart import Chart, Text
from .facts import Facts
from .findings import Finding, Kind, Status
from .interaction_findings import patient_facts
from .knowledge import Knowledge
from .leaves import both
from .review import Review, review
from .rhythm import WEEKLY, rhythm_of
from .substitutes import Substitutes
from .whatif import SUBSTITUTE_SUFFIX, Change, Difference, SetDose, Stop, Substitute, apply, difference
from .wording import shown

MOST_CHANGES = 4
MOST_PROPOSALS = 3
_MOST_NODES = 6_000
_MOST_VERIFIED = 40
_REPRESENTATIVES = 3
# Costs that rank sets of one size: a lower dose, a close substitute, a farther one, a stop.
_REDUCE, _CLOSE, _FAR, _STOP = 1.0, 1.5, 2.0, 3.0
_GRAVE = frozenset({Level.CI, Level.AD})
# Usual lower doses (mg a day) of the substances whose rules have a dose threshold.
_LOWER_DOSES = {
    "acide acetylsalicylique": (300.0, 100.0, 75.0),
    "methotrexate": (20 / 7, 15 / 7),
    "rosuvastatine": (20.0, 10.0, 5.0),
}
_WEEKLY = "methotrexate"
_NEVER_OPENED = frozenset({Kind.INTERACTION, Kind.CONTRAINDICATION, Kind.STOPP, Kind.DUPLICATE, Kind.DOSE})


@dataclass(frozen=True, slots=True)
class Proposal:
    """One set of changes. `costs` say in words what it costs; `opens` are lesser findings that it brings."""

    changes: tuple[Change, ...]
    costs: tuple[Text, ...]
    cost: float
    clears: tuple[Finding, ...]
    opens: tuple[Finding, ...]
    difference: Difference


@dataclass(frozen=True, slots=True)
class Proposals:
    """The best sets found, the smallest first. `exhausted` is False when the search met its limit before the end."""

    targets: tuple[Finding, ...]
    proposals: tuple[Proposal, ...]
    exhausted: bool


@dataclass(frozen=True, slots=True)
class _Option:
    """One thing that may be done to a line: `line` is what it becomes, None when it is stopped."""

    change: Stop | SetDose | Substitute
    line: TreatmentLine | None
    cost: float


@dataclass(slots=True)
class _Search:
    """The state of a bounded search."""

    found: list[tuple[float, tuple[_Option, ...]]] = field(default_factory=list)
    nodes: int = 0

    @property
    def spent(self) -> bool:
        return self.nodes >= _MOST_NODES


def is_target(finding: Finding) -> bool:
    """Whether a finding must be cleared: an interaction or allergy at least discouraged, whatever is unknown."""
    if finding.kind not in (Kind.INTERACTION, Kind.CONTRAINDICATION) or finding.level not in ("ci", "ad"):
        return False
    return finding.status is Status.FIRES or bool(finding.could_be and finding.could_be[-1] in ("ci", "ad"))


def smallest_changes(chart: Chart, knowledge: Knowledge, substitutes: Substitutes) -> Proposals:
    """Up to three smallest sets of changes (at most four each) after which nothing is contra-indicated or discouraged.

    The search is exact up to its node limit: sets of one change are all tried before sets of two, and so on. A set is
    proposed only if a whole review of the changed treatment finds no such pair and no new CI, AD or severe STOPP.
    """
    before = review(chart, knowledge)
    targets = tuple(finding for finding in before.findings if is_target(finding))
    if not targets:
        return Proposals((), (), exhausted=True)
    planner = _Planner(chart, knowledge, substitutes, before, targets)
    proposals: list[Proposal] = []
    exhausted = True
    for size in range(1, MOST_CHANGES + 1):
        search = planner.search(size)
        exhausted = exhausted and not search.spent
        proposals += planner.verified(search, MOST_PROPOSALS - len(proposals))
        if len(proposals) >= MOST_PROPOSALS or (proposals and size >= len(proposals[0].changes) + 1):
            break
    return Proposals(targets, tuple(proposals), exhausted)


class _Planner:
    """Finds sets of options that leave no grave conflict, then has each verified by a whole review."""

    def __init__(
        self, chart: Chart, knowledge: Knowledge, substitutes: Substitutes, before: Review, targets: Sequence[Finding]
    ) -> None:
        self._chart, self._knowledge, self._before = chart, knowledge, before
        self._facts: Facts = knowledge.book.facts(chart)
        self._patient = patient_facts(self._facts)
        self._lines = {line.id: line for line in before.lines if line.drug.checkable}
        self._alone = {finding.drugs[0] for finding in targets if finding.kind is Kind.CONTRAINDICATION}
        self._substitutes = substitutes
        self._options: dict[str, list[_Option]] = {}
        self._ways: list[frozenset[tuple[str, type]]] = []

    def search(self, size: int) -> _Search:
        """Every set of exactly `size` options that clears the conflicts (smaller ones were found before)."""
        search = _Search()
        self._branch(search, size, dict(self._lines), (), frozenset())
        search.found.sort(key=lambda one: one[0])
        return search

    def _branch(
        self,
        search: _Search,
        size: int,
        lines: dict[str, TreatmentLine],
        chosen: tuple[_Option, ...],
        fixed: frozenset[str],
    ) -> None:
        search.nodes += 1
        conflicts = self._conflicts(lines, {_line_of(one) for one in chosen})
        if not conflicts:
            if len(chosen) == size:
                search.found.append((sum(one.cost for one in chosen), chosen))
            return
        if search.spent or len(chosen) + _disjoint(conflicts) > size:
            return
        # A conflict with the fewest lines left to change leaves the fewest ways to go on.
        conflict = min(conflicts, key=lambda one: sum(line not in fixed for line in one))
        for line_id in conflict:
            if line_id in fixed:
                continue
            for option in self.options(line_id):
                rest = {key: line for key, line in lines.items() if key != line_id}
                if option.line is not None:
                    rest[line_id] = option.line
                self._branch(search, size, rest, (*chosen, option), fixed | {line_id})
            # Sets that change this line have all been tried: from here on it stays as it is.
            fixed |= {line_id}

    def _conflicts(self, lines: dict[str, TreatmentLine], changed: set[str]) -> list[tuple[str, ...]]:
        """The pairs (or single lines, for an allergy) that are still grave."""
        found: list[tuple[str, ...]] = [
            (line_id,) for line_id in self._alone if line_id in lines and line_id not in changed
        ]
        facts = interaction_facts(list(lines.values()), self._patient)
        keys = list(lines)
        for position, one in enumerate(keys):
            for other in keys[position + 1 :]:
                new = one in changed or other in changed
                result = self._knowledge.thesaurus.check_pair(lines[one], lines[other], facts)
                if result is not None and _is_grave(result, new=new):
                    found.append((one, other))
        return found

    def options(self, line_id: str) -> list[_Option]:
        """What may be done to a line: a lower dose, a few substitutes, a stop."""
        known = self._options.get(line_id)
        if known is None:
            line = self._lines[line_id]
            stop = _Option(Stop(line_id), None, self._cost_of_stopping(line_id))
            known = [*self._lower_doses(line), *self._replacements(line), stop]
            self._options[line_id] = known
        return known

    def _cost_of_stopping(self, line_id: str) -> float:
        """Stopping loses an indication; the more criteria ask for it, the less it costs.

        Of a criterion about several medicines, the first is the one that it would stop.
        """
        fired = [one for one in self._before.findings if one.kind is Kind.STOPP and one.status is Status.FIRES]
        asked = sum(one.drugs[:1] == (line_id,) for one in fired)
        return max(_STOP - 0.5 * asked, 1.0)

    def _lower_doses(self, line: TreatmentLine) -> Iterator[_Option]:
        entities = {entity for part in line.drug.ingredients for entity in part.entities}
        doses = {dose for entity, steps in _LOWER_DOSES.items() if entity in entities for dose in steps}
        for dose in sorted(doses, reverse=True):
            if line.daily_mg is not None and dose < line.daily_mg:
                change = SetDose(line.id, dose, rhythm_of(line) or (WEEKLY if _WEEKLY in entities else None))
                yield _Option(change, apply(Chart(self._chart.on, (line,)), [change]).lines[0], _REDUCE)

    def _replacements(self, line: TreatmentLine) -> list[_Option]:
        """A few substitutes: those with the fewest conflicts with the rest, the closest class first."""
        candidates = self._substitutes.of(line, self._lines.values())
        scored = []
        for order, candidate in enumerate(candidates):
            change = Substitute(line.id, candidate.drug)
            taken = apply(Chart(self._chart.on, (line,)), [change]).lines[0]
            scored.append(
                (
                    self._conflicts_of(taken, line.id),
                    order,
                    _Option(change, taken, _CLOSE if candidate.closeness == 4 else _FAR),
                )
            )
        scored.sort(key=lambda one: one[:2])
        kept: list[_Option] = []
        for _, _, option in scored[: 4 * _REPRESENTATIVES]:
            if len(kept) < _REPRESENTATIVES and not self._opens_stopp(option):
                kept.append(option)
        return kept

    def _conflicts_of(self, taken: TreatmentLine, replaced: str) -> int:
        others = [other for key, other in self._lines.items() if key != replaced]
        facts = interaction_facts([*others, taken], self._patient)
        results = (self._knowledge.thesaurus.check_pair(taken, other, facts) for other in others)
        return sum(result is not None and _is_grave(result, new=True) for result in results)

    def _opens_stopp(self, option: _Option) -> bool:
        """Whether a substitute, alone, makes a severe criterion fire."""
        book = self._knowledge.book
        facts = book.facts(apply(self._chart, [option.change]))
        fired = {one.id for one in self._before.findings if one.status is Status.FIRES}
        return any(
            one.kind == "stopp" and one.severity == "high" and one.id not in fired and one.root.test(facts) == 2
            for one in book.candidates(facts)
        )

    def verified(self, search: _Search, wanted: int) -> list[Proposal]:
        """The cheapest sets that a whole review confirms, one for each way of doing (lines and kinds of change).

        A set that only adds changes to one already proposed is left out.
        """
        proposals: list[Proposal] = []
        tried = 0
        for _, options in search.found:
            way = frozenset((_line_of(option), type(option.change)) for option in options)
            if len(proposals) >= wanted or tried >= _MOST_VERIFIED:
                break
            if not any(known <= way for known in self._ways):
                tried += 1
                proposal = self._verify(options)
                if proposal is not None:
                    self._ways.append(way)
                    proposals.append(proposal)
        return sorted(proposals, key=lambda one: one.cost)

    def _verify(self, options: tuple[_Option, ...]) -> Proposal | None:
        changes = tuple(option.change for option in options)
        after = review(apply(self._chart, changes), self._knowledge)
        change = difference(self._before, after)
        if any(is_target(one) for one in after.findings) or any(_forbids(one) for one in _opened(change)):
            return None
        if any(_forbids(one) and one.kind is Kind.INTERACTION for one in change.appeared):
            return None
        lost = [one for one in change.appeared if one.kind is Kind.START and one.status is Status.FIRES]
        costs = tuple(text for option in options for text in self._costs(option))
        costs += tuple(
            both(f"Indication découverte\u00a0: {one.title['fr']}", f"Indication uncovered: {one.title['en']}")
            for one in lost
        )
        return Proposal(
            changes,
            costs,
            round(sum(option.cost for option in options) + 2.0 * len(lost), 2),
            clears=tuple(one for one in change.disappeared if is_target(one)),
            opens=_opened(change),
            difference=change,
        )

    def _costs(self, option: _Option) -> list[Text]:
        change, line = option.change, self._lines[_line_of(option)]
        name, purpose = line.drug.short, line.indication
        if isinstance(change, Stop):
            why = purpose or "non notée"
            return [
                both(
                    f"Arrêt de {name}\u00a0: indication perdue ({why})",
                    f"{name} stopped: indication lost ({purpose or 'not noted'})",
                )
            ]
        if isinstance(change, SetDose):
            dose = round(change.daily_mg * 7, 2) if change.rhythm else change.daily_mg
            fr, en = shown(dose, "fr"), shown(dose, "en")
            each = ("mg par semaine", "mg a week") if change.rhythm else ("mg/j", "mg/d")
            return [
                both(
                    f"{name} réduit à {fr}\u00a0{each[0]}\u00a0: surveiller l’effet",
                    f"{name} reduced to {en} {each[1]}: watch the effect",
                )
            ]
        new = change.drug.short
        return [
            both(
                f"{name} remplacé par {new}\u00a0: nouveau médicament, dose à choisir, effet et tolérance à surveiller",
                f"{name} replaced by {new}: new medicine, dose to choose, effect and tolerance to watch",
            )
        ]


def _is_grave(result: PairResult, *, new: bool) -> bool:
    """Whether a pair must be cleared. A pair that a change creates must be clear whatever is unknown."""
    if result.level not in _GRAVE:
        return False
    return new or result.resolved or result.could_be[-1] in _GRAVE


def _forbids(finding: Finding) -> bool:
    """Whether a finding that a change brings forbids it: a firing CI, AD or duplicate, any pair that might be so."""
    if finding.kind not in _NEVER_OPENED:
        return False
    if finding.kind is Kind.DUPLICATE or finding.id == "STOPP-A3":
        return finding.status is Status.FIRES
    return finding.level in ("ci", "ad") and (finding.status is Status.FIRES or finding.kind is Kind.INTERACTION)


def _opened(change: Difference) -> tuple[Finding, ...]:
    """What fires and did not before; the same rule about a substitute in the place of its line is not new here."""
    former = {_place(finding) for finding in change.disappeared}
    return tuple(one for one in change.appeared if one.status is Status.FIRES and _place(one) not in former)


def _place(finding: Finding) -> tuple[str, frozenset[str]]:
    return finding.id, frozenset(line.removesuffix(SUBSTITUTE_SUFFIX) for line in finding.drugs)


def _disjoint(conflicts: Sequence[tuple[str, ...]]) -> int:
    """A lower bound of the changes needed: conflicts that share no line each need one of their own."""
    used: set[str] = set()
    count = 0
    for conflict in conflicts:
        if used.isdisjoint(conflict):
            used.update(conflict)
            count += 1
    return count


def _line_of(option: _Option) -> str:
    return option.change.line
