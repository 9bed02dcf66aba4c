"""The small language of conditional interaction rules: `mtx_mg_week>20 and asa_mg_dose>=500`, in three values."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Text = Mapping[str, str]

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}
_TERM = re.compile(r"\s*([a-z_][a-z0-9_]*)\s*(?:(>=|<=|==|>|<)\s*([A-Za-z0-9_.]+)\s*)?")

# The datum that a rule waits for, asked as a pharmacist would ask it.
QUESTIONS: dict[str, Text] = {
    "asa_mg_dose": {
        "fr": "Quelle est la dose d’acide acétylsalicylique par prise (mg)\u202f?",
        "en": "What is the dose of aspirin per intake (mg)?",
    },
    "asa_mg_day": {
        "fr": "Quelle est la dose d’acide acétylsalicylique par jour (mg)\u202f?",
        "en": "What is the dose of aspirin per day (mg)?",
    },
    "hist_peptic_ulcer": {
        "fr": "Le patient a-t-il un antécédent d’ulcère gastroduodénal\u202f?",
        "en": "Does the patient have a history of peptic ulcer?",
    },
    "mtx_mg_week": {
        "fr": "Quelle est la dose de méthotrexate par semaine (mg)\u202f?",
        "en": "What is the weekly dose of methotrexate (mg)?",
    },
    "indication_acs": {
        "fr": "L’association est-elle prescrite dans un syndrome coronarien aigu\u202f?",
        "en": "Is the association prescribed for an acute coronary syndrome?",
    },
    "heart_failure": {
        "fr": "Le patient a-t-il une insuffisance cardiaque\u202f?",
        "en": "Does the patient have heart failure?",
    },
    "hypokalaemia": {
        "fr": "Le patient a-t-il une hypokaliémie (kaliémie basse)\u202f?",
        "en": "Is the patient hypokalaemic (low serum potassium)?",
    },
    "lvef_reduced": {
        "fr": "La fraction d’éjection du ventricule gauche est-elle altérée\u202f?",
        "en": "Is the left ventricular ejection fraction reduced?",
    },
    "successive_not_simultaneous": {
        "fr": "Les deux aminosides sont-ils donnés l’un après l’autre, et jamais ensemble\u202f?",
        "en": "Are the two aminoglycosides given one after the other, and never together?",
    },
    "diltiazem_route": {
        "fr": "Par quelle voie le diltiazem est-il donné (orale, intraveineuse)\u202f?",
        "en": "By which route is diltiazem given (oral, intravenous)?",
    },
    "verapamil_route": {
        "fr": "Par quelle voie le vérapamil est-il donné (orale, intraveineuse)\u202f?",
        "en": "By which route is verapamil given (oral, intravenous)?",
    },
    "calcium_route": {
        "fr": "Par quelle voie le calcium est-il donné (orale, intraveineuse)\u202f?",
        "en": "By which route is calcium given (oral, intravenous)?",
    },
    "midazolam_route": {
        "fr": "Par quelle voie le midazolam est-il donné (orale, injectable)\u202f?",
        "en": "By which route is midazolam given (oral, injection)?",
    },
    "egfr": {
        "fr": "Quel est le débit de filtration glomérulaire estimé (mL/min/1,73\u00a0m²)\u202f?",
        "en": "What is the estimated glomerular filtration rate (mL/min/1.73 m²)?",
    },
    "liver_failure": {
        "fr": "Le patient a-t-il une insuffisance hépatique\u202f?",
        "en": "Does the patient have hepatic failure?",
    },
    "age": {"fr": "Quel est l’âge du patient\u202f?", "en": "How old is the patient?"},
    "rosuvastatin_mg_day": {
        "fr": "Quelle est la dose de rosuvastatine par jour (mg)\u202f?",
        "en": "What is the daily dose of rosuvastatin (mg)?",
    },
    "titration_phase": {
        "fr": "Le vénétoclax est-il en phase de titration\u202f?",
        "en": "Is venetoclax in its titration phase?",
    },
}


class BadConditionError(ValueError):
    """An expression outside the language, or a datum that no question asks for."""


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison, or one yes/no datum when `sign` is empty."""

    name: str
    sign: str = ""
    value: float | str = ""

    def holds(self, facts: Mapping[str, object]) -> bool | None:
        """Whether the comparison holds; None when the datum is missing or is not of the expected kind."""
        known = facts.get(self.name)
        if known is None:
            return None
        if not self.sign:
            return known if isinstance(known, bool) else None
        if isinstance(self.value, str):
            return known == self.value if isinstance(known, str) else None
        if isinstance(known, bool) or not isinstance(known, (int, float)):
            return None
        return _OPERATORS[self.sign](known, self.value)


@dataclass(frozen=True, slots=True)
class Condition:
    """Alternatives (`or`) of terms that go together (`and`, which binds tighter)."""

    any_of: tuple[tuple[Term, ...], ...]

    def holds(self, facts: Mapping[str, object]) -> bool | None:
        """True, False, or None when what is unknown could change the answer (Kleene's logic)."""
        unknown = False
        for together in self.any_of:
            answers = [term.holds(facts) for term in together]
            if all(answers):
                return True
            unknown = unknown or (False not in answers)
        return None if unknown else False

    def missing(self, facts: Mapping[str, object]) -> tuple[str, ...]:
        """The unknown data that could still make it true, in the order of the expression."""
        names = [
            term.name
            for together in self.any_of
            if False not in (answers := [term.holds(facts) for term in together])
            for term, answer in zip(together, answers, strict=True)
            if answer is None
        ]
        return tuple(dict.fromkeys(names))


def parse_condition(text: str) -> Condition:
    """Read an expression such as `asa_mg_day<=375 and hist_peptic_ulcer or egfr<60`.

    Raises BadConditionError on anything that is not names, comparisons, `and` or `or`, or on an unasked name.
    """
    alternatives = [re.split(r"\s+and\s+", part) for part in re.split(r"\s+or\s+", text.strip())]
    return Condition(tuple(tuple(_term(term) for term in together) for together in alternatives))


def question_for(names: tuple[str, ...]) -> Text | None:
    """The questions that settle the missing data, in French and English; None when nothing is missing."""
    if not names:
        return None
    return {language: " ".join(QUESTIONS[name][language] for name in names) for language in ("fr", "en")}


def _term(text: str) -> Term:
    found = _TERM.fullmatch(text)
    if found is None or found[1] in {"and", "or"}:
        raise BadConditionError(f"Cannot read the condition {text!r}")
    name, sign, value = found[1], found[2] or "", found[3] or ""
    if name not in QUESTIONS:
        raise BadConditionError(f"No question asks for {name!r}")
    number = _number(value)
    if number is None and sign not in {"", "=="}:
        raise BadConditionError(f"{text!r} compares {name!r} with something that is not a number")
    return Term(name, sign, value if number is None else number)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None
