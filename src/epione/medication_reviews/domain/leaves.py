"""The elementary facts a rule may name, each with its three-valued answer, its evidence and its question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import ge, gt, le, lt
from typing import Any, ClassVar

from epione.medications.domain.drug import TreatmentLine

from .ages import old_question
from .chart import Text
from .facts import Facts
from .logic import FALSE, TRUE, UNKNOWN, truth
from .questions import Question
from .wording import day_words, shown, unit_words

OPERATORS: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
Lines = tuple[TreatmentLine, ...]
SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def both(fr: str, en: str) -> Text:
    """A text in the two languages of the product."""
    return {"fr": fr, "en": en}


class Leaf:
    """One elementary fact. `index` is its place in the memo of the facts."""

    index: int = -1
    # Keys of the index of criteria ("g:group", "c:condition") without one of which the leaf can only be false.
    triggers: ClassVar[frozenset[str] | None] = None

    def __call__(self, facts: Facts) -> int:
        value = facts.memo[self.index]
        if value < 0:
            value = facts.memo[self.index] = self.value(facts)
        return value

    def value(self, facts: Facts) -> int:
        """FALSE, UNKNOWN or TRUE."""
        raise NotImplementedError

    def evidence(self, facts: Facts, language: str) -> str:
        """What makes it true, in a few words; empty when that is not worth a word."""
        return ""

    def absence(self, facts: Facts, language: str) -> str:
        """What its being false says, empty when that is not worth a word."""
        return ""

    def lines(self, facts: Facts) -> Lines:
        """The treatment lines that make it true."""
        return ()

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        """What would settle it; asked only when its value is UNKNOWN."""
        return ()


@dataclass(slots=False)
class AgeLeaf(Leaf):
    """Age in years against a bound."""

    op: str
    bound: float

    def value(self, facts: Facts) -> int:
        return truth(None if facts.age is None else OPERATORS[self.op](facts.age, self.bound))

    def evidence(self, facts: Facts, language: str) -> str:
        return f"{facts.age}\u00a0ans" if language == "fr" else f"aged {facts.age}"

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        return (AGE_QUESTION,)


AGE_QUESTION = Question("age", both("Quel est l’âge du patient\u202f?", "How old is the patient?"), "a")
SEX_QUESTION = Question("sex", both("Quel est le sexe du patient\u202f?", "What is the patient’s sex?"))
PROBLEMS_QUESTION = Question(
    "conditions",
    both(
        "Quels sont les antécédents et les diagnostics du patient (codes CIM-10)\u202f?",
        "What are the patient’s history and diagnoses (ICD-10 codes)?",
    ),
)
VACCINES_QUESTION = Question(
    "vaccinations",
    both(
        "Quels vaccins le patient a-t-il reçus, et quand (carnet de vaccination)\u202f?",
        "Which vaccines has the patient received, and when (vaccination record)?",
    ),
)


@dataclass(slots=False)
class SexLeaf(Leaf):
    """Administrative sex."""

    sex: str

    def value(self, facts: Facts) -> int:
        return truth(None if facts.sex is None else facts.sex == self.sex)

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        return (SEX_QUESTION,)


@dataclass(slots=False)
class FlagLeaf(Leaf):
    """A clinical fact that no code tells: it must be asked."""

    name: str
    question: Text

    def value(self, facts: Facts) -> int:
        return truth(facts.flags.get(self.name))

    def evidence(self, facts: Facts, language: str) -> str:
        said = "confirmé\u00a0:" if language == "fr" else "confirmed:"
        return f"{said} {self.question[language]}"

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        return self._asked

    @cached_property
    def _asked(self) -> tuple[Question, ...]:
        return (Question(f"flag:{self.name}", self.question),)


@dataclass(slots=False)
class ObsLeaf(Leaf):
    """The newest measurement against a threshold, in the canonical unit; `factor` leads there from `unit`.

    A value that is too old (`ages`) decides nothing: it is asked again.
    """

    code: str
    op: str
    threshold: float
    label: Text
    unit: str
    factor: float = 1.0

    def value(self, facts: Facts) -> int:
        found = facts.latest.get(self.code)
        return UNKNOWN if found is None else TRUE if OPERATORS[self.op](found.value, self.threshold) else FALSE

    def evidence(self, facts: Facts, language: str) -> str:
        found = facts.latest[self.code]
        unit = f"\u00a0{unit_words(self.unit, language)}" if self.unit else ""
        when = "" if found.on is None else f" ({day_words(found.on, language)})"
        return f"{self.label[language]} {shown(round(found.value / self.factor, 3), language)}{unit}{when}"

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        old = facts.outdated.get(self.code)
        return self._asked if old is None else (old_question(old),)

    @cached_property
    def _asked(self) -> tuple[Question, ...]:
        unit = f" ({self.unit})" if self.unit else ""
        return (
            Question(
                f"obs:{self.code}",
                both(
                    f"Quelle est la dernière valeur de\u00a0: {self.label['fr']}{unit}\u202f?",
                    f"What is the latest value of: {self.label['en']}{unit}?",
                ),
                self.unit,
            ),
        )


@dataclass(slots=False)
class RecentObsLeaf(Leaf):
    """Whether a measurement was made within so many days."""

    code: str
    within_days: int
    label: Text

    def value(self, facts: Facts) -> int:
        dates = [one.on for one in facts.chart.observations if one.code == self.code]
        if any(on is not None and 0 <= (facts.on - on).days <= self.within_days for on in dates):
            return TRUE
        return FALSE if dates and None not in dates else UNKNOWN

    def absence(self, facts: Facts, language: str) -> str:
        return (
            f"pas de mesure de {self.label['fr']} depuis plus de {self.within_days}\u00a0jours"
            if language == "fr"
            else f"no {self.label['en']} measured for more than {self.within_days} days"
        )

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        return self._asked

    @cached_property
    def _asked(self) -> tuple[Question, ...]:
        return (
            Question(
                f"obs:{self.code}:date",
                both(
                    f"De quand date la dernière mesure de\u00a0: {self.label['fr']}\u202f?",
                    f"When was the latest measurement of: {self.label['en']}?",
                ),
            ),
        )


@dataclass(slots=False)
class ConditionLeaf(Leaf):
    """A problem of the patient; with `within_days` a recent one, with `min_count` a repeated one."""

    name: str
    label: Text
    within_days: int | None = None
    min_count: int = 1

    def value(self, facts: Facts) -> int:
        absent = FALSE if facts.conditions_known else UNKNOWN
        if not facts.conditions.get(self.name):
            return absent
        found = TRUE
        if self.within_days is not None:
            found = self._recent(facts)
        elif self.min_count > 1:
            found = self._repeated(facts)
        return absent if found == FALSE else found

    def _recent(self, facts: Facts) -> int:
        ages = [None if one.on is None else (facts.on - one.on).days for one in facts.conditions[self.name]]
        if any(age is not None and age <= (self.within_days or 0) for age in ages):
            return TRUE
        return UNKNOWN if None in ages else FALSE

    def _repeated(self, facts: Facts) -> int:
        found = facts.conditions[self.name]
        known = sum(one.count or 1 for one in found)
        if known >= self.min_count:
            return TRUE
        return FALSE if all(one.count is not None for one in found) else UNKNOWN

    def evidence(self, facts: Facts, language: str) -> str:
        codes = ", ".join(dict.fromkeys(one.code for one in facts.conditions.get(self.name, ())))
        return f"{self.label[language]} ({codes})"

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        return self._asked if facts.conditions_known else (PROBLEMS_QUESTION,)

    @cached_property
    def _asked(self) -> tuple[Question, ...]:
        fr, en = self.label["fr"], self.label["en"]
        if self.within_days is not None:
            days = self.within_days
            text = both(
                f"De quand date\u00a0: {fr} (moins de {days}\u00a0jours)\u202f?",
                f"When was: {en} (less than {days} days ago)?",
            )
            return (Question(f"condition:{self.name}:date", text),)
        least = self.min_count
        text = both(
            f"Combien d’épisodes de\u00a0: {fr} (au moins {least})\u202f?",
            f"How many episodes of: {en} (at least {least})?",
        )
        return (Question(f"condition:{self.name}:count", text),)

    @cached_property
    def triggers(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset({f"c:{self.name}"})


@dataclass(slots=False)
class VaccineLeaf(Leaf):
    """A vaccine received, within so many days when the rule says so."""

    group: str
    label: Text
    prefixes: tuple[str, ...]
    within_days: int | None = None

    def value(self, facts: Facts) -> int:
        received = [*self._recorded(facts), *((line.start,) for line in facts.groups.get(self.group, ()))]
        ages = [None if on is None else (facts.on - on).days for (on,) in received]
        if ages and self.within_days is None:
            return TRUE
        if any(age is not None and 0 <= age <= (self.within_days or 0) for age in ages):
            return TRUE
        if None in ages or facts.chart.vaccinations is None:
            return UNKNOWN
        return FALSE

    def _recorded(self, facts: Facts) -> list[tuple[Any]]:
        return [(one.on,) for one in facts.chart.vaccinations or () if one.atc.startswith(self.prefixes)]

    def absence(self, facts: Facts, language: str) -> str:
        return f"non retrouvé\u00a0: {self.label['fr']}" if language == "fr" else f"not found: {self.label['en']}"

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        return (VACCINES_QUESTION,)


@dataclass(slots=False)
class PastDrugLeaf(Leaf):
    """A treatment of the past, stopped since."""

    group: str
    label: Text
    prefixes: tuple[str, ...]
    min_doses: int = 1

    def value(self, facts: Facts) -> int:
        if facts.groups.get(self.group):
            return FALSE
        answers = [
            self._fits(one.doses, one.stopped)
            for one in facts.chart.past_drugs or ()
            if one.atc.startswith(self.prefixes)
        ]
        answers += [
            self._fits(None if self.min_doses > 1 else 1, stopped=True)
            for line in facts.past_lines
            if any(code.startswith(self.prefixes) for code in line.drug.atc)
        ]
        if answers:
            return max(answers)
        return UNKNOWN if facts.chart.past_drugs is None else FALSE

    def _fits(self, doses: int | None, stopped: bool | None) -> int:
        enough = truth(None if doses is None and self.min_doses > 1 else (doses or 1) >= self.min_doses)
        return min(enough, truth(stopped))

    def evidence(self, facts: Facts, language: str) -> str:
        return (
            f"traitement antérieur par {self.label['fr']}, arrêté"
            if language == "fr"
            else f"past treatment with {self.label['en']}, stopped"
        )

    def questions(self, facts: Facts) -> tuple[Question, ...]:
        return self._asked

    @cached_property
    def _asked(self) -> tuple[Question, ...]:
        doses = (
            (f" (au moins {self.min_doses} doses)", f" (at least {self.min_doses} doses)")
            if self.min_doses > 1
            else ("", "")
        )
        text = both(
            f"Le patient a-t-il déjà reçu {self.label['fr']}{doses[0]}, arrêté depuis\u202f?",
            f"Has the patient ever received {self.label['en']}{doses[1]}, now stopped?",
        )
        return (Question(f"past:{self.group}", text),)


def label_of(labels: Mapping[str, Any], name: str) -> Text:
    """The label of a group or condition in both languages."""
    entry = labels[name]
    return both(entry["fr"], entry["en"])
