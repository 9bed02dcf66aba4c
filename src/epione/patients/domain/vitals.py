"""Renal function and trends of a record, from its newest measurements."""

from dataclasses import dataclass
from datetime import date

from .record import FactKind, Record, Sex
from .renal import RenalInputError, ckd_epi_2009, cockcroft_gault


@dataclass(frozen=True, slots=True)
class Renal:
    """eGFR (mL/min/1.73 m², CKD-EPI 2009 or as measured) and Cockcroft-Gault clearance (mL/min), None when unknown."""

    egfr: float | None
    clearance: float | None
    on: date | None


def _sex(record: Record) -> str | None:
    sex = record.card.identity.sex
    return sex.value if sex in {Sex.FEMALE, Sex.MALE} else None


def renal_of(record: Record, today: date) -> Renal:
    """The renal function from the newest creatinine; an eGFR measured later wins over the computed one."""
    creatinine, measured, weight = (record.latest(code) for code in ("creatinine", "egfr", "weight"))
    age, sex = record.card.identity.age(today), _sex(record)
    egfr = clearance = None
    if creatinine and sex in {"female", "male"}:
        value = creatinine.content["value"]
        try:
            egfr = ckd_epi_2009(value, age=age, sex=sex)  # type: ignore[arg-type]
            if weight:
                clearance = cockcroft_gault(value, age=age, weight_kg=weight.content["value"], sex=sex)  # type: ignore[arg-type]
        except RenalInputError:
            egfr = clearance = None
    if measured and (creatinine is None or (measured.on or date.min) >= (creatinine.on or date.min)):
        egfr = measured.content["value"]
    newest = max((fact.on for fact in (creatinine, measured) if fact and fact.on), default=None)
    return Renal(egfr, clearance, newest)


def series(record: Record, code: str) -> list[tuple[date, float]]:
    """Dated values of a measurement, oldest first."""
    found = [
        (f.on, float(f.content["value"])) for f in record.of(FactKind.OBSERVATION) if f.content["code"] == code and f.on
    ]
    return sorted(found, key=lambda pair: pair[0])


def trend(record: Record, code: str, *, inverted: bool = False) -> tuple[float, ...]:
    """The last values, oldest first; `inverted` draws a rise as a fall (a rising creatinine is a falling function)."""
    values = [value for _, value in series(record, code)][-8:]
    return tuple(-value if inverted else value for value in values)
