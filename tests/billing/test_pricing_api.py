"""`/api/v1/billing`: the CCAM and the price of acts."""

import pytest

PLACE = "/api/v1/billing"
BODY = {"acts": [{"code": "HMFC004", "modifiers": ["K"]}], "date": "2026-03-02", "grid": "1", "specialty": "surgeon"}

pytestmark = pytest.mark.django_db


def ask(client, **more):
    return client.post(f"{PLACE}/price", BODY | more, content_type="application/json")


def test_an_act_is_searched_and_read(client_as):
    client = client_as()
    found = client.get(f"{PLACE}/ccam/search", {"q": "cholecystectomie coelioscopie", "on": "2026-03-02"}).json()
    assert (found["edition"]["name"], found["results"][0]["code"]) == ("CCAM v81 (2026-01-01)", "HMFC004")
    sheet = client.get(f"{PLACE}/ccam/hmfc004", {"on": "2026-03-02"}).json()["act"]
    assert (sheet["parts"][0]["tariff_cents"], sheet["parts"][0]["tariff_other_cents"]) == (30003, 27935)


def test_a_price_explains_itself(client_as):
    answer = ask(client_as()).json()
    assert (answer["total_cents"], answer["edition"]["version"]) == (39004, "81")
    (line,) = answer["lines"]
    assert [one["rule"] for one in line["explanations"]] == ["ccam.tariff", "ccam.modifier.K", "ccam.rounding"]
    assert all(one["source"] and one["sentence"] for one in line["explanations"])
    assert (answer["shares"]["patient_cents"], answer["to_verify"]) == (2400, True)


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "Les modificateurs J et K s’excluent"), ("en", "The modifiers J and K exclude each other")],
)
def test_a_refusal_has_its_rule_and_a_sentence_in_both_languages(client_as, language, said):
    acts = [{"code": "HMFC004", "modifiers": ["k", "J"]}]
    client = client_as()
    answer = client.post(
        f"{PLACE}/price", BODY | {"acts": acts}, content_type="application/json", headers={"accept-language": language}
    )
    body = answer.json()
    assert (answer.status_code, body["code"], body["rule"]) == (422, "price-refused", "ccam.modifiers-exclusive")
    assert body["detail"].startswith(said)


def test_an_unknown_code_and_a_day_without_a_table_are_refused(client_as):
    client = client_as()
    assert client.get(f"{PLACE}/ccam/ZZZZ999").json()["rule"] == "ccam.code-unknown"
    assert client.get(f"{PLACE}/ccam/HMFC004", {"on": "2020-01-01"}).json()["rule"] == "ccam.no-edition"
    assert ask(client, acts=[]).json()["rule"] == "ccam.no-act"


@pytest.mark.parametrize(
    "wrong", [{"grid": "3"}, {"date": "hier"}, {"fee_cents": -1}, {"age": 200}, {"acts": "HMFC004"}]
)
def test_what_cannot_be_read_is_refused(client_as, wrong):
    answer = ask(client_as(), **wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_those_who_do_not_bill_are_refused(client_as):
    assert ask(client_as("nurse")).status_code == 403
    assert client_as("nurse").get(f"{PLACE}/ccam/search", {"q": "x"}).status_code == 403
