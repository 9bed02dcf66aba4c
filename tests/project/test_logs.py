"""Log lines: one JSON object, correlated, without what could identify a patient."""

import json
import logging
from io import StringIO
from typing import Any

import pytest
import structlog

from epione.kernel.context import Origin, origin
from epione.project.logs import LOGGING


@pytest.fixture
def lines() -> Any:
    """Everything that is logged, as it is written."""
    output = StringIO()
    handler = logging.StreamHandler(output)
    facts = LOGGING["formatters"]["json"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=facts["processors"], foreign_pre_chain=facts["foreign_pre_chain"]
        )
    )
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in output.getvalue().splitlines()]
    root.removeHandler(handler)


def fail() -> None:
    name = "Madame Dupont"
    raise ValueError(f"no such patient: {name}")


def test_a_line_says_when_how_grave_and_for_which_request(lines: Any) -> None:
    with origin(Origin(correlation_id="c-42")):
        structlog.get_logger("test").warning("something.happened", number=3)

    (line,) = lines()
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "something.happened",
        "level": "warning",
        "logger": "test",
        "number": 3,
        "correlation_id": "c-42",
    }


def test_a_fault_is_told_by_kind_and_place_without_its_message(lines: Any) -> None:
    try:
        fail()
    except ValueError:
        structlog.get_logger("test").exception("job.failed")

    (line,) = lines()
    assert [one["kind"] for one in line["exception"]] == ["ValueError"]
    assert line["exception"][0]["at"][-1].endswith(" fail")
    assert "Dupont" not in json.dumps(line)


def test_the_causes_of_a_fault_are_told_too(lines: Any) -> None:
    try:
        try:
            fail()
        except ValueError as error:
            raise LookupError("Dupont") from error
    except LookupError:
        structlog.get_logger("test").exception("job.failed")

    assert [one["kind"] for one in lines()[0]["exception"]] == ["LookupError", "ValueError"]
    assert "Dupont" not in json.dumps(lines())


def test_faults_told_by_other_packages_lose_their_message_too(lines: Any) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("other.package").exception("It failed")

    (line,) = lines()
    assert (line["event"], line["level"]) == ("It failed", "error")
    assert "Dupont" not in json.dumps(line)


def test_queries_are_never_logged(lines: Any) -> None:
    logging.getLogger("django.db.backends").warning("SELECT * FROM patients WHERE name = %s", "Dupont")

    assert lines()[0]["event"] == "database"
