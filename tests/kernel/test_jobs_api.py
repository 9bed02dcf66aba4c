"""Jobs on the API."""

from collections.abc import Iterator
from typing import Any

import pytest

from epione.kernel.ids import uuid7
from epione.kernel.jobs import enqueue, registry, run_pending


@pytest.fixture(autouse=True)
def work() -> Iterator[None]:
    registry.task("test.api")(lambda progress, *, practice_id, n: {"n": n})
    yield
    registry.TASKS.pop("test.api")


def add(by: Any) -> str:
    return str(enqueue("test.api", practice_id=by.practice_id, by=by, payload={"n": 3}))


def test_the_one_who_asked_sees_the_job_end(actor: Any, client_as: Any) -> None:
    by = actor()
    browser = client_as(by=by)
    job = add(by)

    assert browser.get(f"/api/v1/jobs/{job}").json()["state"] == "queued"
    run_pending()
    answer = browser.get(f"/api/v1/jobs/{job}").json()
    assert (answer["id"], answer["state"], answer["result"]) == (job, "done", {"n": 3})
    assert "by" not in answer


def test_a_stranger_is_asked_to_sign_in(client: Any, actor: Any) -> None:
    assert client.get(f"/api/v1/jobs/{add(actor())}").status_code == 401


def test_another_practice_does_not_see_it(actor: Any, client_as: Any, other_practice: Any) -> None:
    job = add(actor())
    elsewhere = client_as(by=actor("admin", practice=other_practice))

    assert elsewhere.get(f"/api/v1/jobs/{job}").status_code == 404
    assert elsewhere.get(f"/api/v1/jobs/{job}/events").status_code == 404
    assert elsewhere.post(f"/api/v1/jobs/{job}/cancel").status_code == 404


def test_a_job_that_does_not_exist_is_a_problem_with_a_sentence(client_as: Any) -> None:
    answer = client_as().get(f"/api/v1/jobs/{uuid7()}")

    assert (answer.status_code, answer["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("role", "same_person", "status"), [("nurse", True, 200), ("nurse", False, 403), ("admin", False, 200)]
)
def test_who_asked_or_an_administrator_may_stop_it(
    role: str, same_person: bool, status: int, actor: Any, client_as: Any
) -> None:
    by = actor(role)
    job = add(by if same_person else actor())
    answer = client_as(by=by).post(f"/api/v1/jobs/{job}/cancel")

    assert answer.status_code == status
    assert run_pending() == (0 if status == 200 else 1)
