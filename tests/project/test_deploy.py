"""The shipped deployment files say what the documents promise."""

import re
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import REGISTRY

from epione.project import health, metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
PROMISED = {"high_error_rate", "slow_queries", "disk_space_low", "security_breach_attempt", "compliance_violation"}


def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"][0][
        "rules"
    ]
    return found


def test_every_promised_alert_has_a_rule() -> None:
    assert {rule["alert"] for rule in rules()} >= PROMISED


def test_every_rule_stands_on_a_metric_that_exists(db: None) -> None:
    assert health.CHECKS
    metrics.slow_queries.inc(0)
    metrics.refusals.labels(kind="lockout").inc(0)
    known = {sample.name for family in REGISTRY.collect() for sample in family.samples}
    known |= {
        "epione_ledger_faults",
        "epione_ledger_verified_seconds",
        "epione_event_deliveries",
        "epione_job_lag_seconds",
    }
    used = {name for rule in rules() for name in re.findall(r"epione_\w+", rule["expr"])}

    assert used <= known


def test_the_proxies_speak_tls_1_3_only() -> None:
    nginx = (DEPLOY / "proxy" / "nginx.conf").read_text()
    caddy = (DEPLOY / "proxy" / "Caddyfile").read_text()

    assert re.findall(r"ssl_protocols (.*);", nginx) == ["TLSv1.3"]
    assert re.findall(r"protocols (.*)", caddy) == ["tls1.3 tls1.3"]


def test_the_compose_file_starts_every_role() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]

    assert services["web"]["command"][:3] == ["run", "--role", "web"]
    assert services["worker"]["command"] == ["run", "--role", "worker"]
    assert "ports" not in services["web"]
