"""Measurements that Epione understands: codes, units, conversions, plausible and usual ranges."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of observation.

    `unit` is the canonical UCUM unit; `conversions` maps another accepted unit to the factor towards it;
    `plausible` bounds what a living person can have; `usual` is an adult reference interval, None where it depends.
    """

    code: str
    loinc: str
    fr: str
    en: str
    unit: str
    plausible: tuple[float, float]
    usual: tuple[float | None, float | None] | None = None
    conversions: tuple[tuple[str, float], ...] = ()


def _m(code: str, loinc: str, fr: str, en: str, unit: str, low: float, high: float, *,
       usual: tuple[float | None, float | None] | None = None, **conversions: float) -> Measure:  # fmt: skip
    return Measure(code, loinc, fr, en, unit, (low, high), usual, tuple(conversions.items()))


# LOINC: codes as published by Regenstrief (loinc.org licence: codes may be used with attribution).
_ALL = (
    Measure("creatinine", "14682-9", "Créatinine", "Creatinine", "umol/L", (20, 2000), (45, 104), (("mg/dL", 88.4),)),
    Measure("egfr", "98979-8", "DFG estimé", "eGFR", "mL/min/{1.73_m2}", (1, 200), (60, None), (("mL/min", 1.0),)),
    Measure("potassium", "2823-3", "Potassium", "Potassium", "mmol/L", (1.5, 9.5), (3.5, 5.0), (("meq/L", 1.0),)),
    Measure("sodium", "2951-2", "Sodium", "Sodium", "mmol/L", (95, 185), (135, 145), (("meq/L", 1.0),)),
    _m("weight", "29463-7", "Poids", "Weight", "kg", 1, 400),
    _m("height", "8302-2", "Taille", "Height", "cm", 30, 250, m=100.0),
    _m("bmi", "39156-5", "IMC", "BMI", "kg/m2", 8, 90, usual=(18.5, 25)),
    _m("sbp", "8480-6", "Pression systolique", "Systolic pressure", "mm[Hg]", 40, 300, usual=(90, 140), mmHg=1.0),
    _m("dbp", "8462-4", "Pression diastolique", "Diastolic pressure", "mm[Hg]", 20, 200, usual=(50, 90), mmHg=1.0),
    _m("sbp_postural_drop", "", "Chute systolique au lever", "Systolic postural drop", "mm[Hg]", 0, 120, mmHg=1.0),
    _m("dbp_postural_drop", "", "Chute diastolique au lever", "Diastolic postural drop", "mm[Hg]", 0, 80, mmHg=1.0),
    Measure("heart_rate", "8867-4", "Fréquence cardiaque", "Heart rate", "/min", (20, 250), (50, 100), (("bpm", 1.0),)),
    _m("qtc", "8636-3", "QTc", "QTc", "ms", 200, 800, usual=(None, 450)),
    _m("lvef", "10230-1", "FEVG", "LVEF", "%", 5, 90, usual=(50, None)),
    _m("nyha", "88020-3", "Classe NYHA", "NYHA class", "{class}", 1, 4),
    Measure("haemoglobin", "718-7", "Hémoglobine", "Haemoglobin", "g/dL", (2, 25), (12, 17), (("g/L", 0.1),)),
    Measure("ferritin", "2276-4", "Ferritine", "Ferritin", "ug/L", (1, 20000), (30, 300), (("ng/mL", 1.0),)),
    _m("tsat", "2502-3", "Saturation de la transferrine", "Transferrin saturation", "%", 0, 100, usual=(20, 45)),
    _m("tsh", "3016-3", "TSH", "TSH", "mU/L", 0, 200, usual=(0.4, 4.0)),
    _m("tsh_at_start", "", "TSH au début du traitement", "TSH at start", "mU/L", 0, 200),
    Measure(
        "vitamin_d_25oh",
        "1989-3",
        "Vitamine D (25-OH)",
        "Vitamin D (25-OH)",
        "nmol/L",
        (1, 500),
        (50, 150),
        (("ng/mL", 2.496),),
    ),
    _m("calcium_corrected", "29265-6", "Calcium corrigé", "Corrected calcium", "mmol/L", 1, 5, usual=(2.2, 2.6)),
    _m("phosphate", "14879-1", "Phosphate", "Phosphate", "mmol/L", 0.1, 6, usual=(0.8, 1.5)),
    Measure("pth", "2731-8", "PTH", "PTH", "pg/mL", (0, 5000), (15, 65), (("ng/L", 1.0), ("pmol/L", 9.43))),
    _m("hba1c", "4548-4", "HbA1c", "HbA1c", "%", 2, 25, usual=(None, 6.5)),
    _m("inr", "6301-6", "INR", "INR", "{INR}", 0.5, 20),
    _m("spo2", "59408-5", "SpO2", "SpO2", "%", 30, 100, usual=(94, 100)),
    _m("pao2", "2703-7", "PaO2", "PaO2", "mm[Hg]", 15, 600, mmHg=1.0, kPa=7.50062),
    _m("paco2", "2019-8", "PaCO2", "PaCO2", "mm[Hg]", 8, 200, mmHg=1.0, kPa=7.50062),
    _m("fev1_pct", "20152-5", "VEMS (% théorique)", "FEV1 (% predicted)", "%", 5, 180),
    _m("mmse", "72106-8", "MMSE", "MMSE", "{score}", 0, 30, usual=(26, 30)),
    _m("pain_nrs", "72514-3", "Douleur (0 à 10)", "Pain (0 to 10)", "{score}", 0, 10),
    _m("bmd_tscore", "38263-0", "T-score osseux", "Bone T-score", "{score}", -8, 6),
    _m("post_void_residual", "", "Résidu post-mictionnel", "Post-void residual", "mL", 0, 3000),
    _m("albuminuria_24h", "14957-5", "Albuminurie", "Albuminuria", "mg/(24.h)", 0, 30000),
    _m("temperature", "8310-5", "Température", "Temperature", "Cel", 25, 45, usual=(36, 37.8)),
)
MEASURES: dict[str, Measure] = {measure.code: measure for measure in _ALL}
BY_LOINC: dict[str, Measure] = {measure.loinc: measure for measure in _ALL if measure.loinc}
# Creatinine and haemoglobin are reported under several LOINC codes depending on the unit.
BY_LOINC |= {"2160-0": MEASURES["creatinine"], "38483-4": MEASURES["creatinine"],
             "33914-3": MEASURES["egfr"], "48642-3": MEASURES["egfr"],
             "62238-1": MEASURES["egfr"], "6298-4": MEASURES["potassium"],
             "2947-0": MEASURES["sodium"], "3141-9": MEASURES["weight"]}  # fmt: skip

_ALIASES = {"µmol/l": "umol/L", "umol/l": "umol/L", "μmol/l": "umol/L", "mmhg": "mmHg", "°c": "Cel", "bpm": "bpm",
            "ml/min/1.73m2": "mL/min/{1.73_m2}", "ml/min/1,73m2": "mL/min/{1.73_m2}", "ml/min": "mL/min",
            "kg/m²": "kg/m2", "µg/l": "ug/L", "mui/l": "mU/L", "mg/24h": "mg/(24.h)"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A value in its canonical unit, with what is doubtful about it (`fault` None when nothing is)."""

    code: str
    value: float
    unit: str
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """A measurement of a patient on a day."""

    code: str
    value: float
    unit: str
    on: date


def measure_of(code: str) -> Measure | None:
    """The measure named by Epione's code or by a LOINC code."""
    return MEASURES.get(code) or BY_LOINC.get(code)


def read_value(code: str, value: float, unit: str) -> Reading:
    """The value in the canonical unit.

    Faults: `code` (unknown measure), `unit` (missing or not convertible), `confusion` (plausible only in another
    accepted unit: 1.2 µmol/L of creatinine is 1.2 mg/dL), `range` (nobody alive has it).
    """
    measure = measure_of(code)
    if measure is None:
        return Reading(code, value, unit, "code")
    written = _ALIASES.get(unit.strip().lower(), unit.strip())
    known = {name.lower(): factor for name, factor in ((measure.unit, 1.0), *measure.conversions)}
    factor = known.get(written.lower())
    if factor is None:
        return Reading(measure.code, value, unit, "unit")
    low, high = measure.plausible
    canonical = value * factor
    if low <= canonical <= high:
        return Reading(measure.code, canonical, measure.unit)
    confused = any(low <= value * other <= high for name, other in known.items() if other != factor)
    return Reading(measure.code, canonical, measure.unit, "confusion" if confused else "range")
