"""The direct way to check a list against the thesaurus: walk the class closures of every pair. The bench's peer.

It shares no code with the engine but its data: it is slow, plain, and asserts the engine's answers in the tests.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SEVERITY = ("CI", "AD", "PE", "APC")

Answer = dict[str, Any]


class NaiveThesaurus:
    """The raw rows, with no index on pairs: lists of substances in, levels out."""

    def __init__(
        self,
        pack: Mapping[str, Any],
        conditional: Mapping[str, Any],
        supplement: Sequence[Mapping[str, str]] = (),
    ) -> None:
        self.classes: Mapping[str, Sequence[str]] = pack["classes"]
        self.rows: dict[tuple[str, str], Mapping[str, Any]] = {}
        for row in pack["interactions"]:
            self.rows[row["a"], row["b"]] = row
        for row in supplement:
            self.rows.setdefault((row["a"], row["b"]), {**row, "levels": [row["level"]]})
        self.conditional = {(row["a"], row["b"]): row for row in conditional["rows"]}
        self.belongs: dict[str, list[str]] = {}
        for name, members in self.classes.items():
            for member in members:
                self.belongs.setdefault(member, []).append(name)

    def check(self, substances: Sequence[str], facts: Mapping[str, object]) -> dict[tuple[str, str], Answer]:
        """The level of every interacting pair of substances (thesaurus keys), by pair in the order of the list."""
        found = {}
        for position, one in enumerate(substances):
            for other in substances[position + 1 :]:
                answer = self.pair(one, other, facts)
                if answer is not None:
                    found[one, other] = answer
        return found

    def pair(self, one: str, other: str, facts: Mapping[str, object]) -> Answer | None:
        """`level`, `resolved`, `could_be` and `otherwise` of one pair, None when no row names it."""
        if one == other:
            return None
        ranges = [self._range(row, one, other, facts) for row in self._rows_of(one, other)]
        if not ranges:
            return None
        top = min(_SEVERITY.index(level) for levels, _ in ranges for level in levels)
        floor = min(max(_SEVERITY.index(level) for level in levels) for levels, _ in ranges)
        inside = {_SEVERITY.index(level) for levels, _ in ranges for level in levels} | {floor}
        between = [_SEVERITY[rank] for rank in sorted(inside) if top <= rank <= floor]
        return {
            "level": _SEVERITY[top],
            "resolved": top == floor,
            "could_be": [] if top == floor else between,
            "otherwise": min((last for _, last in ranges), key=_SEVERITY.index),
        }

    def _climb(self, entity: str, levels: int = 2) -> Iterator[str]:
        yield entity
        if levels:
            for name in self.belongs.get(entity, ()):
                yield from self._climb(name, levels - 1)

    def _rows_of(self, one: str, other: str) -> Iterator[Mapping[str, Any]]:
        seen = set()
        for above_one in self._climb(one):
            for above_other in self._climb(other):
                for key in ((above_one, above_other), (above_other, above_one)):
                    if key in self.rows and key not in seen:
                        seen.add(key)
                        yield self.rows[key]

    def _range(
        self, row: Mapping[str, Any], one: str, other: str, facts: Mapping[str, object]
    ) -> tuple[list[str], str]:
        """The levels that the row may have for the pair, and the one that stands if nothing unknown holds."""
        ruled = self.conditional.get((row["a"], row["b"])) or self.conditional.get((row["b"], row["a"]))
        if ruled is None:
            levels = sorted(row["levels"], key=_SEVERITY.index)
            return levels, levels[0]
        possible = []
        for rule in ruled["rules"]:
            if not (self._named(rule, one, other) or self._named(rule, other, one)):
                continue
            truth = _truth(rule["context"], facts) if "context" in rule else True
            if truth is not False:
                possible.append(rule["level"])
            if truth:
                return possible, rule["level"]
        return [*possible, ruled["default"]], ruled["default"]

    def _named(self, rule: Mapping[str, Any], one: str, other: str) -> bool:
        return all(
            key not in rule or self._among(substance, rule[key])
            for key, substance in (("one_of", one), ("other_of", other))
        )

    def _among(self, substance: str, names: str | Sequence[str]) -> bool:
        if isinstance(names, str):
            return names[1:] in self._climb(substance)
        return substance in names


def _truth(text: str, facts: Mapping[str, object]) -> bool | None:
    """An expression in three values: `or` is the greatest, `and` the least, unknown in the middle."""
    grades = [min(_grade(term, facts) for term in part.split(" and ")) for part in text.split(" or ")]
    return {0: False, 1: None, 2: True}[max(grades)]


def _grade(term: str, facts: Mapping[str, object]) -> int:
    for sign in (">=", "<=", "==", ">", "<"):
        name, found, value = term.strip().partition(sign)
        if found:
            break
    else:
        name, value = term.strip(), ""
    known = facts.get(name.strip())
    if known is None:
        return 1
    if not value:
        return 2 if known else 0
    if sign == "==":
        return 2 if str(known) == value.strip() else 0
    gap = float(str(known)) - float(value)
    return 2 if {">=": gap >= 0, "<=": gap <= 0, ">": gap > 0, "<": gap < 0}[sign] else 0
