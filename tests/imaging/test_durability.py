"""Kills without warning during an import: what was acknowledged is there, whole, and proved; the rest comes in again."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.imaging.synthetic import series
from tests.kernel.server import environment, script

pytestmark = pytest.mark.slow
FILES = 32
KILLS = 2
SET_UP = """
import django
django.setup()
from django.core.management import call_command
from epione.identity.public import create_practice
call_command("migrate", verbosity=0)
print(create_practice(name="Cabinet").id)
"""
HEAD = """
import pathlib, sys, django
django.setup()
from uuid import UUID
from epione.identity.public import service_actor
by = service_actor(UUID(sys.argv[1]), "import", roles=frozenset({"radiologist"}))
"""
RECEIVE = (
    HEAD
    + """
from epione.imaging.services import receive
paths = sorted(pathlib.Path(sys.argv[2]).iterdir())
for start in range(0, len(paths), 4):
    for outcome in receive(contents=[path.read_bytes() for path in paths[start : start + 4]], source="folder", by=by):
        print(outcome.how, outcome.sop_uid, outcome.stored_sha256, flush=True)
"""
)
CHECK = (
    HEAD
    + """
from epione.imaging.models import Instance, Study
from epione.imaging.services import open_object
from epione.kernel.models.blobs import Blob
from epione.kernel.storage.blobs import name_of, store
from epione.ledger.public import sequence, verify
sequence()
kept = set(store().names())
assert all(name_of(blob) in kept for blob in Blob.objects.values_list("id", flat=True)), "a row without its file"
for row in Instance.objects.all():
    assert b"".join(open_object(instance_id=row.id, by=by))[128:132] == b"DICM"
    assert row.entry_id is not None
    print(row.uid, row.stored_sha256)
assert Study.objects.get().instance_count == Instance.objects.count()
sequence()
assert verify().sound
"""
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An installation with an empty database, on each engine."""
    server = os.environ.get("EPIONE_TEST_POSTGRES_URL")
    if request.param == "postgresql" and not server:
        pytest.skip("EPIONE_TEST_POSTGRES_URL names no server: `make test` starts one")
    more: dict[str, str] = {}
    if request.param == "postgresql":
        import psycopg

        name = f"images_{uuid4().hex}"
        with psycopg.connect(str(server), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        more["EPIONE_DATABASE_URL"] = urlsplit(str(server))._replace(path=f"/{name}").geturl()
    (tmp_path / "home").mkdir()
    return environment(tmp_path / "home", **more)


def killed_after(count: int, command: list[str], env: dict[str, str]) -> list[str]:
    """What was acknowledged until the kill; all of it when the end came first."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told: list[str] = []
    for line in process.stdout:
        told.append(line)
        if len(told) == count:
            process.kill()
            break
    told += process.stdout.readlines()  # acknowledged before the kill was felt
    process.wait()
    return told


def test_nothing_that_was_acknowledged_is_lost(installation: dict[str, str], tmp_path: Path) -> None:
    practice = script(SET_UP, env=installation).split()[-1]
    folder = tmp_path / "files"
    folder.mkdir()
    for number, content in enumerate(series(FILES)):
        (folder / f"{number:03}").write_bytes(content)
    command = [sys.executable, "-c", RECEIVE, practice, str(folder)]
    moments = random.Random(20261120)
    acknowledged: set[str] = set()
    for _kill in range(KILLS):
        told = killed_after(moments.randrange(1, FILES - 1), command, installation)
        acknowledged |= {line.split(" ", 1)[1].strip() for line in told}
        there = set(script(CHECK, practice, env=installation).splitlines())
        assert acknowledged <= there
    told = killed_after(FILES + 1, command, installation)
    assert len(told) == FILES
    there = set(script(CHECK, practice, env=installation).splitlines())
    assert {line.split(" ", 1)[1].strip() for line in told} == there
    assert len(there) == FILES
