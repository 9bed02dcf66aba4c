"""The scores of a treatment: anticholinergic burdens, falls, risks by class, complexity, renal function."""

from collections.abc import Sequence
from dataclasses import dataclass

from epione.medications.domain.complexity import Complexity, complexity_of
from epione.medications.domain.drug import TreatmentLine
from epione.medications.domain.scores import Burden, FallRisk, RiskTag, Scales
from epione.patients.domain.renal import Stage, stage_of

from .facts import Facts
from .measures import clearance


@dataclass(frozen=True, slots=True)
class Scores:
    """What adds up over a treatment. `clearance` (Cockcroft-Gault, mL/min) doses a drug, `egfr` stages the kidney."""

    cia: Burden
    acb: Burden
    falls: FallRisk
    tags: tuple[RiskTag, ...]
    complexity: Complexity
    egfr: float | None
    clearance: float | None
    stage: Stage | None
    drugs: int


def scores_of(scales: Scales, facts: Facts, lines: Sequence[TreatmentLine]) -> Scores:
    """Every score of the active lines."""
    egfr = facts.latest.get("egfr")
    return Scores(
        cia=scales.anticholinergic_cia(lines),
        acb=scales.anticholinergic_acb(lines),
        falls=scales.fall_risk(lines),
        tags=scales.risk_tags(lines),
        complexity=complexity_of(lines),
        egfr=None if egfr is None else egfr.value,
        clearance=clearance(facts.chart, facts.latest),
        stage=None if egfr is None else stage_of(egfr.value),
        drugs=len(lines),
    )
