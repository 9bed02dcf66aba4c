"""The bell, the list, the preferences, the API."""

import pytest

from epione.identity.domain.roles import ROLES, permits
from epione.ledger.models import Entry
from epione.notifications.models import Notification

from .conftest import KIND

pytestmark = pytest.mark.django_db
API = "/api/v1/notifications"


@pytest.fixture
def camille(actor):
    return actor()


@pytest.fixture
def browser(client_as, camille):
    return client_as(by=camille)


@pytest.mark.parametrize(("language", "said"), [("fr", "Tout marquer comme lu"), ("en", "Mark all as read")])
def test_the_list_opens_in_both_languages(browser, camille, tell, language, said):
    tell(camille)
    page = browser.get("/notifications/", headers={"accept-language": language}).content.decode()
    assert said in page
    assert "Result of VASSEUR Jeanne" in page


def test_the_bell_counts_what_is_unread(browser, camille, tell):
    assert 'class="dot"' not in browser.get("/notifications/").content.decode()
    tell(camille)
    tell(camille)
    assert '<span class="dot" aria-hidden="true">2</span>' in browser.get("/").content.decode()


def test_following_one_reads_it_and_leads_where_it_says(browser, camille, tell):
    tell(camille)
    (row,) = Notification.objects.all()
    answer = browser.get(f"/notifications/{row.id}/")
    assert (answer.status_code, answer["Location"]) == (302, "/patients/")
    assert "notifications.open" in Entry.objects.values_list("action", flat=True)
    page = browser.get("/notifications/?view=unread", headers={"accept-language": "en"}).content.decode()
    assert "No notification fits this choice." in page


def test_one_and_all_are_marked_as_read(browser, camille, tell):
    tell(camille)
    tell(camille)
    first = Notification.objects.order_by("id")[0]
    browser.post(f"/notifications/{first.id}/read/")
    assert Notification.objects.filter(read_at=None).count() == 1
    browser.post("/notifications/read/")
    assert Notification.objects.filter(read_at=None).count() == 0


def test_the_kind_filters(browser, camille, tell):
    tell(camille)
    assert "Result of" in browser.get(f"/notifications/?kind={KIND.key}").content.decode()
    assert "Result of" in browser.get("/notifications/?kind=nothing&page=x").content.decode()


def test_another_person_and_another_practice_find_nothing(client_as, camille, tell, other_practice):
    tell(camille)
    (row,) = Notification.objects.all()
    for stranger in (client_as(), client_as("admin", practice=other_practice)):
        assert "Result of" not in stranger.get("/notifications/").content.decode()
        assert stranger.get(f"/notifications/{row.id}/").status_code == 404
        assert stranger.post(f"/notifications/{row.id}/read/").status_code == 404
        assert stranger.get(f"{API}/history").json()["items"] == []


def test_preferences_are_saved_from_the_page(browser, camille, tell, mail_server):
    page = browser.get("/notifications/preferences/").content.decode()
    assert "tests.result:mail" in page
    browser.post("/notifications/preferences/", {"wanted": ["tests.result:mail"]})
    (told,) = [one for one in browser.get(f"{API}/preferences").json()["preferences"] if one["kind"] == "tests.result"]
    assert (told["screen"], told["mail"]) == (False, True)


def test_without_a_mail_server_no_mail_is_offered(browser):
    assert ":mail" not in browser.get("/notifications/preferences/").content.decode()
    assert browser.get(f"{API}/preferences").json()["mail_available"] is False


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_message_is_sent_by_those_who_may(client_as, camille, role):
    body = {"text": "Réunion à midi", "user_ids": [str(camille.id)], "level": "important"}
    answer = client_as(role).post(f"{API}/send", body, content_type="application/json")
    assert answer.status_code == (201 if permits([role], "notifications:write") else 403)


def test_the_history_is_said_by_pages(browser, camille, tell):
    for _ in range(3):
        tell(camille)
    answer = browser.get(f"{API}/history?size=2").json()
    assert (len(answer["items"]), answer["total"], answer["unread"]) == (2, 3, 3)
    assert answer["items"][0]["link"] == "/patients/"


def test_preferences_are_put_and_said_back(browser):
    body = {"preferences": [{"kind": "tests.result", "screen": False}]}
    answer = browser.put(f"{API}/preferences", body, content_type="application/json")
    assert answer.status_code == 200
    assert {one["kind"]: one["screen"] for one in answer.json()["preferences"]}["tests.result"] is False
    body = {"preferences": [{"kind": "identity.glass_broken", "screen": False}]}
    assert browser.put(f"{API}/preferences", body, content_type="application/json").status_code == 422
