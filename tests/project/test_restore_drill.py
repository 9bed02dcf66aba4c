"""The restore drill: a new machine, a backup and the file of keys, nothing else."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

pytestmark = pytest.mark.slow

CARE = """
import django; django.setup()
from uuid import UUID
from django.db import transaction
from epione.kernel.actor import Actor, ActorKind
from epione.kernel.crypto import Erased, Place, forget_subject, seal_text, unseal_text
from epione.kernel.storage import open_blob, put_blob
from epione.kernel.models import Blob
from epione.ledger.public import AuditFilter, entries, record
P, KEPT, GONE = UUID(int=1), UUID(int=2), UUID(int=3)
me = Actor(UUID(int=4), ActorKind.PERSON, P, frozenset({"pharmacist"}), "Camille")
def place(who): return Place(P, who, "patients_patient", who, "name")
def sees(who):
    shown = entries(by=me, filters=AuditFilter(patient_id=who, action="patients.create")).items[0]
    return shown.after["name"] if shown.after else shown.missing
"""

CREATE = """
with transaction.atomic():
    for who, name in ((KEPT, "DURAND"), (GONE, "MARTIN")):
        record(action="patients.create", by=me, entity=("patient", who), patient_id=who, after={"name": name})
        put_blob(practice_id=P, subject_id=who, kind="letter", content=name.encode() * 100_000)
"""

ERASE = """
with transaction.atomic():
    record(action="patients.erase", by=me, entity=("patient", GONE), patient_id=GONE)
    forget_subject(P, GONE)
"""

READ = """
import json
files = {str(b.subject_id): b for b in Blob.objects.all()}
letter = open_blob(practice_id=P, subject_id=KEPT, blob_id=files[str(KEPT)].id)
try:
    open_blob(practice_id=P, subject_id=GONE, blob_id=files[str(GONE)].id); gone = "read"
except Erased:
    gone = "erased"
print(json.dumps({"kept": sees(KEPT), "gone": sees(GONE), "letter": letter[:6].decode(), "gone_letter": gone}))
"""


def own_database() -> str:
    """The address of a new database on the engine that the suite runs on; empty for the SQLite file of the home."""
    found = settings.DATABASES["default"]
    if not found["ENGINE"].endswith("postgresql"):
        return ""
    import psycopg

    where = f"{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}"
    name = f"drill_{uuid4().hex[:12]}"
    with psycopg.connect(f"postgresql://{where}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql://{where}/{name}"


class Machine:
    """An installation with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._database = own_database()

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("EPIONE_") and k != "DATABASE_URL"}
        environment |= {"EPIONE_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "epione.project.settings"}
        environment |= {"EPIONE_DATABASE_URL": self._database}
        environment["PYTHONPATH"] = str(Path(__file__).parents[2] / "src")
        return subprocess.run(
            [sys.executable, *command],
            env=environment,
            cwd=self.home.parent,
            capture_output=True,
            text=True,
            check=False,
        )

    def epione(self, *arguments: str) -> tuple[int, str]:
        done = self._run("-m", "epione", *arguments)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    def does(self, code: str) -> str:
        done = self._run("-c", CARE + code)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A day of care: two patients, a backup, one of them erased, the keys copied, another backup."""
    folder = tmp_path_factory.mktemp("drill")
    machine = Machine(folder / "first")
    assert machine._run("-m", "django", "migrate", "--skip-checks", "-v0").returncode == 0
    machine.does(CREATE)
    code, said = machine.epione("keys", "backup", str(folder / "early-keys.json"))
    assert code == 0, said
    assert machine.epione("backup", "create")[0] == 0
    machine.does(ERASE)
    assert machine.epione("keys", "backup", str(folder / "keys.json"))[0] == 0
    assert machine.epione("backup", "create")[0] == 0
    return machine


def backups(machine: Machine) -> list[Path]:
    return sorted((machine.home / "backups").iterdir())


def test_a_new_machine_restores_everything_from_backup_and_keys_alone(first: Machine, tmp_path: Path) -> None:
    keys = str(first.home.parent / "keys.json")
    moved = tmp_path / backups(first)[0].name
    shutil.copy(backups(first)[0], moved)
    second = Machine(tmp_path / "second")
    code, said = second.epione("backup", "restore", str(moved))
    assert (code, "epione keys restore" in said) == (1, True)
    code, said = second.epione("backup", "restore", str(moved), "--keys", keys)
    assert (code, "The ledger verifies." in said, "1 erased persons stay erased" in said) == (0, True, True), said
    found = json.loads(second.does(READ))
    assert found == {"kept": "DURAND", "gone": "erased", "letter": "DURAND", "gone_letter": "erased"}
    assert second.epione("ledger", "verify")[0] == 0
    code, said = second.epione("backup", "restore", str(moved))
    assert (code, "there is a record here already" in said) == (1, True)


def test_erasures_known_to_a_newer_backup_are_replayed(first: Machine, tmp_path: Path) -> None:
    keys = str(first.home.parent / "early-keys.json")
    second = Machine(tmp_path / "second")
    code, said = second.epione("backup", "restore", str(backups(first)[0]), "--keys", keys)
    assert (code, "1 erased persons stay erased" in said) == (0, True), said
    assert json.loads(second.does(READ))["gone"] == "erased"


def test_a_damaged_backup_restores_nothing(first: Machine, tmp_path: Path) -> None:
    raw = bytearray(backups(first)[0].read_bytes())
    raw[-1000] ^= 1
    path = tmp_path / "damaged.epione-backup"
    path.write_bytes(bytes(raw))
    second = Machine(tmp_path / "second")
    code, said = second.epione("backup", "restore", str(path), "--keys", str(first.home.parent / "keys.json"))
    assert (code, "it is damaged" in said) == (1, True), said
    assert not (second.home / "blobs").exists()
    assert not (second.home / "epione.sqlite3").exists() or (second.home / "epione.sqlite3").stat().st_size == 0
