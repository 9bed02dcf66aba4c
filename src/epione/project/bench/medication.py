"""`epione bench medication`: the whole review of a treatment, side by side with a naive evaluator of the same rules.

Times are CPU times of this process; ratios come from one run. The peer walks the 190 trees and the class closures of
every pair; its answers are asserted to be the engine's.
"""

import gc
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from epione.medication_reviews.domain.chart import Chart, DatedObservation, Problem
from epione.medication_reviews.domain.criteria import evaluate
from epione.medication_reviews.domain.eligibility import bpm_eligibility
from epione.medication_reviews.domain.export import score_facts
from epione.medication_reviews.domain.findings import Kind
from epione.medication_reviews.domain.interaction_findings import patient_facts
from epione.medication_reviews.domain.knowledge import Knowledge
from epione.medication_reviews.domain.review import review
from epione.medication_reviews.providers.rules import load_rules, rule_book
from epione.medications.domain.drug import TreatmentLine
from epione.medications.domain.interactions_facts import interaction_facts
from epione.medications.domain.interactions_routes import exposed, route_entities, routes_of
from epione.medications.domain.levels import Level
from epione.medications.providers.memory import load_catalogue, resolve_medication
from epione.medications.providers.pack import ansm
from epione.medications.providers.thesaurus import load_scales, load_thesaurus
from epione.medications.providers.words import load_vocabulary

from .naive_interactions import NaiveThesaurus
from .naive_review import naive_outcomes

Reviewed = tuple[dict[str, tuple[str, frozenset[str]]], dict[Any, str]]

TODAY = date(2026, 11, 20)
SIZES = (5, 12, 25)
_CASES = 60
_PEER_CASES = 12
_TREATMENT = """
Kardegic 75 mg; Eliquis 5 mg; Bisoprolol 2,5 mg; Ramipril 5 mg; Furosémide 40 mg; Atorvastatine 20 mg;
Oméprazole 20 mg; Seresta 10 mg; Escitalopram 10 mg; Ibuprofène 400 mg; Tramadol 50 mg; Atarax 25 mg;
Metformine 1000 mg; Gliclazide 30 mg; Lévothyroxine 75 microgrammes; Amlodipine 5 mg; Digoxine 0,25 mg;
Amiodarone 200 mg; Spironolactone 25 mg; Allopurinol 100 mg; Colchicine 1 mg; Prednisone 5 mg; Zopiclone 7,5
mg; Mirtazapine 15 mg; Rispéridone 1 mg; Donépézil 10 mg; Mémantine 10 mg; Prégabaline 75 mg; Oxycodone 10 mg;
Paracétamol 1000 mg; Macrogol 10 g; Tamsulosine 0,4 mg; Solifénacine 5 mg; Warfarine 5 mg; Clopidogrel 75 mg;
Simvastatine 20 mg; Vérapamil 120 mg; Diltiazem 60 mg; Hydrochlorothiazide 25 mg; Valsartan 80 mg; Indapamide
1,5 mg; Alendronate 70 mg; Potassium 600 mg; Lithium 400 mg; Clarithromycine 500 mg; Amitriptyline 25 mg;
Venlafaxine 75 mg; Halopéridol 5 mg; Lévodopa; Rosuvastatine 10 mg
"""
_PROBLEMS = [
    "I10",
    "I48.0",
    "I50.9",
    "I25.1",
    "E11.9",
    "N18.3",
    "F32.1",
    "G30.1",
    "F03",
    "R29.6",
    "M17.1",
    "J44.9",
    "K59.0",
    "N40",
    "M81.0",
    "K21.0",
    "G20",
    "I63.9",
    "M10.9",
    "F41.1",
]


def run() -> list[dict[str, Any]]:
    """Every figure: reviews of 5, 12 and 25 medicines, loading, memory, cost by medicines and by patients."""
    rows = _loading()
    knowledge = Knowledge(rule_book(), load_thesaurus(), load_scales(), load_catalogue(), load_vocabulary())
    pool = [match.drug for match in map(resolve_medication, _treatment()) if match.drug is not None]
    gc.collect()
    gc.freeze()
    rules, facts = load_rules(), ansm()
    naive = NaiveThesaurus(facts, {"rows": facts["conditional_rules"]}, facts["supplement"])
    for size in SIZES:
        charts = [make_chart(seed, size, pool) for seed in range(_CASES)]
        rows += _reviews(size, charts, knowledge, lambda chart: naive_review(chart, knowledge, rules, naive))
    return [*rows, *_growth(knowledge, pool), *_patients(knowledge, pool), *_memory()]


def _treatment() -> list[str]:
    return [name.strip() for name in _TREATMENT.replace("\n", " ").split(";")]


def make_chart(seed: int, size: int, pool: Sequence[Any]) -> Chart:
    """A plausible geriatric patient with `size` medicines of the pool, always the same for a seed."""
    draw = random.Random(seed)  # noqa: S311 -- a bench wants the same patients each time
    lines = tuple(
        TreatmentLine(
            id=str(number),
            drug=drug,
            daily_mg=draw.choice([None, 10.0, 75.0, 400.0, 3000.0]),
            prn=draw.random() < 0.1,
            start=draw.choice([None, TODAY - timedelta(days=draw.randint(5, 900))]),
        )
        for number, drug in enumerate(draw.sample(list(pool), size), start=1)
    )
    values = {
        "creatinine": ("umol/L", 60, 250),
        "potassium": ("mmol/L", 3, 5.8),
        "sbp": ("mm[Hg]", 95, 185),
        "weight": ("kg", 42, 95),
    }
    observations = tuple(
        DatedObservation(code, round(draw.uniform(low, high), 1), unit, TODAY - timedelta(days=draw.randint(0, 300)))
        for code, (unit, low, high) in values.items()
        if draw.random() < 0.8
    )
    return Chart(
        on=TODAY,
        lines=lines,
        age=draw.randint(66, 95),
        sex=draw.choice(["male", "female"]),
        problems=tuple(
            Problem(code, TODAY - timedelta(days=draw.randint(10, 2000))) for code in draw.sample(_PROBLEMS, 6)
        ),
        observations=observations,
        allergies=(),
        flags={"recurrent_falls": draw.random() < 0.5},
    )


def naive_review(chart: Chart, knowledge: Knowledge, rules: dict[str, Any], naive: NaiveThesaurus) -> Reviewed:
    """The peer: status and questions of every criterion, level of every pair."""
    facts = interaction_facts(chart.active_lines(), patient_facts(knowledge.book.facts(chart)))
    pairs = {}
    for one, other in combinations(chart.active_lines(), 2):
        answers = [
            found for a in _entities(one) for b in _entities(other) if (found := naive.pair(a, b, facts)) is not None
        ]
        if answers:
            pairs[one.id, other.id] = min((answer["level"] for answer in answers), key=lambda level: Level(level).rank)
    return naive_outcomes(rules, chart), pairs


def _entities(line: TreatmentLine) -> list[str]:
    routes = routes_of(line.drug, line.route)
    return [
        entity
        for part in line.drug.ingredients
        for entity in (*exposed(part.entities, routes), *route_entities(part.entities, routes))
    ]


def engine_answer(chart: Chart, knowledge: Knowledge) -> Reviewed:
    """The engine's answer in the peer's shape, to be compared."""
    outcomes = evaluate(knowledge.book, knowledge.book.facts(chart), include_opt_in=True)
    found = {one.criterion.id: (one.status, frozenset(question.key for question in one.questions)) for one in outcomes}
    pairs = {one.drugs: one.level.upper() for one in review(chart, knowledge).of_kind(Kind.INTERACTION)}
    return found, pairs


def _timed(work: Callable[[], Any]) -> float:
    """CPU milliseconds of one call."""
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1e6


def _row(case: str, metric: str, unit: str, value: float, **more: Any) -> dict[str, Any]:
    return {"case": case, "metric": metric, "unit": unit, "value": round(value, 4), "target": None, "peer": None,
            "peer_value": None, "ratio": None, "met": None, **more}  # fmt: skip


def _reviews(
    size: int, charts: Sequence[Chart], knowledge: Knowledge, peer: Callable[[Chart], Any]
) -> list[dict[str, Any]]:
    for chart in charts[:_PEER_CASES]:
        expected, found = peer(chart), engine_answer(chart, knowledge)
        if expected != found:
            raise AssertionError(f"The engine and its naive peer disagree on a treatment of {size} medicines")
    whole = [_timed(lambda chart=chart: review(chart, knowledge)) for _ in range(5) for chart in charts]  # type: ignore[misc]
    same = [_timed(lambda chart=chart: rules_only(chart, knowledge)) for _ in range(5) for chart in charts]  # type: ignore[misc]
    theirs = [_timed(lambda chart=chart: peer(chart)) for _ in range(2) for chart in charts[:_PEER_CASES]]  # type: ignore[misc]
    return _rows_of(size, whole, same, theirs)


def rules_only(chart: Chart, knowledge: Knowledge) -> Any:
    """What the peer does and no more: criteria with their questions, and the level of every pair."""
    facts = knowledge.book.facts(chart)
    found = evaluate(knowledge.book, facts, include_opt_in=True)
    return found, knowledge.thesaurus.check_list(facts.lines, interaction_facts(facts.lines, patient_facts(facts)))


def _rows_of(size: int, whole: Sequence[float], same: Sequence[float], theirs: Sequence[float]) -> list[dict[str, Any]]:
    """The whole review, then the part that the peer does too: only these two are compared as equals."""
    case, target = f"{size} medicines", size == 12
    median, rules, naive = (statistics.median(times) for times in (whole, same, theirs))
    peer = {"peer": "naive evaluator (criteria and pairs)", "peer_value": round(naive, 3)}
    return [
        _row(case, "whole review, CPU p50", "ms", median, target="<= 2" if target else None, **peer,
             ratio=round(naive / median, 1), met=median <= 2 if target else None),
        _row(case, "whole review, CPU p95", "ms", statistics.quantiles(whole, n=20)[-1]),
        _row(case, "reviews per CPU second", "1/s", 1000 / statistics.fmean(whole), peer=peer["peer"],
             peer_value=round(1000 / statistics.fmean(theirs), 1), ratio=round(naive / median, 1)),
        _row(case, "criteria and pairs, CPU median", "ms", rules, **peer, ratio=round(naive / rules, 1)),
        _row(case, "criteria and pairs, times faster", "x", naive / rules, target=">= 10" if target else None, **peer,
             ratio=round(naive / rules, 1), met=naive / rules >= 10 if target else None),
    ]  # fmt: skip


def _growth(knowledge: Knowledge, pool: Sequence[Any]) -> list[dict[str, Any]]:
    """CPU of one review against the number of medicines."""
    rows = []
    for size in (1, 10, 20, 40):
        charts = [make_chart(seed, size, pool) for seed in range(20)]
        times = [_timed(lambda chart=chart: review(chart, knowledge)) for _ in range(3) for chart in charts]  # type: ignore[misc]
        rows.append(_row(f"cost by medicines: {size}", "review, CPU median", "ms", statistics.median(times)))
    return rows


def _patients(knowledge: Knowledge, pool: Sequence[Any]) -> list[dict[str, Any]]:
    """Screening of patients: findings, scores and eligibility of each."""
    rows = []
    for count in (100, 500):
        charts = [make_chart(seed, 8 + seed % 9, pool) for seed in range(count)]

        def screen(charts: Sequence[Chart] = charts) -> None:
            for chart in charts:
                found = review(chart, knowledge)
                score_facts(found.scores, {})
                bpm_eligibility(age=chart.age, lines=chart.lines, on=TODAY, reimbursed=lambda _: True)

        speed = count * 1000 / _timed(screen)
        rows.append(
            _row(
                f"screening {count} patients",
                "patients per CPU second",
                "1/s",
                speed,
                target=">= 200",
                met=speed >= 200,
            )
        )
    return rows


def _loading() -> list[dict[str, Any]]:
    """Loading of the catalogue, thesaurus, words and rules in a new process, modules imported, compiled forms warm."""
    load_catalogue()
    code = f"{_IMPORTS}\nimport time\nstart = time.perf_counter()\n{_CALLS}\nprint(time.perf_counter() - start)"
    seconds = min(float(_printed(code)) for _ in range(3))
    return [_row("loading", "catalogue, thesaurus, words, rules", "s", seconds, target="<= 1", met=seconds <= 1)]


def _printed(code: str) -> str:
    """What a new process of this interpreter prints."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout  # noqa: S603 -- our own interpreter and code


def _memory() -> list[dict[str, Any]]:
    """Memory of a process that holds everything the engine needs."""
    megabytes = int(_printed(f"{_LOAD}\n{_RESIDENT}")) / 1024
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        _row("memory", "process with everything loaded", "MB", megabytes, target="<= 150", met=megabytes <= 150),
        _row("memory", "this bench, peer and search included", "MB", here),
    ]


_IMPORTS = """
from epione.medication_reviews.providers.rules import rule_book
from epione.medications.providers.memory import load_catalogue
from epione.medications.providers.thesaurus import load_scales, load_thesaurus
from epione.medications.providers.words import load_vocabulary
"""
# The peak that the kernel reports is inherited from the process that starts this one: the resident size is asked.
_RESIDENT = """
import resource
from pathlib import Path
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
known = [int(line.split()[1]) for line in lines if line.startswith("VmRSS")]
print(known[0] if known else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
_CALLS = "rule_book(); load_catalogue(); load_thesaurus(); load_scales(); load_vocabulary()"
_LOAD = f"{_IMPORTS}\n{_CALLS}"
