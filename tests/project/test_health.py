"""Health and metrics: what a load balancer, a monitor and a stranger may learn."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from epione.kernel.clock import now
from epione.kernel.models.jobs import Job
from epione.project import health


def test_a_healthy_installation_is_ready(client: Client, db: None) -> None:
    for address in ("/health", "/health/ready"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "ready",
            "checks": dict.fromkeys(["database", "ledger", "keys", "worker", "disk"], "ok"),
        }


def test_a_process_that_cannot_serve_still_says_that_it_lives(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setitem(health.CHECKS, "database", lambda: False)

    assert client.get("/health/live").json() == {"status": "alive"}


@pytest.mark.parametrize("name", ["database", "keys", "disk"])
def test_one_failing_check_makes_it_not_ready_and_names_itself_only(
    name: str, client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> bool:
        raise OSError("/secret/path")

    monkeypatch.setitem(health.CHECKS, name, fail)
    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["checks"][name] == "failing"
    assert b"secret" not in answer.content


def test_a_job_that_nobody_takes_makes_it_not_ready(client: Client, db: None) -> None:
    Job.objects.create(task="any.task", run_after=now() - timedelta(minutes=6))

    assert client.get("/health/ready").json()["checks"]["worker"] == "failing"


def test_metrics_show_jobs_to_this_machine(client: Client, db: None) -> None:
    Job.objects.create(task="any.task", run_after=now() - timedelta(seconds=90))
    text = client.get("/metrics").content.decode()

    assert 'epione_jobs{state="queued"} 1.0' in text
    assert "epione_database_up 1.0" in text
    lag = next(line for line in text.splitlines() if line.startswith("epione_job_lag_seconds "))
    assert 90 <= float(lag.split()[1]) < 120


def test_strangers_do_not_see_metrics_without_the_token(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere: dict[str, Any] = {"REMOTE_ADDR": "192.0.2.7"}

    assert client.get("/metrics", **elsewhere).status_code == 403
    assert client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 403
    assert client.get("/metrics", headers={"authorization": "Bearer "}, **elsewhere).status_code == 403


def test_a_monitor_elsewhere_shows_its_token(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_METRICS_TOKEN", "correct")
    elsewhere: dict[str, Any] = {"REMOTE_ADDR": "192.0.2.7"}

    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}, **elsewhere).status_code == 403
    assert client.get("/metrics", headers={"authorization": "Bearer correct"}, **elsewhere).status_code == 200
