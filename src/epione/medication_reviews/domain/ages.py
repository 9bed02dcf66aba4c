"""How old a measurement may be and still decide a rule; beyond, the rule asks instead of answering.

The limits are conventions of ours, to be signed off by a pharmacist: STOPP/START v3 and the thesaurus of the ANSM name
no age. Each follows the interval at which the measurement is usually made again in an older person under treatment:
yearly biology and renal function, half-yearly ions, pressures and weight, a month for the INR (the longest interval
that the leaflets of vitamin K antagonists allow). None is for what no longer changes.
"""

from collections.abc import Mapping
from datetime import date

from epione.patients.domain.observations import measure_of

from .chart import DatedObservation
from .questions import Question
from .wording import day_words, shown, unit_words

_WEEK, _MONTH, _QUARTER, _HALF, _YEAR = 7, 31, 92, 183, 365

MAXIMAL_AGE_DAYS: Mapping[str, int | None] = {
    # Renal function and biology of the yearly check.
    **dict.fromkeys(("creatinine", "egfr", "albuminuria_24h", "haemoglobin", "ferritin", "tsat"), _YEAR),
    **dict.fromkeys(("tsh", "hba1c", "vitamin_d_25oh", "calcium_corrected", "phosphate", "pth"), _YEAR),
    # Ions move with each change of a diuretic, of an inhibitor of the renin system, of an antidepressant.
    "potassium": _HALF,
    "sodium": _HALF,
    "inr": _MONTH,
    # Taken at any visit.
    **dict.fromkeys(("sbp", "dbp", "sbp_postural_drop", "dbp_postural_drop", "heart_rate", "nyha"), _HALF),
    "weight": _HALF,
    "bmi": _HALF,
    "temperature": _WEEK,
    "pain_nrs": _MONTH,
    # Examinations.
    "qtc": _YEAR,
    "lvef": 2 * _YEAR,
    "spo2": _QUARTER,
    "pao2": _YEAR,
    "paco2": _YEAR,
    "fev1_pct": 2 * _YEAR,
    "mmse": _YEAR,
    "post_void_residual": _YEAR,
    "bmd_tscore": 5 * _YEAR,
    # Facts of the past, or of the adult.
    "height": None,
    "tsh_at_start": None,
}
_PRINTED = {"{1.73_m2}": "1.73m2", "mm[Hg]": "mmHg", "umol": "µmol", "ug/": "µg/", "Cel": "°C", "(24.h)": "24h"}


def is_outdated(one: DatedObservation, on: date) -> bool:
    """Whether a measurement is too old, on a day, to decide a rule.

    An undated one is not: nothing tells its age, the confidence says so. One that a person kept counts from that day.
    """
    limit = MAXIMAL_AGE_DAYS[one.code]
    since = one.kept_on or one.on
    if limit is None or since is None:
        return False
    newest = since if one.on is None else max(since, one.on)
    return (on - newest).days > limit


def printed_unit(unit: str) -> str:
    """A canonical unit as people write it, and as `read_value` reads it; empty for a class or a score."""
    for code, word in _PRINTED.items():
        unit = unit.replace(code, word)
    return "" if unit.startswith("{") else unit


def old_key(one: DatedObservation) -> str:
    """The key of the question about a value that is too old: what was measured, and when."""
    return f"obs:{one.measured or one.code}:old:{one.on}"


def old_question(one: DatedObservation) -> Question:
    """Ask for a new measurement, or whether the old value may be kept."""
    measure, source = measure_of(one.code), measure_of(one.measured or one.code)
    if measure is None or source is None or one.on is None:
        raise ValueError(f"{one.code!r} is no dated measure")
    unit = printed_unit(measure.unit)
    return Question(
        old_key(one),
        {lang: _sentence(one, lang, (getattr(measure, lang), getattr(source, lang)), unit) for lang in ("fr", "en")},
        printed_unit(source.unit),
    )


def _sentence(one: DatedObservation, lang: str, names: tuple[str, str], unit: str) -> str:
    name, source = names
    value = "\u00a0".join(filter(None, (shown(round(one.value, 3), lang), unit_words(unit, lang))))
    day = "" if one.on is None else day_words(one.on, lang)
    if lang == "fr":
        again = "" if name == source else f" de\u00a0: {source}"
        said = f"la valeur du {day} ({value}) est trop ancienne pour conclure"
        return f"{name}\u00a0: {said}. Nouvelle mesure{again}\u202f?"
    again = "Measure again" if name == source else f"Measure again: {source}"
    return f"{name}: the value of {day} ({value}) is too old to conclude. {again}?"
