"""Renal function of an adult: Cockcroft-Gault for the dose of a medicine, CKD-EPI for the stage of the disease.

Creatinine is in µmol/L throughout (the French unit); `read_creatinine` converts mg/dL and doubts an unlikely value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from epione.patients.domain.observations import read_value

Sex = Literal["male", "female"]
Text = Mapping[str, str]

MICROMOLES_PER_MG_DL = 88.4
ADULT_AGES = (18, 120)
ADULT_WEIGHTS_KG = (20.0, 400.0)
CREATININE_UMOL_L = (20.0, 2000.0)


class RenalInputError(ValueError):
    """A value outside what the equations are valid for; `datum` names it (`age`, `weight_kg`, `creatinine`)."""

    def __init__(self, datum: str, value: float, limits: tuple[float, float]) -> None:
        super().__init__(f"{datum} {value:g} is outside {limits[0]:g} to {limits[1]:g}")
        self.datum = datum


class Stage(StrEnum):
    """Stage of chronic kidney disease by glomerular filtration rate (KDIGO 2012), if it lasts over three months."""

    G1 = "G1"
    G2 = "G2"
    G3A = "G3a"
    G3B = "G3b"
    G4 = "G4"
    G5 = "G5"


_FLOORS = ((90, Stage.G1), (60, Stage.G2), (45, Stage.G3A), (30, Stage.G3B), (15, Stage.G4))


def cockcroft_gault(creatinine_umol_l: float, *, age: float, weight_kg: float, sex: Sex) -> float:
    """Creatinine clearance in mL/min, not indexed: the figure that doses are adapted to.

    Cockcroft DW, Gault MH, Nephron 1976;16:31-41, with the constants for µmol/L (1.23 men, 1.04 women).
    Raises RenalInputError outside adult ages, weights and plausible creatinine.
    """
    _check("age", age, ADULT_AGES)
    _check("weight_kg", weight_kg, ADULT_WEIGHTS_KG)
    _check("creatinine", creatinine_umol_l, CREATININE_UMOL_L)
    return max(140 - age, 0) * weight_kg * {"male": 1.23, "female": 1.04}[sex] / creatinine_umol_l


def ckd_epi_2009(creatinine_umol_l: float, *, age: float, sex: Sex) -> float:
    """Glomerular filtration rate in mL/min/1.73 m², without the ethnic term, as French laboratories report it.

    Levey AS et al., Ann Intern Med 2009;150:604-612. Raises RenalInputError as `cockcroft_gault`.
    """
    exponent, factor = {"male": (-0.411, 1.0), "female": (-0.329, 1.018)}[sex]
    low, high = _spline(creatinine_umol_l, age, sex)
    return float(141 * low**exponent * high**-1.209 * 0.993**age * factor)


def ckd_epi_2021(creatinine_umol_l: float, *, age: float, sex: Sex) -> float:
    """Glomerular filtration rate in mL/min/1.73 m² by the equation without race.

    Inker LA et al., N Engl J Med 2021;385:1737-1749. Raises RenalInputError as `cockcroft_gault`.
    """
    exponent, factor = {"male": (-0.302, 1.0), "female": (-0.241, 1.012)}[sex]
    low, high = _spline(creatinine_umol_l, age, sex)
    return float(142 * low**exponent * high**-1.2 * 0.9938**age * factor)


def stage_of(gfr: float) -> Stage:
    """The stage of a glomerular filtration rate in mL/min/1.73 m²."""
    return next((stage for floor, stage in _FLOORS if gfr >= floor), Stage.G5)


def to_micromoles(mg_per_dl: float) -> float:
    """Creatinine in µmol/L from mg/dL."""
    return mg_per_dl * MICROMOLES_PER_MG_DL


@dataclass(frozen=True, slots=True)
class CreatinineReading:
    """A creatinine in µmol/L, or None with the question that its value or unit raises."""

    umol_l: float | None
    question: Text | None = None


def read_creatinine(value: float, unit: str) -> CreatinineReading:
    """Understand a creatinine as written: µmol/L or mg/dL. A missing unit or an impossible value gives a question."""
    if value <= 0:
        return CreatinineReading(None, _ask("impossible", value, unit))
    reading = read_value("creatinine", value, unit)
    if reading.fault is None:
        return CreatinineReading(reading.value)
    if reading.fault == "unit":
        return CreatinineReading(None, _ask("unit", value, unit))
    other = "µmol/L" if unit.strip().lower() == "mg/dl" else "mg/dL"
    return CreatinineReading(
        None, _ask("confusion" if reading.fault == "confusion" else "impossible", value, unit, other)
    )


@dataclass(frozen=True, slots=True)
class RenalFunction:
    """What is known of a patient's renal function; None is unknown and `questions` says what would tell it.

    `clearance` (Cockcroft-Gault) in mL/min, `gfr_2009` and `gfr_2021` (CKD-EPI) in mL/min/1.73 m²; `stage` follows the
    2009 equation, the one in use in France.
    """

    clearance: float | None
    gfr_2009: float | None
    gfr_2021: float | None
    stage: Stage | None
    missing: tuple[str, ...]
    questions: tuple[Text, ...]


def renal_function(
    *, creatinine_umol_l: float | None, age: float | None, weight_kg: float | None, sex: Sex | None
) -> RenalFunction:
    """Everything that the known data allow. Raises RenalInputError on a value that nobody can have."""
    known = {"creatinine": creatinine_umol_l, "age": age, "sex": sex, "weight_kg": weight_kg}
    missing = tuple(name for name, value in known.items() if value is None)
    questions = tuple(_QUESTIONS[name] for name in missing)
    if creatinine_umol_l is None or age is None or sex is None:
        return RenalFunction(None, None, None, None, missing, questions)
    gfr = ckd_epi_2009(creatinine_umol_l, age=age, sex=sex)
    clearance = None if weight_kg is None else cockcroft_gault(creatinine_umol_l, age=age, weight_kg=weight_kg, sex=sex)
    return RenalFunction(
        clearance, gfr, ckd_epi_2021(creatinine_umol_l, age=age, sex=sex), stage_of(gfr), missing, questions
    )


def _spline(creatinine_umol_l: float, age: float, sex: Sex) -> tuple[float, float]:
    """The two slopes of CKD-EPI: the ratio to the sex's turning point, cut at 1 on either side."""
    _check("age", age, ADULT_AGES)
    _check("creatinine", creatinine_umol_l, CREATININE_UMOL_L)
    ratio = creatinine_umol_l / MICROMOLES_PER_MG_DL / {"male": 0.9, "female": 0.7}[sex]
    return min(ratio, 1.0), max(ratio, 1.0)


def _check(datum: str, value: float, limits: tuple[float, float]) -> None:
    if not limits[0] <= value <= limits[1]:
        raise RenalInputError(datum, value, limits)


def _ask(kind: str, value: float, unit: str, other: str = "") -> Text:
    french, english = f"{value:g}".replace(".", ","), f"{value:g}"
    return {
        "fr": _DOUBTS[kind]["fr"].format(value=french, unit=unit, other=other),
        "en": _DOUBTS[kind]["en"].format(value=english, unit=unit, other=other),
    }


_DOUBTS: dict[str, dict[str, str]] = {
    "unit": {
        "fr": "Créatinine {value}\u00a0: en µmol/L ou en mg/dL\u202f?",
        "en": "Creatinine {value}: in µmol/L or in mg/dL?",
    },
    "confusion": {
        "fr": "Créatinine {value}\u00a0{unit}\u00a0: ne serait-ce pas {value}\u00a0{other}\u202f?",
        "en": "Creatinine {value} {unit}: might it be {value} {other}?",
    },
    "impossible": {
        "fr": "Créatinine {value}\u00a0{unit}\u00a0: valeur impossible, quelle est la bonne\u202f?",
        "en": "Creatinine {value} {unit}: impossible value, which is the right one?",
    },
}
_QUESTIONS: dict[str, Text] = {
    "creatinine": {
        "fr": "Quelle est la dernière créatininémie (µmol/L), et de quelle date\u202f?",
        "en": "What is the latest serum creatinine (µmol/L), and of which date?",
    },
    "age": {"fr": "Quel est l’âge du patient\u202f?", "en": "How old is the patient?"},
    "sex": {"fr": "Quel est le sexe du patient\u202f?", "en": "What is the patient’s sex?"},
    "weight_kg": {"fr": "Quel est le poids du patient (kg)\u202f?", "en": "What is the patient’s weight (kg)?"},
}
