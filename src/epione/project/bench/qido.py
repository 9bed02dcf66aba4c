"""QIDO-RS among 100,000 objects: each question over HTTP, its entry of the ledger included, answered from columns."""

import os
import random
import statistics
import time
from collections.abc import Iterator
from datetime import date, timedelta
from datetime import time as hour
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, override_settings

from epione.identity.public import create_practice, create_user
from epione.imaging.models import Instance, Series, Study, Subject
from epione.kernel.ids import uuid7
from epione.project.preparation import prepare

OBJECTS = 100_000
SERIES_OF_STUDY, OBJECTS_OF_SERIES, BATCH = 2, 50, 5_000
ROUNDS, TARGET_MS = 60, 100.0
_KINDS = (
    ("CT", "TDM thorax"),
    ("MR", "IRM cerebrale"),
    ("DX", "Radiographie"),
    ("US", "Echographie"),
    ("CT", "TDM abdomen"),
)


def run() -> list[dict[str, Any]]:
    """Fill a practice, then ask. `EPIONE_BENCH_OBJECTS` makes a smaller one."""
    prepare()
    count = int(os.environ.get("EPIONE_BENCH_OBJECTS", OBJECTS))
    practice = create_practice(name="Bench").id
    studies = _filled(practice, count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = _radiologist(practice)
    case = f"{count} objects, {connection.vendor}"
    rows: list[dict[str, Any]] = []
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        for name, addresses in _questions(studies).items():
            spent, worked = _asked(client, addresses)
            rows += [_figure(f"{case}, {name}", f"p{share}", _quantile(spent, share)) for share in (50, 95)]
            rows.append(_figure(f"{case}, {name}", "p95, processor time", _quantile(worked, 95)))
    return rows


def _filled(practice: UUID, count: int) -> list[Study]:
    """Studies spread over ten years, of people who have two each; nothing is sealed, since no search opens it."""
    chance = random.Random(49)  # noqa: S311 -- reproducible rows, nothing secret
    studies = [
        Study(
            id=uuid7(), practice_id=practice, uid=f"2.25.{number + 10**30}",
            modalities=(kind := chance.choice(_KINDS))[0],
            description=kind[1], study_date=date(2016, 1, 1) + timedelta(days=chance.randrange(3650)),
            study_time=hour(chance.randrange(24), chance.randrange(60)), series_count=SERIES_OF_STUDY,
            instance_count=SERIES_OF_STUDY * OBJECTS_OF_SERIES, sealed=b"",
        )
        for number in range(max(count // (SERIES_OF_STUDY * OBJECTS_OF_SERIES), 1))
    ]  # fmt: skip
    people = [
        Subject(id=uuid7(), practice_id=practice, pseudonym=f"EPI{number:020d}", vault_id=uuid7(), sealed=b"")
        for number in range(-(-len(studies) // 2))
    ]
    for number, study in enumerate(studies):
        study.subject = people[number // 2]
    series = [
        Series(
            id=uuid7(), practice_id=practice, study=study, uid=f"{study.uid}.{number}", modality=study.modalities,
            number=number, description="axial", body_part="CHEST", instance_count=OBJECTS_OF_SERIES,
        )
        for study in studies
        for number in range(1, SERIES_OF_STUDY + 1)
    ]  # fmt: skip
    Subject.objects.bulk_create(people, batch_size=BATCH)
    Study.objects.bulk_create(studies, batch_size=BATCH)
    Series.objects.bulk_create(series, batch_size=BATCH)
    Instance.objects.bulk_create(_objects(practice, series), batch_size=BATCH)
    return studies


def _objects(practice: UUID, series: list[Series]) -> Iterator[Instance]:
    for one in series:
        for number in range(1, OBJECTS_OF_SERIES + 1):
            identity = uuid7()
            yield Instance(
                id=identity, practice_id=practice, series=one, uid=f"{one.uid}.{number}",
                sop_class="1.2.840.10008.5.1.4.1.1.2", transfer_syntax="1.2.840.10008.1.2.1", number=number, rows=512,
                columns=512, frames=1, mark=identity.bytes * 2, blob_id=uuid7(), stored_sha256="", size=1, sealed=b"",
            )  # fmt: skip


def _radiologist(practice: UUID) -> Client:
    create_user(practice_id=practice, username="bench", password=None, roles=["radiologist"])
    person = get_user_model().objects.get(username="bench")
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _questions(studies: list[Study]) -> dict[str, list[str]]:
    """What viewers and archives ask, `ROUNDS` times with other values."""
    chance = random.Random(7)  # noqa: S311 -- which ones are asked for
    some = [chance.choice(studies) for _ in range(ROUNDS)]
    month = [(one.study_date or date.min, timedelta(days=30)) for one in some]
    return {
        "newest 100 studies": [f"studies?limit=100&offset={number}" for number in range(ROUNDS)],
        "studies of a month": [f"studies?StudyDate={day:%Y%m%d}-{day + more:%Y%m%d}" for day, more in month],
        "studies of a patient": [f"studies?PatientID={one.subject.pseudonym}" for one in some],
        "studies by words and modality": [
            f"studies?StudyDescription=*{one.description[1:]}*&ModalitiesInStudy={one.modalities}&limit=100"
            for one in some
        ],
        "studies by part of a name that nobody has": [f"studies?PatientName=*{number}x*" for number in range(ROUNDS)],
        "series of a study": [f"studies/{one.uid}/series" for one in some],
        "series of a modality": [f"series?Modality={one.modalities}&limit=100" for one in some],
        "objects of a series": [f"studies/{one.uid}/series/{one.uid}.1/instances" for one in some],
        "object by its UID": [f"instances?SOPInstanceUID={one.uid}.1.7" for one in some],
        "objects of a modality": [f"instances?Modality={one.modalities}&limit=100" for one in some],
        "objects of a patient": [f"instances?PatientID={one.subject.pseudonym}" for one in some],
        "objects that nobody has": [f"instances?InstanceNumber={number + 9999}&limit=100" for number in range(ROUNDS)],
    }


def _asked(client: Client, addresses: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of each answer: elapsed, and processor time of this process, which a busy machine blurs less."""
    client.get(f"/dicom-web/{addresses[0]}")
    spent, worked = [], []
    for address in addresses:
        started, before = time.perf_counter(), time.process_time()
        answer = client.get(f"/dicom-web/{address}")
        spent.append((time.perf_counter() - started) * 1000)
        worked.append((time.process_time() - before) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
    return spent, worked


def _quantile(values: list[float], share: int) -> float:
    return statistics.quantiles(values, n=100)[share - 1]


def _figure(case: str, metric: str, value: float) -> dict[str, Any]:
    met = value <= TARGET_MS
    return {"case": case, "metric": metric, "unit": "ms", "value": round(value, 2), "target": TARGET_MS, "met": met}
