"""The questions about one line of a treatment: its class, start, dose, route, regularity, release."""

from epione.medications.domain.drug import TreatmentLine

from .chart import Text
from .questions import Question
from .wording import Wording

_TEXTS: dict[str, tuple[str, str, str]] = {
    "start": (
        "{drug}\u00a0: depuis quand ce médicament est-il pris\u202f?",
        "{drug}: since when has this medicine been taken?",
        "date",
    ),
    "daily_mg": (
        "{drug}\u00a0: quelle est la dose par jour (mg)\u202f?",
        "{drug}: what is the daily dose (mg)?",
        "mg",
    ),
    "route": ("{drug}\u00a0: par quelle voie est-il pris\u202f?", "{drug}: by which route is it taken?", ""),
    "prn": (
        "{drug}\u00a0: est-il pris seulement à la demande\u202f?",
        "{drug}: is it taken only as needed?",
        "",
    ),
    "release": (
        "{drug}\u00a0: est-ce une forme à libération prolongée ou immédiate\u202f?",
        "{drug}: is it a prolonged or an immediate release form?",
        "",
    ),
    "same_dose": (
        "{drug}\u00a0: la dose est-elle restée la même, sans réévaluation, depuis plus de 3\u00a0mois\u202f?",
        "{drug}: has the dose stayed the same, without review, for more than 3 months?",
        "",
    ),
    "full_dose": (
        "{drug}\u00a0: est-il pris à pleine dose (dose par jour, mg)\u202f?",
        "{drug}: is it taken at full dose (daily dose, mg)?",
        "mg",
    ),
    "class": (
        "{drug}\u00a0: ce médicament est-il de la classe «\u00a0{group}\u00a0»\u202f?",
        "{drug}: does this medicine belong to the class “{group}”?",
        "",
    ),
}


def ask(line: TreatmentLine, datum: str, group: Text) -> Question:
    """The question that tells `datum` of a line; `group` is the class that the rule is about."""
    french, english, unit = _TEXTS[datum]
    suffix = f":{group['en']}" if datum == "class" else ""
    name = line.drug.short

    def write(language: str) -> str:
        return (french if language == "fr" else english).format(drug=name, group=group[language])

    return Question(f"line:{line.id}:{datum}{suffix}", Wording(write), unit, (line.id,))
