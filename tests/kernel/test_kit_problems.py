"""Errors: problem details for programs, a page or a note for people, the reference in the log for our own faults."""

import json
import logging

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from epione.kernel.context import Origin, origin
from epione.kernel.errors import Conflict, Expected, Invalid
from epione.kernel.http import problems

WHERE = Origin(correlation_id="01a1f8a1-d21a-7d65-9594-2bae7f3a20c1")


def answer(error: Expected, address: str, **headers: str) -> HttpResponse:
    request = RequestFactory().get(address, headers=headers)
    request.actor = None  # type: ignore[attr-defined]
    with origin(WHERE):
        return problems.problem(request, error)


def test_a_program_gets_problem_details() -> None:
    response = answer(Invalid({"weight": ["Too heavy."]}), "/api/v1/patients/")

    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert (body["status"], body["code"], body["instance"]) == (422, "invalid", "/api/v1/patients/")
    assert (body["errors"], body["correlation_id"]) == ({"weight": ["Too heavy."]}, WHERE.correlation_id)


def test_htmx_gets_a_note_at_the_head_of_the_page() -> None:
    response = answer(Conflict(), "/patients/", **{"HX-Request": "true"})

    assert (response.status_code, response["HX-Retarget"]) == (409, "#problem")
    assert "7F3A-20C1" in response.content.decode()
    assert "<html" not in response.content.decode()


def test_the_reference_is_the_end_of_the_correlation_id() -> None:
    with origin(WHERE):
        assert problems.reference() == "7F3A-20C1"
    assert problems.reference() == ""


def test_an_unexpected_error_is_logged_under_the_reference_that_the_page_shows(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.ERROR)
    request = RequestFactory().get("/crash/")
    request.actor = None  # type: ignore[attr-defined]
    with origin(WHERE):
        gone_on = problems.ProblemMiddleware(lambda _: HttpResponse()).process_exception(request, RuntimeError("x"))
        page = problems.unexpected(request)

    assert gone_on is None

    assert page.status_code == 500
    assert "7F3A-20C1" in page.content.decode()
    assert "7F3A-20C1" in caplog.text


@pytest.mark.django_db
def test_a_lost_page_and_a_refusal_are_pages_of_the_house(client: Client) -> None:
    lost = client.get("/nowhere/", headers={"accept-language": "fr"})
    lost_for_programs = client.get("/api/v1/nowhere/")

    assert lost.status_code == 404
    assert "Rien à cette adresse" in lost.content.decode()
    assert lost_for_programs["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_stale_form_says_what_to_do() -> None:
    refused = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"}, headers={"accept-language": "fr"})

    assert refused.status_code == 403
    assert "rechargez la page" in refused.content.decode()
