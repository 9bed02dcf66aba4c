"""The billing pages."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from epione.billing.public import State, bill_step, bills
from epione.billing.queries import own
from epione.identity.domain.roles import ROLES, permits

from .conftest import programme_of

pytestmark = pytest.mark.django_db
NBSP = "\u00a0"


@pytest.fixture
def browser(client_as, pharmacist):
    return client_as(by=pharmacist)


@pytest.fixture
def bill(first_year, pharmacist):
    return bill_step(programme=first_year, step="collection", by=pharmacist)


@pytest.mark.parametrize(("language", "said"), [("fr", "À facturer"), ("en", "To invoice")])
def test_pages_open_in_both_languages(browser, bill, language, said):
    page = browser.get("/billing/", headers={"accept-language": language})
    assert page.status_code == 200
    assert said in page.content.decode()
    assert browser.get("/billing/tariffs/", headers={"accept-language": language}).status_code == 200


@pytest.mark.parametrize("role", sorted(ROLES))
def test_billing_opens_to_those_who_bill(client_as, role):
    expected = 200 if permits([role], "billing:read") else 403
    browser = client_as(role)
    for path in ("/billing/", "/billing/tariffs/", "/billing/export/"):
        assert browser.get(path).status_code == expected


def test_the_list_shows_patient_amount_and_what_is_to_check(browser, bill):
    page = browser.get("/billing/").content.decode()
    assert "VASSEUR Jeanne" in page
    assert f"15,00{NBSP}€" in page
    assert "À vérifier sur ameli" in page
    assert "transmi" not in page.lower()


def test_a_state_changes_from_the_list(browser, bill, pharmacist):
    assert browser.post(f"/billing/{bill.id}/move/", {"to": "invoiced"}).status_code == 302
    assert bills(pharmacist.practice_id)[0].state is State.INVOICED
    assert browser.post(f"/billing/{bill.id}/move/", {"to": "ready"}).status_code == 409
    assert browser.post(f"/billing/{bill.id}/move/", {"to": "nonsense"}).status_code == 404
    assert bills(pharmacist.practice_id)[0].state is State.INVOICED


def test_another_practice_moves_nothing_and_sees_nothing(client_as, other_practice, bill):
    browser = client_as("pharmacist", practice=other_practice)
    assert "VASSEUR" not in browser.get("/billing/").content.decode()
    assert browser.post(f"/billing/{bill.id}/move/", {"to": "invoiced"}).status_code == 404


def test_the_table_is_french_csv_in_euros(browser, bill, first_year, pharmacist):
    bill_step(programme=first_year, step="analysis", by=pharmacist)
    answer = browser.get("/billing/export/?since=2026-03-01&until=2026-03-10")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][6] == "Montant (€)"
    assert rows[1][:7] == ["1", "09/03/2026", "bpm", "1", "Recueil d’informations", "BMI", "15,00"]
    assert len(rows) == 2


def test_a_checked_tariff_is_entered_and_no_longer_to_check(browser, pharmacist):
    assert "À vérifier sur ameli" in browser.get("/billing/tariffs/").content.decode()
    typed = {"step": "analysis", "cycle": "first", "code": "BMI", "amount": "15,50", "valid_from": "2026-01-01",
             "valid_to": "", "source": "ameli.fr, 20/11/2026"}  # fmt: skip
    assert browser.post("/billing/tariffs/", typed).status_code == 302
    (mine,) = own(pharmacist.practice_id, "bpm")
    assert (mine.cents, mine.verified, mine.source) == (1550, True, "ameli.fr, 20/11/2026")


@pytest.mark.parametrize("amount", ["abc", "-1", "1,234", "NaN", "Infinity", ""])
def test_a_wrong_amount_is_refused_and_the_form_kept(browser, pharmacist, amount):
    typed = {"step": "analysis", "cycle": "first", "code": "BMI", "amount": amount, "valid_from": "2026-01-01",
             "source": "ma source"}  # fmt: skip
    page = browser.post("/billing/tariffs/", typed)
    assert page.status_code == 422
    assert "ma source" in page.content.decode()
    assert own(pharmacist.practice_id, "bpm") == ()


def test_an_end_before_the_beginning_stands_at_its_field(browser):
    typed = {"step": "analysis", "cycle": "first", "code": "BMI", "amount": "15", "valid_from": "2026-02-01",
             "valid_to": "2026-01-01", "source": "ameli.fr"}  # fmt: skip
    assert "La fin précède le début" in browser.post("/billing/tariffs/", typed).content.decode()


def test_more_bills_ask_no_more_queries(browser, bill, first_year, jeanne, pharmacist):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/billing/").status_code == 200
        return len(queries)

    asked()
    one = asked()
    for _ in range(2):
        bill_step(programme=programme_of(jeanne.id, done=first_year.done), step="collection", by=pharmacist)
    asked()
    assert asked() == one
