"""`epione check`: what it finds, what it says to do, and its exit code."""

import json
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from epione.kernel.clock import now
from epione.kernel.models.jobs import Job
from epione.project import diagnosis, transport
from epione.project.diagnosis import Finding, Level, Profile

Settings = Any


@pytest.fixture
def home(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.chmod(0o700)
    settings.HOME = tmp_path
    for name in [name for name in os.environ if name.startswith("EPIONE_") and name != "EPIONE_DATABASE_URL"]:
        monkeypatch.delenv(name)
    return tmp_path


def found(findings: Iterator[Finding], *, check: str) -> list[Level]:
    return [one.level for one in findings if one.check == check]


def test_debug_is_never_accepted(home: Path, settings: Settings) -> None:
    settings.DEBUG = True

    assert found(diagnosis.configuration(Profile.LOCAL), check="debug") == [Level.FAILURE]


def test_the_demo_is_for_one_pc(home: Path, settings: Settings) -> None:
    settings.DEMO = True

    assert found(diagnosis.configuration(Profile.LOCAL), check="demo") == [Level.WARNING]
    assert found(diagnosis.configuration(Profile.SERVER), check="demo") == [Level.FAILURE]


@pytest.mark.parametrize(
    ("secret", "level"), [("short", Level.FAILURE), ("a" * 60, Level.FAILURE), ("abcdefghij" * 5, Level.OK)]
)
def test_a_weak_secret_is_found(secret: str, level: Level, home: Path, settings: Settings) -> None:
    settings.SECRET_KEY = secret

    assert found(diagnosis.configuration(Profile.LOCAL), check="secret") == [level]


def test_a_home_that_others_can_read_is_found(home: Path) -> None:
    assert found(diagnosis.configuration(Profile.LOCAL), check="home") == [Level.OK]
    home.chmod(0o755)
    assert found(diagnosis.configuration(Profile.LOCAL), check="home") == [Level.FAILURE]


def test_a_key_file_that_others_can_read_is_found(home: Path) -> None:
    (home / "keys").mkdir()
    key = home / "keys" / "other.json"
    key.write_text("{}")
    key.chmod(0o644)

    texts = [one.text for one in diagnosis.keys(Profile.LOCAL) if one.level is Level.FAILURE]
    assert texts == [f"Others may read {key}: chmod 600."]


def test_a_server_must_encrypt_its_transport(home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(diagnosis.transport(Profile.LOCAL), check="tls") == [Level.OK]
    assert found(diagnosis.transport(Profile.SERVER), check="tls") == [Level.FAILURE]
    monkeypatch.setenv("EPIONE_TLS", "1")
    assert found(diagnosis.transport(Profile.SERVER), check="tls") == [Level.FAILURE]
    monkeypatch.setenv("EPIONE_PROXIES", "10.0.0.1")
    assert found(diagnosis.transport(Profile.SERVER), check="tls") == [Level.OK]


def test_a_pc_open_to_its_network_must_encrypt_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_HOST", "0.0.0.0")

    assert found(diagnosis.transport(Profile.LOCAL), check="tls") == [Level.FAILURE]


def test_a_certificate_that_cannot_be_read_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_TLS_CERT", str(home / "none.pem"))
    monkeypatch.setenv("EPIONE_TLS_KEY", str(home / "none.key"))

    assert found(diagnosis.transport(Profile.SERVER), check="certificate") == [Level.FAILURE]


def test_work_that_waits_or_died_is_found(home: Path, db: None) -> None:
    assert {one.level for one in diagnosis.work(Profile.LOCAL)} == {Level.OK}
    Job.objects.create(task="a", run_after=now() - timedelta(hours=1))
    Job.objects.create(task="b", state="dead", finished_at=now())

    assert [one.text.split(" ")[0:2] for one in diagnosis.work(Profile.LOCAL)] == [["1", "jobs"], ["1", "jobs"]]


def test_each_anchor_is_asked_and_one_that_is_away_is_a_warning(
    home: Path, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(diagnosis.ledger(Profile.LOCAL), check="anchors") == [Level.OK]
    assert found(diagnosis.ledger(Profile.SERVER), check="anchors") == [Level.OK, Level.WARNING]
    monkeypatch.setenv("EPIONE_ANCHORS", "disk:,ipfs://127.0.0.1:9?timeout=1")
    findings = [one for one in diagnosis.ledger(Profile.SERVER) if one.check == "anchors"]
    assert [one.level for one in findings] == [Level.OK, Level.WARNING, Level.OK]
    assert findings[1].text.startswith("ipfs: http://127.0.0.1:9: no answer to version")


def test_a_pretended_blockchain_is_refused(home: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLOCKCHAIN_TYPE", "mock")

    [finding] = diagnosis.ledger(Profile.LOCAL)
    assert (finding.check, finding.level) == ("anchors", Level.FAILURE)
    assert "proves nothing" in finding.text


def test_backups_must_be_of_yesterday_at_most(home: Path) -> None:
    assert found(diagnosis.backups(Profile.LOCAL), check="backups") == [Level.WARNING]
    assert found(diagnosis.backups(Profile.SERVER), check="backups") == [Level.FAILURE]
    made = home / "backups" / "epione-20261120T020000Z.epione-backup"
    made.parent.mkdir()
    made.touch()
    assert found(diagnosis.backups(Profile.SERVER), check="backups") == [Level.OK]
    old = now().timestamp() - 27 * 3600
    os.utime(made, (old, old))
    assert found(diagnosis.backups(Profile.SERVER), check="backups") == [Level.FAILURE]


def test_a_cluster_names_all_it_shares(home: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["EPIONE_BROKER_URL", "EPIONE_CACHE_URL", "EPIONE_STORAGE_URL", "EPIONE_METRICS_TOKEN"]
    assert found(diagnosis.work(Profile.CLUSTER), check="cluster") == [Level.FAILURE] * 4
    for name in names:
        monkeypatch.setenv(name, "set")
    assert found(diagnosis.work(Profile.CLUSTER), check="cluster") == [Level.OK] * 4


def test_a_closed_address_is_said_to_be_closed() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(transport.Refusal):
        transport.accepts_tls_1_2(f"https://127.0.0.1:{port}")


@pytest.mark.parametrize("old_accepted", [True, False])
def test_tls_1_2_is_tried_on_the_public_address(
    old_accepted: bool, tmp_path: Path, tls_files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls_files)
    context.minimum_version = ssl.TLSVersion.TLSv1_2 if old_accepted else ssl.TLSVersion.TLSv1_3
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        raw, _ = server.accept()
        try:
            context.wrap_socket(raw, server_side=True).close()
        except OSError:
            raw.close()

    thread = threading.Thread(target=answer)
    thread.start()
    accepted = transport.accepts_tls_1_2(f"https://127.0.0.1:{server.getsockname()[1]}")
    thread.join()
    server.close()

    assert accepted is old_accepted


@pytest.mark.slow
def test_the_command_prints_json_and_fails_when_something_does(tmp_path: Path) -> None:
    from tests.kernel.server import EPIONE, environment

    env = environment(tmp_path)
    subprocess.run([*EPIONE, "prepare"], env=env, check=True, capture_output=True, timeout=120)
    command = [*EPIONE, "check", "--format", "json"]
    local = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    server = subprocess.run(
        [*command, "--profile", "server"], env=env, capture_output=True, text=True, timeout=120, check=False
    )

    assert (local.returncode, json.loads(local.stdout)["sound"]) == (0, True)
    assert (server.returncode, json.loads(server.stdout)["sound"]) == (1, False)
    assert {one["check"] for one in json.loads(server.stdout)["findings"]} >= {
        "debug",
        "keys",
        "ledger",
        "tls",
        "backups",
    }
