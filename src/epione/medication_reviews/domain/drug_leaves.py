"""Leaves about medicines: presence in a group with attributes, absence, counts and duplicates within a class."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from epione.medications.domain.drug import TreatmentLine
from epione.medications.domain.interactions_routes import LOCAL_ROUTES

from .chart import Text
from .drug_questions import ask
from .facts import Facts, certain_codes, daily_mg_of, days_taken, has_route, is_prolonged, is_systemic
from .leaves import Leaf, Lines, both
from .logic import FALSE, TRUE, UNKNOWN, truth
from .questions import Question
from .wording import shown


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a rule demands of a medicine besides its group."""

    min_days: int | None = None
    max_days_since_start: int | None = None
    min_daily_mg: float | None = None
    above_daily_mg: float | None = None
    systemic: bool = False
    route: str = ""
    prn: bool | None = None
    prolonged: bool | None = None
    same_dose: bool = False
    full_dose: bool = False
    local_routes: frozenset[str] = LOCAL_ROUTES
    ingredient: str = ""

    @property
    def about_dose(self) -> bool:
        """Whether the dose counts: doses of several lines of the group then add up."""
        return self.min_daily_mg is not None or self.above_daily_mg is not None


@dataclass(slots=False)
class DrugLeaf(Leaf):
    """A medicine of a group is taken, with the attributes that the rule demands.

    `absent` marks a leaf under a negation: there, a medicine that is not listed is only absent for sure when the list
    is complete and every line identified. Elsewhere a medicine that is not listed is not taken.
    """

    group: str
    label: Text
    attributes: Attributes
    full_dose_mg: dict[str, tuple[float, float]]
    exclude_group: str = ""
    absent: bool = False

    def value(self, facts: Facts) -> int:
        sure, maybe = self._candidates(facts)
        best = FALSE
        if sure and self.attributes.about_dose:
            best = self._summed(facts, sure)
        else:
            for line in sure:
                value = self._fits(line, facts)
                if value == TRUE:
                    return TRUE
                best = max(best, value)
        if best == FALSE and any(self._fits(line, facts) for line in maybe):
            best = UNKNOWN
        if best == FALSE and self.absent and not facts.absence_is_known:
            best = UNKNOWN
        return best

    def _candidates(self, facts: Facts) -> tuple[list[TreatmentLine], list[TreatmentLine]]:
        sure, maybe = facts.groups.get(self.group, []), facts.maybe.get(self.group, [])
        if self.exclude_group:
            excluded = {line.id for line in facts.groups.get(self.exclude_group, ())}
            sure = [line for line in sure if line.id not in excluded]
            maybe = [line for line in maybe if line.id not in excluded]
        return sure, maybe

    def _summed(self, facts: Facts, lines: list[TreatmentLine]) -> int:
        """Doses of one substance add up over the lines; an unknown dose only matters below the threshold."""
        others = [(line, self._other_attributes(line, facts)) for line in lines]
        counted = [line for line, fits in others if fits == TRUE]
        doubtful = [line for line, fits in others if fits == UNKNOWN]
        if self._enough(counted):
            return TRUE
        unknown = any(daily_mg_of(line, self.attributes.ingredient) is None for line in counted)
        return UNKNOWN if unknown or (doubtful and self._possible(counted + doubtful)) else FALSE

    def _enough(self, lines: list[TreatmentLine]) -> bool:
        total = sum(daily_mg_of(line, self.attributes.ingredient) or 0.0 for line in lines)
        return self._above(total)

    def _possible(self, lines: list[TreatmentLine]) -> bool:
        doses = [daily_mg_of(line, self.attributes.ingredient) for line in lines]
        return None in doses or self._above(sum(dose or 0.0 for dose in doses))

    def _above(self, total: float) -> bool:
        bounds = self.attributes
        if bounds.min_daily_mg is not None:
            return total >= bounds.min_daily_mg - 1e-9
        return total > (bounds.above_daily_mg or 0.0) + 1e-9

    def _fits(self, line: TreatmentLine, facts: Facts) -> int:
        value = self._other_attributes(line, facts)
        if value != FALSE and self.attributes.about_dose:
            dose = daily_mg_of(line, self.attributes.ingredient)
            value = min(value, truth(None if dose is None else self._above(dose)))
        return value

    def _other_attributes(self, line: TreatmentLine, facts: Facts) -> int:
        return min((truth(answer) for _, answer in self._answers(line, facts)), default=TRUE)

    def _answers(self, line: TreatmentLine, facts: Facts) -> list[tuple[str, bool | None]]:
        """Each demand but the dose, with its answer for a line: (name of the datum, yes, no or unknown)."""
        wanted = self.attributes
        answers: list[tuple[str, bool | None]] = []
        if wanted.min_days is not None or wanted.max_days_since_start is not None:
            days = days_taken(line, facts.on)
            answers.append(("start", None if days is None else self._length_fits(days)))
        if wanted.systemic:
            answers.append(("route", is_systemic(line, wanted.local_routes)))
        if wanted.route:
            answers.append(("route", has_route(line, wanted.route)))
        if wanted.prn is not None:
            answers.append(("prn", None if line.prn is None else line.prn is wanted.prn))
        if wanted.prolonged is not None:
            prolonged = is_prolonged(line)
            answers.append(("release", None if prolonged is None else prolonged is wanted.prolonged))
        if wanted.same_dose:
            answers.append(("same_dose", _stated(line, "same_dose")))
        if wanted.full_dose:
            answers.append(("full_dose", self._full_dose(line)))
        return answers

    def _length_fits(self, days: int) -> bool:
        low, high = self.attributes.min_days, self.attributes.max_days_since_start
        return (low is None or days >= low) and (high is None or days <= high)

    def _full_dose(self, line: TreatmentLine) -> bool | None:
        stated = _stated(line, "full_dose")
        bounds = self.full_dose_mg.get(line.drug.atc[0]) if line.drug.atc else None
        if stated is not None or bounds is None or line.daily_mg is None:
            return stated
        if line.daily_mg < bounds[0]:
            return False
        return True if line.daily_mg >= bounds[1] else None

    def lines(self, facts: Facts) -> Lines:
        sure, _ = self._candidates(facts)
        return tuple(line for line in sure if self.attributes.about_dose or self._fits(line, facts) == TRUE)

    def evidence(self, facts: Facts, language: str) -> str:
        return ", ".join(self._line_text(line, facts, language) for line in self.lines(facts))

    def _line_text(self, line: TreatmentLine, facts: Facts, language: str) -> str:
        details = []
        if self.attributes.about_dose and (dose := daily_mg_of(line, self.attributes.ingredient)) is not None:
            details.append(f"{shown(dose, language)}\u00a0mg/{'j' if language == 'fr' else 'd'}")
        if self.attributes.min_days is not None and (days := days_taken(line, facts.on)) is not None:
            details.append(f"depuis {days}\u00a0jours" if language == "fr" else f"for {days} days")
        return f"{line.drug.short} ({', '.join(details)})" if details else line.drug.short

    def absence(self, facts: Facts, language: str) -> str:
        said = "absent de la liste\u00a0:" if language == "fr" else "not in the list:"
        return f"{said} {self.label[language]}"

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        sure, maybe = self._candidates(facts)
        asked = [question for line in sure for question in self._line_questions(line, facts)]
        asked += [ask(line, "class", self.label) for line in maybe if self._fits(line, facts) != FALSE]
        if asked:
            return tuple(asked)
        if not facts.chart.complete:
            return (LIST_QUESTION,)
        return tuple(ask(line, "class", self.label) for line in facts.unidentified)

    def _line_questions(self, line: TreatmentLine, facts: Facts) -> list[Question]:
        answers = self._answers(line, facts)
        if any(answer is False for _, answer in answers):
            return []
        asked = [ask(line, name, self.label) for name, answer in answers if answer is None]
        if self.attributes.about_dose and daily_mg_of(line, self.attributes.ingredient) is None:
            asked.append(ask(line, "daily_mg", self.label))
        return asked

    @cached_property
    def triggers(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset({f"g:{self.group}"})


LIST_QUESTION = Question(
    "complete",
    both(
        "La liste des médicaments est-elle complète (prescrits, dispensés et en automédication)\u202f?",
        "Is the list of medicines complete (prescribed, dispensed and self-taken)?",
    ),
)


def _stated(line: TreatmentLine, name: str) -> bool | None:
    return {"true": True, "yes": True, "false": False, "no": False}.get(line.facts.get(name, ""))


@dataclass(slots=False)
class CountLeaf(Leaf):
    """At least so many different substances of a group."""

    group: str
    label: Text
    minimum: int

    def value(self, facts: Facts) -> int:
        sure = {_substance(line) for line in facts.groups.get(self.group, ())}
        if len(sure) >= self.minimum:
            return TRUE
        maybe = {_substance(line) for line in facts.maybe.get(self.group, ())}
        return UNKNOWN if len(sure | maybe) >= self.minimum else FALSE

    def lines(self, facts: Facts) -> Lines:
        return tuple(facts.groups.get(self.group, ()))

    def evidence(self, facts: Facts, language: str) -> str:
        return ", ".join(line.drug.short for line in self.lines(facts))

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        return tuple(ask(line, "class", self.label) for line in facts.maybe.get(self.group, ()))

    @cached_property
    def triggers(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset({f"g:{self.group}"})


@dataclass(slots=False)
class DuplicateLeaf(Leaf):
    """Two different substances of one class, both taken regularly."""

    classes: tuple[str, ...]
    labels: dict[str, Text]

    def value(self, facts: Facts) -> int:
        return max((self._class_value(facts, group) for group in self.classes), default=FALSE)

    def _class_value(self, facts: Facts, group: str) -> int:
        regular, open_ones = self._split(facts, group)
        if len({_substance(line) for line in regular}) > 1:
            return TRUE
        return UNKNOWN if len({_substance(line) for line in (*regular, *open_ones)}) > 1 else FALSE

    @staticmethod
    def _split(facts: Facts, group: str) -> tuple[list[TreatmentLine], list[TreatmentLine]]:
        """Lines of the class taken regularly, and those that may be."""
        sure, maybe = facts.groups.get(group, []), facts.maybe.get(group, [])
        regular = [line for line in sure if line.prn is False]
        return regular, [line for line in sure if line.prn is None] + [line for line in maybe if line.prn is not True]

    def lines(self, facts: Facts) -> Lines:
        return tuple(line for group in self._duplicated(facts) for line in self._split(facts, group)[0])

    def _duplicated(self, facts: Facts) -> list[str]:
        return [group for group in self.classes if self._class_value(facts, group) == TRUE]

    def evidence(self, facts: Facts, language: str) -> str:
        texts = []
        for group in self._duplicated(facts):
            names = ", ".join(line.drug.short for line in self._split(facts, group)[0])
            texts.append(f"{self.labels[group][language]} ({names})")
        return ", ".join(texts)

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        return tuple(
            ask(line, "prn" if line.prn is None else "class", self.labels[group])
            for group in self.classes
            if self._class_value(facts, group) == UNKNOWN
            for line in self._split(facts, group)[1]
        )

    @cached_property
    def triggers(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset(f"g:{group}" for group in self.classes)


def _substance(line: TreatmentLine) -> Any:
    """What makes two lines the same substance: the code of its class at the fifth level."""
    codes, _ = certain_codes(line)
    return codes[0] if codes else line.id
