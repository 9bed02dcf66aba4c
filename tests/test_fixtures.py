"""The fixtures say what they promise."""

from typing import Any


def test_people_belong_to_the_practice_that_was_named(actor: Any, practice: Any, other_practice: Any) -> None:
    here, there = actor(), actor("auditor", practice=other_practice)

    assert (here.practice_id, here.roles) == (practice.id, frozenset({"pharmacist"}))
    assert (there.practice_id, there.roles) == (other_practice.id, frozenset({"auditor"}))


def test_a_client_may_be_the_browser_of_a_known_person(actor: Any, client_as: Any) -> None:
    someone = actor("nurse")

    assert client_as(by=someone).session["_auth_user_id"] == str(someone.id)
