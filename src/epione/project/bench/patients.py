"""Patients: search, list and record among 100,000, beside a plain scan that decrypts every record."""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.test import Client, override_settings

from epione.identity.public import actor_of, create_practice, create_user
from epione.kernel.actor import Actor
from epione.kernel.crypto import clear_cache
from epione.patients import queries
from epione.patients.domain.identifiers import nir_key
from epione.patients.domain.names import fold
from epione.patients.domain.record import FactKind, Identity, Sex
from epione.patients.models import Patient
from epione.patients.public import NewFact, add_facts, create_patients, search_patients
from epione.project.preparation import prepare

PEOPLE = 100_000
BATCH = 5_000
ROUNDS = 40
SCANNED = 2_000
SEARCH_MS, PAGE_MS = 100.0, 300.0
_HEADS_WORDS = "ba be bo bri cha cou da de du fa fer ga gau gui ha la le lu ma me mo na pa per ro sa ta ti va vi"
_MIDDLES_WORDS = "bel don fel gar la lan li ma mi nar ri ro ser ta ter ti ven vi"
_TAILS_WORDS = "ard at aud ault court deau din eau ez fort gnon ier in let mont net nier ot rand son ton ville"
_FIRST_WORDS = (
    "Adèle Alain Albert Alice André Anne Antoine Arthur Aurélie Bernard Brigitte Camille Caroline Catherine "
    "Cécile Chantal Charles Christian Claire Claude Clément Colette Daniel David Denise Didier Dominique Élise "
    "Émile Éric Étienne Eugénie Fabrice Florence François Françoise Frédéric Gabriel Geneviève Georges Gérard "
    "Germaine Gilles Guy Hélène Henri Hervé Hugo Huguette Isabelle Jacqueline Jacques Jean Jeanne Jérôme Joël "
    "Josette Jules Julie Julien Karine Laurent Léa Léon Louis Louise Luc Lucie Lucien Madeleine Marc Marcel "
    "Marguerite Marie Martine Mathilde Maurice Michel Michèle Monique Nathalie Nicolas Nicole Odette Olivier "
    "Pascal Patrick Paul Paulette Philippe Pierre Raymond Renée Robert Roger Sophie Suzanne Sylvie Thérèse "
    "Thierry Thomas Valérie Véronique Vincent Yves"
)

_HEADS, _MIDDLES, _TAILS, _FIRST = (
    tuple(words.split()) for words in (_HEADS_WORDS, _MIDDLES_WORDS, _TAILS_WORDS, _FIRST_WORDS)
)


@dataclass(frozen=True, slots=True)
class _Bench:
    by: Actor
    people: list[Identity]
    ids: list[UUID]
    created: float


def run() -> list[dict[str, Any]]:
    """Make the practice, then time what a person does all day. `EPIONE_BENCH_PEOPLE` makes a smaller one."""
    prepare()
    bench = _filled(int(os.environ.get("EPIONE_BENCH_PEOPLE", PEOPLE)))
    case = f"{len(bench.ids)} patients"
    scan = _scan(bench)
    rows = [_figure(case, "created", "records/s", bench.created, None)]
    for name, typed in _searches(bench).items():
        rows += _spread(f"{case}, search by {name}", SEARCH_MS, _timed(typed, lambda text: _search(bench, text)), scan)
    for name, spent in _pages(bench):
        rows += _spread(f"{case}, {name}", PAGE_MS, spent, None)
    return rows


def synthetic(count: int, seed: int = 49) -> Iterator[Identity]:
    """People who do not exist, with names, ages and numbers spread as in a French practice."""
    chance = random.Random(seed)  # noqa: S311 -- reproducible people, nothing secret
    for number in range(count):
        name = (
            chance.choice(_HEADS) + (chance.choice(_MIDDLES) if chance.random() < 0.7 else "") + chance.choice(_TAILS)
        )
        sex = chance.choice((Sex.FEMALE, Sex.MALE))
        born = date(1930, 1, 1) + timedelta(days=int(chance.betavariate(1.6, 1.4) * 33_000))
        place = f"{chance.randint(1, 95):02d}{number // 1000:03d}{number % 1000:03d}"
        body = f"{'2' if sex is Sex.FEMALE else '1'}{born:%y%m}{place}"
        nir = f"{body}{nir_key(body):02d}"
        yield Identity(chance.choice(_FIRST), name.capitalize(), born, sex, social_security=nir)


def _filled(count: int) -> _Bench:
    practice = create_practice(name="Bench")
    create_user(practice_id=practice.id, username="bench", password=None, roles=["pharmacist"])
    by = actor_of(get_user_model().objects.get(username="bench"), practice.id)
    if by is None:
        raise RuntimeError("the person of the bench has no membership")
    people, ids = list(synthetic(count)), []
    started = time.perf_counter()
    for start in range(0, count, BATCH):
        ids += create_patients(identities=people[start : start + BATCH], by=by)
    created = count / (time.perf_counter() - started)
    _measure_some(by, ids[:: max(count // ROUNDS, 1)])
    return _Bench(by, people, ids, created)


def _measure_some(by: Actor, ids: list[UUID]) -> None:
    """Some records hold what a followed patient's record holds."""
    for patient_id in ids:
        facts = [NewFact(FactKind.PROBLEM, {"icd10": code, "label": code}) for code in ("I10", "I48", "N18.3", "E11")]
        for month in range(1, 11):
            on = date(2025, month, 3)
            values = (("creatinine", 90 + month, "umol/L"), ("potassium", 4.2, "mmol/L"), ("weight", 70, "kg"))
            facts += [NewFact(FactKind.OBSERVATION, {"code": c, "value": v, "unit": u}, on) for c, v, u in values]
        add_facts(patient_id=patient_id, facts=facts, by=by)


def _searches(bench: _Bench) -> dict[str, list[str]]:
    chance = random.Random(7)  # noqa: S311 -- which people are asked for
    asked = chance.sample(bench.people, min(ROUNDS, len(bench.people)))
    return {
        "family name": [one.last_name for one in asked],
        "first name and prefix": [f"{one.first_name} {one.last_name[:3]}" for one in asked],
        "birth date": [f"{one.birth_date:%d/%m/%Y}" for one in asked],
        "NIR": [one.social_security[:13] for one in asked],
        "two letters": [one.last_name[:2] for one in asked],
        "name that nobody has": [f"{one.last_name}xq" for one in asked],
    }


def _search(bench: _Bench, text: str) -> None:
    clear_cache()
    search_patients(text=text, by=bench.by)


def _timed(asked: list[str], act: Callable[[str], object]) -> list[float]:
    spent = []
    for text in asked:
        started = time.perf_counter()
        act(text)
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def _scan(bench: _Bench) -> float:
    """The plain way: decrypt every identity and look at it; timed on some records, in milliseconds for all."""
    rows = Patient.objects.of_practice(bench.by.practice_id)[:SCANNED]
    wanted = fold(bench.people[0].last_name)
    started = time.perf_counter()
    looked = sum(1 for row in rows if fold(queries.card_of(row).identity.last_name).startswith(wanted) or True)
    return (time.perf_counter() - started) * 1000 * len(bench.ids) / max(looked, 1)


def _pages(bench: _Bench) -> Iterator[tuple[str, list[float]]]:
    person = get_user_model().objects.get(pk=bench.by.id)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    last = max(len(bench.ids) // 25, 1)
    lists = [f"/patients/?page={1 + number * last // ROUNDS}" for number in range(ROUNDS)]
    records = [f"/patients/{one}/" for one in bench.ids[:: max(len(bench.ids) // ROUNDS, 1)]][:ROUNDS]
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        yield "list page", _visited(client, lists)
        yield "record page", _visited(client, records)
        yield (
            "treatment page",
            _visited(client, [path.replace("/patients/", "/prescriptions/patients/") for path in records]),
        )


def _visited(client: Client, paths: list[str]) -> list[float]:
    client.get(paths[0])
    spent = []
    for path in paths:
        clear_cache()
        started = time.perf_counter()
        answer = client.get(path)
        spent.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    return spent


def _spread(case: str, target: float, spent: list[float], scan: float | None) -> list[dict[str, Any]]:
    quantiles = statistics.quantiles(spent, n=100)
    rows = [_figure(case, metric, "ms", quantiles[share - 1], target) for metric, share in (("p50", 50), ("p95", 95))]
    for row in rows if scan is not None else ():
        row |= {"peer": "decrypt and scan every record", "peer_value": round(scan or 0, 1)}
        row["ratio"] = round((scan or 0) / max(float(row["value"]), 0.001), 1)
    return rows


def _figure(case: str, metric: str, unit: str, value: float, target: float | None) -> dict[str, Any]:
    met = None if target is None else value <= target
    return {"case": case, "metric": metric, "unit": unit, "value": round(value, 2), "target": target, "met": met}
