"""The treatment API: lines, pages of lines, versions, refusals."""

from uuid import uuid4

import pytest

from epione.kernel.clock import today

pytestmark = pytest.mark.django_db
BASE = "/api/v1/prescriptions"


@pytest.fixture
def lines_of(jeanne):
    return f"{BASE}/patients/{jeanne.id}/lines"


def send(browser, method, url, body=None):
    return getattr(browser, method)(url, body, content_type="application/json")


def test_lines_are_added_together_and_listed_by_pages(browser, lines_of):
    body = [{"written": "amlodipine 5 mg", "inn": "amlodipine", "posology": "1-0-1"}, {"written": "tisane"}]
    added = send(browser, "post", lines_of, body)
    assert added.status_code == 201
    first = added.json()[0]
    assert (first["moments"], first["daily_mg"], first["status"]) == ([1, 0, 1, 0], 10, "substance")
    page = browser.get(f"{lines_of}?size=1&page=2").json()
    assert (page["total"], page["page"], page["size"], len(page["items"])) == (2, 2, 1, 1)
    assert page["items"][0]["status"] == "unknown"
    assert browser.get(f"{lines_of}?size=0").status_code == 422


def test_all_or_none(browser, lines_of):
    body = [{"written": "amlodipine"}, {"written": "ramipril", "start": "2026-02-01", "end": "2026-01-01"}]
    refused = send(browser, "post", lines_of, body)
    assert refused.status_code == 422
    assert "end" in refused.json()["errors"]
    assert browser.get(f"{lines_of}?state=all").json()["total"] == 0


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"written": "  "}, "written"),
        ({"written": "x", "posology": "comme avant"}, "posology"),
        ({"written": "x", "dose_value": 0, "dose_unit": "mg"}, "dose_value"),
        ({"written": "x", "dose_value": -2, "dose_unit": "mg"}, "dose_value"),
        ({"written": "x", "dose_value": 2}, "dose_unit"),
        ({"written": "x", "per_day": 99}, "per_day"),
    ],
)
def test_what_cannot_be_kept_is_named(browser, lines_of, line, field):
    refused = send(browser, "post", lines_of, [line])
    assert refused.status_code == 422
    assert field in refused.json()["errors"]


def test_a_change_needs_the_version_that_was_seen(browser, lines_of):
    line = send(browser, "post", lines_of, [{"written": "amlodipine", "posology": "1-0-0"}]).json()[0]
    url = f"{BASE}/lines/{line['id']}"
    changed = send(browser, "put", url, {"written": "amlodipine", "posology": "0-0-1", "version": line["version"]})
    assert changed.status_code == 200
    late = send(browser, "put", url, {"written": "amlodipine", "posology": "2-0-0", "version": line["version"]})
    assert late.status_code == 409
    assert late.json()["code"] == "line-changed"
    assert late.json()["current"]["posology"] == "0-0-1"
    assert late.json()["version"] == changed.json()["version"]
    assert [v["posology"] for v in browser.get(f"{url}/history").json()] == ["0-0-1", "1-0-0"]


def test_stop_remove_restore(browser, lines_of):
    line = send(browser, "post", lines_of, [{"written": "amlodipine", "start": "2026-01-01"}]).json()[0]
    url = f"{BASE}/lines/{line['id']}"
    stopped = send(browser, "post", f"{url}/stop", {"on": "2026-02-01"}).json()
    assert stopped["end"] == "2026-02-01"
    assert browser.get(lines_of).json()["total"] == 0
    assert browser.get(f"{lines_of}?state=past").json()["total"] == 1
    assert browser.delete(f"{url}?version={line['version']}").status_code == 409
    assert browser.delete(url).status_code == 204
    assert browser.get(url).status_code == 404
    assert send(browser, "post", f"{url}/restore").status_code == 200
    assert browser.get(url).json()["end"] == "2026-02-01"


def test_the_validation_is_dated_and_falls_with_a_change(browser, lines_of, jeanne, pharmacist):
    send(browser, "post", lines_of, [{"written": "amlodipine"}])
    validated = send(browser, "post", f"{BASE}/patients/{jeanne.id}/validate").json()
    assert validated["validated_by"] == str(pharmacist.id)
    assert validated["validated_at"].startswith(today().isoformat()[:4])
    send(browser, "post", lines_of, [{"written": "ramipril"}])
    assert browser.get(lines_of).json()["validated_at"] is None


def test_a_posology_is_read(browser):
    read = browser.get(f"{BASE}/posology", {"text": "½ cp le soir"}).json()
    assert (read["dose_value"], read["moments"], read["daily_units"]) == (0.5, [0, 0, 0.5, 0], 0.5)
    assert browser.get(f"{BASE}/posology", {"text": "bof"}).json()["unread"] == "bof"


def test_another_practice_and_unknown_ids_find_nothing(client_as, other_practice, browser, lines_of):
    line = send(browser, "post", lines_of, [{"written": "amlodipine"}]).json()[0]
    stranger = client_as("pharmacist", practice=other_practice)
    url = f"{BASE}/lines/{line['id']}"
    answers = [
        stranger.get(lines_of),
        send(stranger, "post", lines_of, [{"written": "x"}]),
        stranger.get(url),
        send(stranger, "put", url, {"written": "x", "version": line["version"]}),
        stranger.delete(url),
        stranger.get(f"{url}/history"),
        browser.get(f"{BASE}/lines/{uuid4()}"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7


@pytest.mark.parametrize(
    ("role", "read", "write"),
    [("physician", 200, 201), ("nurse", 403, 403), ("secretary", 403, 403), ("auditor", 403, 403), ("admin", 403, 403)],
)
def test_each_role_has_its_rights(client_as, lines_of, role, read, write):
    client = client_as(role)
    assert client.get(lines_of).status_code == read
    assert send(client, "post", lines_of, [{"written": "x"}]).status_code == write


def test_a_stranger_must_sign_in(client, lines_of):
    assert client.get(lines_of).status_code == 401
