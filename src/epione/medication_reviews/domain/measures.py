"""Measurements that follow from others: eGFR from creatinine, body mass index, corrected calcium is never guessed."""

from collections.abc import Mapping

from .chart import Chart, DatedObservation

_KAPPA = {"female": 0.7, "male": 0.9}
_ALPHA = {"female": -0.329, "male": -0.411}
_FACTOR = {"female": 1.018, "male": 1.0}
MICROMOLES_PER_MG_DL = 88.4


def derived_observations(chart: Chart, latest: Mapping[str, DatedObservation]) -> dict[str, DatedObservation]:
    """Measurements that can be computed for a chart and that nobody measured."""
    found: dict[str, DatedObservation] = {}
    creatinine = latest.get("creatinine")
    if "egfr" not in latest and creatinine is not None and chart.age is not None and chart.sex is not None:
        value = ckd_epi_2009(creatinine.value, age=chart.age, sex=chart.sex)
        found["egfr"] = DatedObservation("egfr", round(value, 1), "mL/min/{1.73_m2}", creatinine.on)
    if "bmi" not in latest:
        weight = latest["weight"].value if "weight" in latest else chart.weight_kg
        height = latest["height"].value if "height" in latest else chart.height_cm
        if weight and height:
            found["bmi"] = DatedObservation("bmi", round(weight / (height / 100) ** 2, 1), "kg/m2", None)
    return found


def ckd_epi_2009(creatinine_umol_l: float, *, age: int, sex: str) -> float:
    """EGFR in mL/min/1.73 m² (Levey, Ann Intern Med 2009, without the ethnic term, as in France)."""
    ratio = creatinine_umol_l / MICROMOLES_PER_MG_DL / _KAPPA[sex]
    return float(141 * min(ratio, 1) ** _ALPHA[sex] * max(ratio, 1) ** -1.209 * 0.993**age * _FACTOR[sex])
