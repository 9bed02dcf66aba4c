"""The STOPP/START criteria in memory: trees compiled to closures, indexed by the group or condition each one needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from epione.medications.domain.conditions import QUESTIONS
from epione.medications.domain.interactions_routes import LOCAL_ROUTES
from epione.patients.domain.observations import measure_of, read_value

from .chart import Chart, Text
from .drug_leaves import Attributes, CountLeaf, DrugLeaf, DuplicateLeaf
from .facts import Facts
from .leaves import (
    AgeLeaf,
    ConditionLeaf,
    FlagLeaf,
    Leaf,
    ObsLeaf,
    PastDrugLeaf,
    RecentObsLeaf,
    SexLeaf,
    VaccineLeaf,
    both,
    label_of,
)
from .logic import Test, all_of, any_of, negation

# The data that interaction rules ask for and that a yes or a no answers; the others are doses, routes and measurements.
_YES_NO = frozenset(name for name in QUESTIONS if "_mg_" not in name and not name.endswith("_route")) - {"age", "egfr"}


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a rule: `kind` is all, any, not or leaf; `test` gives its value."""

    kind: str
    test: Test[Facts]
    children: tuple["Node", ...] = ()
    leaf: Leaf | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of STOPP or START, as published, in our own words."""

    id: str
    kind: str
    section: str
    title: Text
    advice: Text
    severity: str
    computable: str
    confidence: str
    missing: tuple[Text, ...]
    note: Text | None
    min_age: int
    opt_in: bool
    twin_of: str
    order: int
    root: Node


class RuleBook:
    """The criteria of one edition. Build it with the compiled rules (`providers.rules.load_rules`)."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self.meta: Mapping[str, Any] = rules["meta"]
        self.corrections: list[Mapping[str, Any]] = rules["corrections"]
        self._rules = rules
        self._prefixes: dict[str, list[str]] = {}
        self._excluded: dict[str, tuple[str, ...]] = {}
        for name, group in rules["groups"].items():
            self._add_group(name, group["atc"], group.get("exclude_atc", ()))
        self._codes: dict[str, frozenset[str]] = {}
        self._conditions = _condition_index(rules["conditions"])
        self._problems: dict[str, frozenset[str]] = {}
        self._leaves: dict[str, Leaf] = {}
        self.criteria = tuple(self._criterion(order, one) for order, one in enumerate(rules["criteria"]))
        self.by_id = {criterion.id: criterion for criterion in self.criteria}
        self._always, self._by_trigger = _index(self.criteria)
        self.units = {leaf.code: leaf.unit for leaf in self._leaves.values() if isinstance(leaf, ObsLeaf)}
        self.flags = frozenset(rules["flags"]) | _YES_NO

    @cached_property
    def edition(self) -> str:
        """The edition of the criteria, as shown with each finding."""
        return str(self.meta["edition"])

    def facts(self, chart: Chart) -> Facts:
        """Prepare a chart for evaluation."""
        return Facts(chart, groups_of=self.groups_of, conditions_of=self.conditions_of, leaves=len(self._leaves))

    def groups_of(self, atc: str) -> frozenset[str]:
        """The therapeutic groups of an ATC code."""
        known = self._codes.get(atc)
        if known is None:
            found = {name for end in range(1, len(atc) + 1) for name in self._prefixes.get(atc[:end], ())}
            known = frozenset(name for name in found if not atc.startswith(self._excluded[name]))
            self._codes[atc] = known
        return known

    def conditions_of(self, code: str) -> frozenset[str]:
        """The conditions that an ICD-10 code stands for (prefix of the code, ranges by category)."""
        known = self._problems.get(code)
        if known is None:
            bare = code.replace(".", "").upper()
            known = frozenset(name for end in range(3, len(bare) + 1) for name in self._conditions.get(bare[:end], ()))
            self._problems[code] = known
        return known

    def candidates(self, facts: Facts) -> list[Criterion]:
        """The criteria that can be anything but false: those whose needed group or condition is there."""
        wanted = set(self._always)
        by_trigger = self._by_trigger
        for group in (*facts.groups, *facts.maybe):
            wanted.update(by_trigger.get(f"g:{group}", ()))
        if facts.conditions_known:
            for name in facts.conditions:
                wanted.update(by_trigger.get(f"c:{name}", ()))
        else:
            for trigger, orders in by_trigger.items():
                if trigger[0] == "c":
                    wanted.update(orders)
        return [self.criteria[order] for order in sorted(wanted)]

    def _add_group(self, name: str, prefixes: list[str], excluded: Any) -> None:
        for prefix in prefixes:
            self._prefixes.setdefault(prefix, []).append(name)
        self._excluded[name] = tuple(excluded)

    def _criterion(self, order: int, one: Mapping[str, Any]) -> Criterion:
        return Criterion(
            id=one["id"],
            kind=one["kind"],
            section=one["section"],
            title=one["title"],
            advice=one["advice"],
            severity=one["severity"],
            computable=one["computable"],
            confidence=one["confidence"],
            missing=tuple(one["missing"]),
            note=one.get("note"),
            min_age=one["min_age"],
            opt_in=one["id"] in self._rules["opt_in"],
            twin_of=next((twins[0] for twins in self._rules["twins"] if one["id"] in twins[1:]), ""),
            order=order,
            root=self._root(one),
        )

    def _root(self, one: Mapping[str, Any]) -> Node:
        age = self._leaf({"age": {"op": ">=", "value": one["min_age"]}}, negated=False)
        rule = self._node(one["when"], negated=False)
        # One closure for both, since every criterion is evaluated for every patient that may be concerned.
        parts = [child.test for child in rule.children] if rule.kind == "all" else [rule.test]
        return Node("all", all_of([*parts, age.test]), (age, rule))

    def _node(self, tree: Mapping[str, Any], *, negated: bool) -> Node:
        for kind, join in (("all", all_of), ("any", any_of)):
            if kind in tree:
                children = tuple(self._node(child, negated=negated) for child in tree[kind])
                return Node(kind, join([child.test for child in children]), children)
        if "not" in tree:
            child = self._node(tree["not"], negated=not negated)
            return Node("not", negation(child.test), (child,))
        return self._leaf(tree, negated=negated)

    def _leaf(self, tree: Mapping[str, Any], *, negated: bool) -> Node:
        """Equal leaves are one leaf, asked once; a medicine's absence is another question than its presence."""
        key = json.dumps([tree, negated], sort_keys=True)
        leaf = self._leaves.get(key)
        if leaf is None:
            leaf = self._make_leaf(tree, negated=negated)
            leaf.index = len(self._leaves)
            self._leaves[key] = leaf
        return Node("leaf", leaf, leaf=leaf)

    def _make_leaf(self, tree: Mapping[str, Any], *, negated: bool) -> Leaf:
        makers = {
            "drug": self._drug,
            "drug_atc": self._drug_atc,
            "condition": self._condition,
            "condition_icd10": self._condition_icd10,
            "obs": self._obs,
            "obs_recent": self._recent,
            "flag": self._flag,
            "age": self._age,
            "sex": self._sex,
            "count_drugs": self._count,
            "duplicate_class": self._duplicate,
            "vaccine": self._vaccine,
            "past_drug": self._past,
        }
        return next(make for name, make in makers.items() if name in tree)(tree, negated)

    def _drug(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        group = tree["drug"]
        entry = self._rules["groups"][group]
        doses = {code: (low, high) for code, (low, high) in self._rules["full_dose_mg"].items()}
        return DrugLeaf(
            group,
            label_of(self._rules["groups"], group),
            _attributes(tree, entry),
            doses,
            tree.get("exclude_group", ""),
            negated,
        )

    def _drug_atc(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        """Prefixes named by a rule itself become a group of their own."""
        name = "atc:" + ",".join(tree["drug_atc"])
        if name not in self._excluded:
            self._add_group(name, tree["drug_atc"], ())
        codes = ", ".join(tree["drug_atc"])
        return DrugLeaf(name, both(f"médicament {codes}", f"{codes} medicine"), Attributes(), {}, "", negated)

    def _condition(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        name = tree["condition"]
        label = label_of(self._rules["conditions"], name)
        return ConditionLeaf(name, label, tree.get("within_days"), tree.get("min_count", 1))

    def _condition_icd10(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        name = "icd10:" + ",".join(tree["condition_icd10"])
        for prefix in tree["condition_icd10"]:
            names = self._conditions.setdefault(prefix.replace(".", ""), [])
            if name not in names:
                names.append(name)
        codes = ", ".join(tree["condition_icd10"])
        return ConditionLeaf(name, both(f"diagnostic {codes}", f"diagnosis {codes}"))

    def _obs(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        code, unit = tree["obs"], tree.get("unit", "")
        threshold, factor = canonical(code, float(tree["value"]), unit)
        return ObsLeaf(code, tree["op"], threshold, _measure_label(code), unit, factor)

    def _recent(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        return RecentObsLeaf(tree["obs_recent"], tree["within_days"], _measure_label(tree["obs_recent"]))

    def _flag(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        return FlagLeaf(tree["flag"], self._rules["flags"][tree["flag"]])

    def _age(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        return AgeLeaf(tree["age"]["op"], tree["age"]["value"])

    def _sex(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        return SexLeaf(tree["sex"])

    def _count(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        group = tree["count_drugs"]["group"]
        return CountLeaf(group, label_of(self._rules["groups"], group), tree["count_drugs"]["min"])

    def _duplicate(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        classes = tuple(tree["duplicate_class"]["classes"])
        return DuplicateLeaf(classes, {name: label_of(self._rules["groups"], name) for name in classes})

    def _vaccine(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        group = tree["vaccine"]
        entry = self._rules["groups"][group]
        return VaccineLeaf(group, label_of(self._rules["groups"], group), tuple(entry["atc"]), tree.get("within_days"))

    def _past(self, tree: Mapping[str, Any], negated: bool) -> Leaf:
        group = tree["past_drug"]
        entry = self._rules["groups"][group]
        return PastDrugLeaf(
            group, label_of(self._rules["groups"], group), tuple(entry["atc"]), tree.get("min_doses", 1)
        )


def _attributes(tree: Mapping[str, Any], group: Mapping[str, Any]) -> Attributes:
    release = tree.get("release")
    return Attributes(
        min_days=tree.get("min_days"),
        max_days_since_start=tree.get("max_days_since_start"),
        min_daily_mg=tree.get("min_daily_mg"),
        above_daily_mg=tree.get("min_daily_mg_exclusive"),
        systemic=tree.get("systemic", False),
        route={"oral": "orale", "vaginal": "vaginale"}.get(tree.get("route", ""), ""),
        prn=tree.get("prn"),
        prolonged=None if release is None else release == "prolonged",
        same_dose=tree.get("same_dose", False),
        full_dose=tree.get("full_dose", False),
        local_routes=frozenset(group["local_routes"]) if "local_routes" in group else LOCAL_ROUTES,
        ingredient=group.get("ingredient", ""),
    )


def canonical(code: str, value: float, unit: str) -> tuple[float, float]:
    """A threshold in the canonical unit of its measure, and the factor from the rule's unit towards it."""
    measure = measure_of(code)
    if measure is None:
        raise ValueError(f"No measure is called {code!r}")
    if not unit:
        return value, 1.0
    one = read_value(code, 1.0, unit)
    if one.fault in {"unit", "code"}:
        raise ValueError(f"{code!r} cannot be read in {unit!r}")
    return value * one.value, one.value


def _measure_label(code: str) -> Text:
    measure = measure_of(code)
    if measure is None:
        raise ValueError(f"No measure is called {code!r}")
    return both(measure.fr, measure.en)


def _condition_index(conditions: Mapping[str, Any]) -> dict[str, list[str]]:
    """ICD-10 prefixes, without their dot, to the names of conditions; ranges become their categories."""
    found: dict[str, list[str]] = {}
    for name, condition in conditions.items():
        for pattern in condition["icd10"]:
            for prefix in categories(pattern):
                found.setdefault(prefix.replace(".", ""), []).append(name)
    return found


def categories(pattern: str) -> list[str]:
    """The prefixes that a pattern stands for: itself, or each category of a range such as W00-W19."""
    if "-" not in pattern:
        return [pattern]
    first, last = pattern.split("-")
    return [f"{first[0]}{number:02d}" for number in range(int(first[1:3]), int(last[1:3]) + 1)]


def _index(criteria: tuple[Criterion, ...]) -> tuple[tuple[int, ...], dict[str, list[int]]]:
    always: list[int] = []
    by_trigger: dict[str, list[int]] = {}
    for criterion in criteria:
        triggers = needed(criterion.root)
        if triggers is None:
            always.append(criterion.order)
        for trigger in triggers or ():
            by_trigger.setdefault(trigger, []).append(criterion.order)
    return tuple(always), by_trigger


def needed(node: Node) -> frozenset[str] | None:
    """Groups and conditions of which one must be there for the node not to be false; None when it needs none."""
    if node.leaf is not None:
        return node.leaf.triggers
    parts = [needed(child) for child in node.children]
    known = [part for part in parts if part is not None]
    if node.kind == "all" and known:
        # A medicine says more than a condition: the list is known even where the history is not.
        return min(known, key=lambda part: (any(one[0] == "c" for one in part), len(part)))
    if node.kind == "any" and len(known) == len(parts):
        return frozenset().union(*known)
    return None
