"""The page “Pricing”, as a browser without scripts uses it."""

import pytest

from epione.identity.domain.roles import ROLES, permits

pytestmark = pytest.mark.django_db
PLACE = "/billing/pricing/"
NBSP = "\u00a0"


def page(browser, language="fr", **query):
    return browser.get(PLACE, {"day": "2026-03-02"} | query, headers={"accept-language": language})


@pytest.mark.parametrize("role", sorted(ROLES))
def test_it_opens_to_those_who_read_billing(client_as, role):
    assert client_as(role).get(PLACE).status_code == (200 if permits([role], "billing:read") else 403)


@pytest.mark.parametrize(("language", "said"), [("fr", "Ajouter un acte"), ("en", "Add an act")])
def test_it_speaks_both_languages(client_as, language, said):
    assert said in page(client_as(), language).content.decode()


def test_an_act_is_searched_added_given_a_modifier_and_priced(client_as):
    browser = client_as()
    found = page(browser, words="cholecystectomie coelioscopie").content.decode()
    assert 'name="add" value="HMFC004/1/0"' in found
    added = page(browser, add="HMFC004/1/0").content.decode()
    assert 'name="act" value="HMFC004/1/0"' in added
    assert f"300,03{NBSP}€" in added
    priced = page(browser, act=["HMFC004/1/0", "LMMC002/1/0"], m=["0-K", "1-K"], specialty="surgeon").content.decode()
    assert f"544,23{NBSP}€" in priced
    assert "CCAM v81 (2026-01-01)" in priced


def test_taking_an_act_away_keeps_the_modifiers_of_the_others(client_as):
    kept = page(client_as(), act=["HMFC004/1/0", "LMMC002/1/0"], m=["1-K"], remove="0").content.decode()
    assert 'name="m" value="0-K" checked' in kept
    assert 'name="act" value="HMFC004/1/0"' not in kept
    assert f"308,39{NBSP}€" in kept


def test_written_information_is_announced(client_as):
    said = page(client_as(), act="HMFC004/1/0", grid="2", fees="500,00").content.decode()
    assert "Information écrite" in said
    assert f"220,65{NBSP}€" in said


def test_a_refusal_stands_on_the_page_and_the_form_is_kept(client_as):
    answer = page(client_as(), act="HMFC004/1/0", m=["0-J", "0-K"])
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "Les modificateurs J et K s’excluent" in said
    assert 'name="act" value="HMFC004/1/0"' in said


def test_what_is_no_act_and_a_wrong_setting_break_nothing(client_as):
    browser = client_as()
    assert page(browser, act=["nonsense", "ZZZZ999/1/0"], m=["9-K", "x"], remove="77", add="?").status_code == 422
    assert page(browser, act="HMFC004/1/0", remove="²", m=["²-K", "0-"], words="\u0130²\U0001f600").status_code == 200
    assert page(browser, act="HMFC004/1/0", age="9" * 50).status_code == 422
    assert browser.get(PLACE, {"day": "9999-12-31", "act": "HMFC004/1/0"}).status_code == 200
    assert browser.get(PLACE, {"day": "hier", "act": "HMFC004/1/0"}).status_code == 422
    assert page(browser, act="HMFC004/1/0", fees="beaucoup").status_code == 422
    assert browser.get(PLACE, {"day": "2020-01-01"}).status_code == 422
