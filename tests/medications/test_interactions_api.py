"""`GET /api/v1/medications/interactions`: the same answer as the command, refusals as problem details."""

from collections.abc import Callable

from django.test import Client

PLACE = "/api/v1/medications/interactions"


def test_pairs_by_name(client_as: Callable[..., Client]) -> None:
    answer = client_as().get(PLACE, {"name": ["méthotrexate", "triméthoprime", "paracétamol"]})
    assert answer.status_code == 200
    first, *others = answer.json()
    assert (first["level"], first["resolved"], first["could_be"]) == ("CI", False, ["CI", "AD"])
    assert first["question"]["en"] == "What is the weekly dose of methotrexate (mg)?"
    assert [pair["reason"] for pair in others] == ["not_listed", "not_listed"]


def test_known_data_settle_the_level(client_as: Callable[..., Client]) -> None:
    answer = client_as().get(PLACE, {"name": ["méthotrexate", "triméthoprime"], "known": ["mtx_mg_week=10"]})
    assert [(pair["level"], pair["resolved"]) for pair in answer.json()] == [("AD", True)]


def test_a_name_that_is_no_medicine(client_as: Callable[..., Client]) -> None:
    answer = client_as().get(PLACE, {"name": ["xyzabcq", "warfarine"]})
    assert answer.status_code == 422
    assert answer.json()["code"] == "unresolved-medicine"


def test_a_datum_that_no_rule_asks_for(client_as: Callable[..., Client]) -> None:
    answer = client_as().get(PLACE, {"name": ["ibuprofène", "warfarine"], "known": ["shoe_size=42"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable-fact")


def test_one_name_is_not_a_pair(client_as: Callable[..., Client]) -> None:
    assert client_as().get(PLACE, {"name": ["ibuprofène"]}).status_code == 422


def test_nobody_signed_out_is_answered() -> None:
    assert Client().get(PLACE, {"name": ["ibuprofène", "warfarine"]}).status_code == 401
