"""Measurements that follow from others: eGFR from creatinine, body mass index from weight and height."""

from collections.abc import Mapping

from epione.patients.domain.renal import RenalInputError, ckd_epi_2009, cockcroft_gault

from .chart import Chart, DatedObservation


def derived_observations(chart: Chart, latest: Mapping[str, DatedObservation]) -> dict[str, DatedObservation]:
    """Measurements that can be computed for a chart and that nobody measured (eGFR by CKD-EPI 2009, as in France).

    A creatinine measured after the last eGFR gives the eGFR of today: an old one never hides a kidney that fails since.
    """
    found: dict[str, DatedObservation] = {}
    creatinine = latest.get("creatinine")
    told = latest.get("egfr")
    due = told is None or (creatinine is not None and _is_after(creatinine, told))
    if due and creatinine is not None and chart.age is not None and chart.sex is not None:
        try:
            value = ckd_epi_2009(creatinine.value, age=chart.age, sex=chart.sex)
        except RenalInputError:
            return found
        found["egfr"] = DatedObservation(
            "egfr",
            round(value, 1),
            "mL/min/{1.73_m2}",
            creatinine.on,
            creatinine.kept_on,
            measured="creatinine",
        )
    if "bmi" not in latest:
        weighed = latest.get("weight")
        weight = weighed.value if weighed else chart.weight_kg
        height = latest["height"].value if "height" in latest else chart.height_cm
        if weight and height:
            found["bmi"] = DatedObservation(
                "bmi",
                round(weight / (height / 100) ** 2, 1),
                "kg/m2",
                weighed.on if weighed else None,
                weighed.kept_on if weighed else None,
                measured="weight",
            )
    return found


def _is_after(one: DatedObservation, other: DatedObservation) -> bool:
    return one.on is not None and other.on is not None and one.on > other.on


def clearance(chart: Chart, latest: Mapping[str, DatedObservation]) -> float | None:
    """Cockcroft-Gault clearance in mL/min, the figure that doses are adapted to; None when a datum lacks."""
    creatinine = latest.get("creatinine")
    weight = latest["weight"].value if "weight" in latest else chart.weight_kg
    if creatinine is None or weight is None or chart.age is None or chart.sex is None:
        return None
    try:
        return round(cockcroft_gault(creatinine.value, age=chart.age, weight_kg=weight, sex=chart.sex), 1)
    except RenalInputError:
        return None
