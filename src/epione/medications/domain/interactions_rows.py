"""Rows of the interaction thesaurus, the rules that resolve composite levels, and what a row says of two substances."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from epione.medications.domain.conditions import Condition, parse_condition
from epione.medications.domain.levels import Level, least_severe, most_severe

Facts = Mapping[str, object]
Step = tuple[Condition | None, Level]

ANSM = "ansm"
SUPPLEMENT = "supplement"

# This row repeats, for every medicine taken by mouth, the row of the substances that antacids are known to bind; of
# its two printed levels the higher concerns the integrase inhibitors that the named row lists, so the same rule holds.
_TOPICALS = "topiques gastro intestinaux antiacides et adsorbants"
_BOUND = "substances a absorption reduite par les topiques gastro intestinaux antiacides et adsorbants"
_SAME_RULES = {frozenset({_TOPICALS, "medicaments administres par voie orale"}): frozenset({_TOPICALS, _BOUND})}


@dataclass(frozen=True, slots=True)
class Rule:
    """One sub-level of a composite row: for these substances, and when the condition holds."""

    level: Level
    one_of: frozenset[str] | None = None
    other_of: frozenset[str] | None = None
    condition: Condition | None = None

    def concerns(self, first: str, second: str) -> bool:
        """Whether the substances are the ones it names, one on each side, in either order."""
        return self._fits(first, second) or self._fits(second, first)

    def _fits(self, one: str, other: str) -> bool:
        return (self.one_of is None or one in self.one_of) and (self.other_of is None or other in self.other_of)


@dataclass(frozen=True, slots=True)
class Row:
    """One interaction of the thesaurus (or of the supplement) between two entities, each a substance or a class.

    `default` stands when no rule applies; it is None for a composite row that no rule resolves.
    """

    id: str
    a: str
    b: str
    levels: tuple[Level, ...]
    page: int | None = None
    source: str = ANSM
    basis: str = ""
    default: Level | None = None
    rules: tuple[Rule, ...] = ()

    def steps(self, first: str, second: str) -> tuple[Step, ...]:
        """What remains to decide for two substances: conditions in order, ended by a level without condition.

        Empty when the row is composite and nothing resolves it.
        """
        steps: list[Step] = []
        for rule in self.rules:
            if rule.concerns(first, second):
                steps.append((rule.condition, rule.level))
                if rule.condition is None:
                    return tuple(steps)
        return (*steps, (None, self.default)) if self.default is not None else ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that concerns two substances, in this order; `matched` is the entity that the row names for each.

    `specificity` counts the sides named by substance, `breadth` the pairs of substances that the row covers.
    """

    row: Row
    substances: tuple[str, str]
    matched: tuple[str, str]
    specificity: int
    breadth: int
    steps: tuple[Step, ...]

    @property
    def is_fixed(self) -> bool:
        """Whether no patient datum can change the outcome."""
        return not self.steps or self.steps[0][0] is None

    def settle(self, facts: Facts) -> "Outcome":
        """Decide the level with what is known."""
        if not self.steps:
            levels = self.row.levels
            return Outcome(self, most_severe(levels), least_severe(levels), most_severe(levels), levels, ())
        possible: list[Level] = []
        missing: list[str] = []
        for condition, level in self.steps:
            holds = True if condition is None else condition.holds(facts)
            if holds is not False:
                possible.append(level)
            if holds:
                break
            if holds is None and condition is not None:
                missing += condition.missing(facts)
        top, floor = most_severe(possible), least_severe(possible)
        asked = () if top is floor else tuple(dict.fromkeys(missing))
        return Outcome(self, top, floor, possible[-1], tuple(possible), asked)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A hit once decided: between `floor` and `top`; `otherwise` is the level if no unknown condition holds."""

    hit: Hit
    top: Level
    floor: Level
    otherwise: Level
    possible: tuple[Level, ...]
    missing: tuple[str, ...]


def read_rows(interactions: Iterable[Mapping[str, Any]], conditional: Mapping[str, Any]) -> list[Row]:
    """Build the rows from the thesaurus (`a, b, levels, page`) and the conditional rules (`a, b, default, rules`).

    A rule's "@class" stays one name: see `expand_rules`. Raises ValueError on an unknown level or a bad context.
    """
    resolved = {frozenset({row["a"], row["b"]}): row for row in conditional["rows"]}
    return [_read_row(row, resolved) for row in interactions]


def expand_rules(row: Row, members: Mapping[str, frozenset[str]]) -> Row:
    """Replace the names "@class" by the substances of that class. Raises KeyError on an unknown class."""
    if not row.rules:
        return row
    return replace(
        row,
        rules=tuple(
            replace(rule, one_of=_expand(rule.one_of, members), other_of=_expand(rule.other_of, members))
            for rule in row.rules
        ),
    )


def read_supplement(rows: Iterable[Mapping[str, str]]) -> list[Row]:
    """Build the rows that the thesaurus lacks (`a, b, level, basis`), marked as such."""
    return [
        Row(
            id=rule_id("SUP", row["a"], row["b"]),
            a=row["a"],
            b=row["b"],
            levels=(Level(row["level"]),),
            source=SUPPLEMENT,
            basis=row["basis"],
            default=Level(row["level"]),
        )
        for row in rows
    ]


def rule_id(source: str, a: str, b: str) -> str:
    """Stable identifier of a row, such as `ANSM-colchicine+macrolides-sauf-spiramycine`."""
    return f"{source}-{a.replace(' ', '-')}+{b.replace(' ', '-')}"


def _read_row(row: Mapping[str, Any], resolved: Mapping[frozenset[str], Mapping[str, Any]]) -> Row:
    levels = tuple(Level(level) for level in row["levels"])
    sides = frozenset({row["a"], row["b"]})
    rules = resolved.get(_SAME_RULES.get(sides, sides))
    default = Level(rules["default"]) if rules else levels[0] if len(set(levels)) == 1 else None
    return Row(
        id=rule_id("ANSM", row["a"], row["b"]),
        a=row["a"],
        b=row["b"],
        levels=levels,
        page=row.get("page"),
        default=default,
        rules=tuple(_read_rule(rule) for rule in rules["rules"]) if rules else (),
    )


def _read_rule(rule: Mapping[str, Any]) -> Rule:
    return Rule(
        level=Level(rule["level"]),
        one_of=_names(rule.get("one_of")),
        other_of=_names(rule.get("other_of")),
        condition=parse_condition(rule["context"]) if "context" in rule else None,
    )


def _names(names: str | Sequence[str] | None) -> frozenset[str] | None:
    if names is None:
        return None
    return frozenset({names} if isinstance(names, str) else names)


def _expand(names: frozenset[str] | None, members: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    if names is None:
        return None
    return frozenset().union(*(members[name[1:]] if name.startswith("@") else {name} for name in names))
