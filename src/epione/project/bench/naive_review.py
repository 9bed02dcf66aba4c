"""A second, independent evaluator of STOPP/START: walks all 190 trees for each patient, without index nor memory.

It is the peer of the bench and the judge of the engine in the tests: written from the grammar of the rules alone, on
the plain compiled rules, sharing no code with the engine but the types of a chart, the renal formula and the table of
maximal ages.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from epione.medication_reviews.domain.ages import MAXIMAL_AGE_DAYS
from epione.medication_reviews.domain.chart import Chart, DatedObservation
from epione.medication_reviews.domain.measures import derived_observations
from epione.medications.domain.drug import DrugStatus, TreatmentLine
from epione.medications.domain.interactions_routes import LOCAL_ROUTES

from . import naive_answers as told
from .naive_answers import Answer

_TO_CANONICAL = {"kPa": 7.50062}


def naive_statuses(rules: Mapping[str, Any], chart: Chart) -> dict[str, str]:
    """Status (`fires`, `to_confirm`) of every criterion that is not false."""
    return {name: status for name, (status, _) in naive_outcomes(rules, chart).items()}


def naive_outcomes(rules: Mapping[str, Any], chart: Chart) -> dict[str, tuple[str, frozenset[str]]]:
    """Status of every criterion that is not false, and the keys of the questions that would settle it."""
    walker = _Walker(rules, chart)
    found = {}
    for criterion in rules["criteria"]:
        age = None if chart.age is None else chart.age >= criterion["min_age"]
        answer = _all([age, walker.tree(criterion["when"], negated=False)])
        if answer:
            found[criterion["id"]] = ("fires", frozenset[str]())
        elif answer is None:
            asked = {"age"} if age is None else set[str]()
            found[criterion["id"]] = ("to_confirm", frozenset(asked | walker.asked(criterion["when"], negated=False)))
    return found


def _all(answers: list[Answer]) -> Answer:
    if False in answers:
        return False
    return None if None in answers else True


def _any(answers: list[Answer]) -> Answer:
    if True in answers:
        return True
    return None if None in answers else False


def _compare(value: float, op: str, bound: float) -> bool:
    if op == "<":
        return value < bound
    if op == "<=":
        return value <= bound
    return value > bound if op == ">" else value >= bound


class _Walker:
    def __init__(self, rules: Mapping[str, Any], chart: Chart) -> None:
        self.rules = rules
        self.chart = chart
        self.lines = [one for one in chart.lines if told.taken(one, chart.on)]

    def tree(self, tree: Mapping[str, Any], *, negated: bool) -> Answer:
        """The answer of a tree, by its first key."""
        if "all" in tree:
            return _all([self.tree(child, negated=negated) for child in tree["all"]])
        if "any" in tree:
            return _any([self.tree(child, negated=negated) for child in tree["any"]])
        if "not" in tree:
            answer = self.tree(tree["not"], negated=not negated)
            return None if answer is None else not answer
        return self.leaf(tree, negated=negated)

    def asked(self, tree: Mapping[str, Any], *, negated: bool) -> set[str]:
        """The keys of what keeps a tree unknown."""
        if self.tree(tree, negated=negated) is not None:
            return set()
        for joint in ("all", "any"):
            if joint in tree:
                return set().union(*(self.asked(child, negated=negated) for child in tree[joint]))
        if "not" in tree:
            return self.asked(tree["not"], negated=not negated)
        if "drug" in tree or "drug_atc" in tree:
            return self.asked_of_drugs(tree)
        return self.asked_of_leaf(tree)

    def asked_of_leaf(self, tree: Mapping[str, Any]) -> set[str]:
        """The key of the datum of a leaf that is not about the medicines of a group."""
        if "condition" in tree or "condition_icd10" in tree:
            if self.chart.problems is None:
                return {"conditions"}
            return {f"condition:{tree['condition']}:{'date' if 'within_days' in tree else 'count'}"}
        if "duplicate_class" in tree:
            return {key for name in tree["duplicate_class"]["classes"] for key in self.asked_of_class(name)}
        if "count_drugs" in tree:
            group = tree["count_drugs"]["group"]
            return {self.class_key(line, group) for line in self.lines if self.in_group(line, group) is None}
        if "obs" in tree and (newest := self.newest(tree["obs"])):
            return {f"obs:{newest[0].measured or newest[0].code}:old:{newest[0].on}"}
        names = {
            "flag": "flag:{}",
            "obs": "obs:{}",
            "obs_recent": "obs:{}:date",
            "sex": "sex",
            "age": "age",
            "vaccine": "vaccinations",
        }
        known = next((key.format(tree[name]) for name, key in names.items() if name in tree), None)
        return {known or f"past:{tree['past_drug']}"}

    def asked_of_class(self, group: str) -> set[str]:
        if self.duplicate(group) is not None:
            return set()
        belong = [(line, self.in_group(line, group)) for line in self.lines]
        regular = {f"line:{line.id}:prn" for line, answer in belong if answer and line.prn is None}
        doubts = [line for line, answer in belong if answer is None and line.prn is not True]
        return regular | {f"line:{line.id}:prn" if line.prn is None else self.class_key(line, group) for line in doubts}

    def class_key(self, line: TreatmentLine, group: str) -> str:
        """The key of "does this medicine belong to the class?"."""
        return f"line:{line.id}:class:{self.rules['groups'][group]['en']}"

    def asked_of_drugs(self, tree: Mapping[str, Any]) -> set[str]:
        """What lacks of the medicines of a group; if nothing does, whether the list is complete and who is unknown."""
        group = self.rules["groups"].get(tree.get("drug"), {"atc": tree.get("drug_atc")})
        label = group.get("en") or f"{', '.join(tree.get('drug_atc', []))} medicine"
        needs_dose = "min_daily_mg" in tree or "min_daily_mg_exclusive" in tree
        keys: set[str] = set()
        for line in self.lines:
            belongs = self.member(line, group["atc"], group.get("exclude_atc", []))
            if belongs is False or ("exclude_group" in tree and self.in_group(line, tree["exclude_group"])):
                continue
            answers = self.attributes(line, tree, group)
            dose = told.dose(line, group.get("ingredient", ""))
            if False in answers:
                continue
            if belongs is None:
                if not needs_dose or dose is None or told.reaches(dose, tree):
                    keys.add(f"line:{line.id}:class:{label}")
                continue
            keys |= {
                f"line:{line.id}:{name}" for name, answer in zip(_demands(tree), answers, strict=True) if answer is None
            }
            if needs_dose and dose is None:
                keys.add(f"line:{line.id}:daily_mg")
        if keys or not self.chart.complete:
            return keys or {"complete"}
        unknown = [line for line in self.lines if not line.drug.atc and line.drug.status is not DrugStatus.HOMEOPATHIC]
        return {f"line:{line.id}:class:{label}" for line in unknown}

    def leaf(self, tree: Mapping[str, Any], *, negated: bool) -> Answer:
        """The answer of a leaf."""
        if "drug" in tree or "drug_atc" in tree:
            return self.drug(tree, negated=negated)
        if "condition" in tree or "condition_icd10" in tree:
            return self.condition(tree)
        if "obs" in tree or "obs_recent" in tree:
            return self.measure(tree)
        return self.other(tree)

    def other(self, tree: Mapping[str, Any]) -> Answer:
        """Plain facts, counts, duplicates, vaccines and treatments of the past."""
        if "flag" in tree or "sex" in tree or "age" in tree:
            return self.plain(tree)
        if "count_drugs" in tree:
            return self.count(tree["count_drugs"])
        if "duplicate_class" in tree:
            return _any([self.duplicate(name) for name in tree["duplicate_class"]["classes"]])
        return self.vaccine(tree) if "vaccine" in tree else self.past(tree)

    def plain(self, tree: Mapping[str, Any]) -> Answer:
        """A yes/no fact, the sex, the age."""
        if "flag" in tree:
            return self.chart.flags.get(tree["flag"])
        if "sex" in tree:
            return None if self.chart.sex is None else self.chart.sex == tree["sex"]
        age = self.chart.age
        return None if age is None else _compare(age, tree["age"]["op"], tree["age"]["value"])

    def member(self, line: TreatmentLine, prefixes: list[str], excluded: list[str]) -> Answer:
        """Whether a line belongs to ATC prefixes; unknown while its codes disagree or are not vouched for."""
        codes = list(line.drug.atc)
        if len(codes) > 1 and line.route:
            codes = [code for code in codes if told.route_fits(code, line.route)] or codes
        answers = {
            any(code.startswith(p) for p in prefixes) and not any(code.startswith(p) for p in excluded)
            for code in codes
        }
        if True not in answers:
            return False
        return None if False in answers or line.drug.atc_source == "who_name_ambiguous" else True

    def in_group(self, line: TreatmentLine, name: str) -> Answer:
        group = self.rules["groups"][name]
        return self.member(line, group["atc"], group.get("exclude_atc", []))

    def drug(self, tree: Mapping[str, Any], *, negated: bool) -> Answer:
        group = self.rules["groups"].get(tree.get("drug"), {"atc": tree.get("drug_atc")})
        found: list[Answer] = []
        doses: list[tuple[Answer, float | None]] = []
        for line in self.lines:
            belongs = self.member(line, group["atc"], group.get("exclude_atc", []))
            if belongs is False or ("exclude_group" in tree and self.in_group(line, tree["exclude_group"])):
                continue
            fits = _all([belongs, *self.attributes(line, tree, group)])
            dose = told.dose(line, group.get("ingredient", ""))
            if ("min_daily_mg" in tree or "min_daily_mg_exclusive" in tree) and belongs:
                doses.append((fits, dose))
            elif "min_daily_mg" in tree or "min_daily_mg_exclusive" in tree:
                found.append(False if fits is False or (dose is not None and not told.reaches(dose, tree)) else None)
            else:
                found.append(fits)
        if doses:
            found.append(told.summed(doses, tree))
        answer = _any(found)
        unsure = not self.chart.complete or any(
            not line.drug.atc and line.drug.status is not DrugStatus.HOMEOPATHIC for line in self.lines
        )
        return None if answer is False and negated and unsure else answer

    def attributes(self, line: TreatmentLine, tree: Mapping[str, Any], group: Mapping[str, Any]) -> list[Answer]:
        """What a rule demands of a medicine besides its group and dose."""
        return [self.attribute(line, demand, tree, group) for demand in _DEMANDS if tree.get(demand) is not None]

    def attribute(self, line: TreatmentLine, demand: str, tree: Mapping[str, Any], group: Mapping[str, Any]) -> Answer:
        """One demand: length of treatment, route, regularity, release, dose kept or full."""
        if demand in ("min_days", "max_days_since_start"):
            days = None if line.start is None else (self.chart.on - line.start).days
            short = demand == "min_days"
            return None if days is None else days >= tree[demand] if short else days <= tree[demand]
        if demand in ("systemic", "route"):
            return told.route_answer(line, tree.get("route"), set(group.get("local_routes", LOCAL_ROUTES)))
        if demand == "prn":
            return None if line.prn is None else line.prn == tree["prn"]
        if demand == "release":
            prolonged = told.prolonged(line)
            return None if prolonged is None else prolonged == (tree["release"] == "prolonged")
        return self.full_dose(line) if demand == "full_dose" else told.stated(line, demand)

    def full_dose(self, line: TreatmentLine) -> Answer:
        stated = told.stated(line, "full_dose")
        bounds = self.rules["full_dose_mg"].get(line.drug.atc[0])
        if stated is not None or bounds is None or line.daily_mg is None:
            return stated
        return False if line.daily_mg < bounds[0] else (True if line.daily_mg >= bounds[1] else None)

    def condition(self, tree: Mapping[str, Any]) -> Answer:
        if self.chart.problems is None:
            return None
        patterns = tree.get("condition_icd10") or self.rules["conditions"][tree["condition"]]["icd10"]
        found = [one for one in self.chart.problems if any(told.coded(one.code, pattern) for pattern in patterns)]
        if not found:
            return False
        if "within_days" in tree:
            return _any([None if p.on is None else (self.chart.on - p.on).days <= tree["within_days"] for p in found])
        return told.episodes(found, tree.get("min_count", 1))

    def measure(self, tree: Mapping[str, Any]) -> Answer:
        code = tree.get("obs") or tree["obs_recent"]
        found = [one for one in self.chart.observations if one.code == code]
        if "obs_recent" in tree:
            ages = [None if one.on is None else (self.chart.on - one.on).days for one in found]
            return _any([None if age is None else 0 <= age <= tree["within_days"] for age in ages]) if ages else None
        newest = self.newest(code)
        if not newest or self.too_old(newest[0]):
            return None
        return _compare(newest[0].value, tree["op"], tree["value"] * _TO_CANONICAL.get(tree.get("unit", ""), 1.0))

    def newest(self, code: str) -> list[DatedObservation]:
        """The measurement that counts, if any: computed, else the last one made."""
        found = [one for one in self.chart.observations if one.code == code]
        return self.derived(code) or sorted(found, key=lambda one: one.on or date.min)[-1:]

    def too_old(self, one: DatedObservation) -> bool:
        """Whether neither the measurement nor a person's word for it is recent enough for its kind."""
        limit, days = MAXIMAL_AGE_DAYS[one.code], [day for day in (one.on, one.kept_on) if day is not None]
        return limit is not None and bool(days) and all((self.chart.on - day).days > limit for day in days)

    def derived(self, code: str) -> list[DatedObservation]:
        """EGFR (CKD-EPI 2009) and body mass index when they follow from what is known."""
        latest = {one.code: one for one in sorted(self.chart.observations, key=lambda one: one.on or date.min)}
        found = derived_observations(self.chart, latest).get(code)
        return [found] if found else []

    def count(self, tree: Mapping[str, Any]) -> Answer:
        belong = [(line, self.in_group(line, tree["group"])) for line in self.lines]
        sure = {line.drug.atc[0] for line, answer in belong if answer}
        possible = {line.drug.atc[0] for line, answer in belong if answer is not False}
        return True if len(sure) >= tree["min"] else (None if len(possible) >= tree["min"] else False)

    def duplicate(self, group: str) -> Answer:
        belong = [(line, self.in_group(line, group)) for line in self.lines]
        regular = {line.drug.atc[0] for line, answer in belong if answer and line.prn is False}
        possible = {line.drug.atc[0] for line, answer in belong if answer is not False and line.prn is not True}
        return True if len(regular) > 1 else (None if len(possible) > 1 else False)

    def vaccine(self, tree: Mapping[str, Any]) -> Answer:
        prefixes = tuple(self.rules["groups"][tree["vaccine"]]["atc"])
        dates = [one.on for one in self.chart.vaccinations or () if one.atc.startswith(prefixes)]
        dates += [line.start for line in self.lines if self.in_group(line, tree["vaccine"])]
        if "within_days" not in tree and dates:
            return True
        ages = [None if on is None else (self.chart.on - on).days for on in dates]
        answer = _any([None if age is None else 0 <= age <= tree.get("within_days", 0) for age in ages])
        return None if answer is False and self.chart.vaccinations is None else answer

    def past(self, tree: Mapping[str, Any]) -> Answer:
        prefixes = tuple(self.rules["groups"][tree["past_drug"]]["atc"])
        if any(self.in_group(line, tree["past_drug"]) for line in self.lines):
            return False
        least = tree.get("min_doses", 1)
        known = [(p.doses, p.stopped) for p in self.chart.past_drugs or () if p.atc.startswith(prefixes)]
        known += [
            (None, True)
            for line in self.chart.lines
            if line.end and line not in self.lines and any(code.startswith(prefixes) for code in line.drug.atc)
        ]
        answers = [
            _all([(doses >= least) if doses is not None else (True if least == 1 else None), stop])
            for doses, stop in known
        ]
        return _any(answers) if answers or self.chart.past_drugs is not None else None


# What a rule may demand of a medicine, and the datum that it asks for.
_DEMANDS = {
    "min_days": "start",
    "max_days_since_start": "start",
    "systemic": "route",
    "route": "route",
    "prn": "prn",
    "release": "release",
    "same_dose": "same_dose",
    "full_dose": "full_dose",
}


def _demands(tree: Mapping[str, Any]) -> list[str]:
    """The datum of each answer of `attributes`, in its order."""
    return [datum for demand, datum in _DEMANDS.items() if tree.get(demand) is not None]
