"""Tariffs by day, billable steps, their states."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.billing.domain.steps import ALLOWED, Done, State, obstacles, sequence_of
from epione.billing.domain.tariffs import ANY, Tariff, tariff_of
from epione.billing.domain.tariffs import FIRST as FIRST_CYCLE
from epione.billing.errors import NotAllowed, NotBillable
from epione.billing.public import bill_step, bills, move_bill, reasons_against, set_tariff, tariff
from epione.billing.queries import Choice, listed, shipped, sums
from epione.kernel.errors import Forbidden, Invalid, NotFound
from epione.ledger.models import Entry

from .conftest import FIRST, programme_of

BEFORE, AFTER = date(2025, 1, 7), date(2025, 1, 8)
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("step", "year", "on", "cents"),
    [
        ("year", 1, BEFORE, 6000),
        ("year", 1, AFTER, None),
        ("year", 2, BEFORE, 2000),
        ("year_with_change", 2, BEFORE, 3000),
        ("year_with_change", 2, AFTER, None),
        ("analysis", 1, BEFORE, None),
        ("analysis", 1, AFTER, 1500),
        ("analysis", 2, AFTER, 1000),
        ("collection", 1, AFTER, 1500),
        ("interview", 1, AFTER, 1500),
        ("follow_up", 1, AFTER, 2000),
        ("follow_up", 2, AFTER, 2000),
        ("adhesion", 1, AFTER, 1),
        ("collection", 2, AFTER, None),
    ],
)
def test_the_tariff_is_that_of_the_day_of_the_act(step, year, on, cents):
    found = tariff_of(shipped("bpm"), step, year, on)
    assert (found.cents if found else None) == cents


def test_no_shipped_tariff_claims_to_be_verified():
    assert not any(one.verified for one in shipped("bpm"))


def test_the_newest_tariff_in_force_wins():
    old = Tariff("bpm", "analysis", ANY, "BMI", 1500, date(2025, 1, 8), None, verified=True)
    new = replace(old, cents=1600, valid_from=date(2026, 1, 1))
    assert tariff_of([new, old], "analysis", 1, date(2025, 12, 31)) == old
    assert tariff_of([old, new], "analysis", 1, date(2026, 1, 1)) == new


def test_steps_are_billed_in_order_with_their_proof_within_a_year():
    first = Done("adhesion", FIRST, "e")
    late = FIRST + timedelta(days=367)
    assert obstacles("adhesion", 1, [first], [], TODAY) == []
    assert obstacles("analysis", 1, [first], [], TODAY) == ["not-done"]
    assert obstacles("analysis", 1, [first, Done("analysis", FIRST, "e")], [], TODAY) == ["previous-not-done"]
    assert obstacles("collection", 1, [first, Done("collection", FIRST)], [], TODAY) == ["no-proof"]
    assert obstacles("collection", 1, [first, Done("collection", late, "e")], [], late) == ["out-of-window"]
    assert obstacles("collection", 1, [first, Done("collection", late - timedelta(days=1), "e")], [], late) == []
    assert obstacles("adhesion", 1, [first], ["adhesion"], TODAY) == ["already-billed"]
    assert obstacles("adhesion", 1, [first], [], FIRST - timedelta(days=1)) == ["future"]
    assert obstacles("interview", 2, [], [], TODAY) == ["not-a-step"]


def test_a_step_done_before_the_former_one_is_not_billable():
    done = [Done("adhesion", FIRST, "e"), Done("collection", FIRST - timedelta(days=1), "e")]
    assert "previous-not-done" in obstacles("collection", 1, done, [], TODAY)


def test_following_years_have_two_steps():
    assert sequence_of(2) == ("analysis", "follow_up")


@given(st.lists(st.sampled_from(list(State)), max_size=12))
def test_a_paid_step_stays_paid_and_every_other_can_still_end(moves):
    state = State.READY
    for wanted in moves:
        if wanted in ALLOWED[state]:
            assert state is not State.PAID
            state = wanted
    reachable, edge = {state}, {state}
    while edge:
        edge = {to for one in edge for to in ALLOWED[one]} - reachable
        reachable |= edge
    assert State.PAID in reachable


pages = pytest.mark.django_db


@pages
def test_a_step_is_billed_once_at_the_price_of_its_day(first_year, pharmacist):
    bill = bill_step(programme=first_year, step="collection", by=pharmacist)
    assert (bill.cents, bill.code, bill.state, bill.number, bill.proof) == (1500, "BMI", State.READY, 1, "e2")
    with pytest.raises(NotBillable):
        bill_step(programme=first_year, step="collection", by=pharmacist)
    assert [one.step for one in bills(pharmacist.practice_id)] == ["collection"]
    assert Entry.objects.filter(action="billing.bill_step").count() == 1


@pages
def test_a_missing_proof_is_told_in_words(jeanne, pharmacist):
    programme = programme_of(jeanne.id, done=[Done("adhesion", FIRST, "e"), Done("collection", FIRST)])
    reasons = reasons_against(programme=programme, step="collection", practice_id=pharmacist.practice_id)
    assert len(reasons) == 1
    with pytest.raises(NotBillable):
        bill_step(programme=programme, step="collection", by=pharmacist)
    assert bills(pharmacist.practice_id) == []


@pages
def test_an_act_before_the_tariffs_is_not_billed_for_nothing(jeanne, pharmacist):
    programme = programme_of(jeanne.id, done=[Done("adhesion", BEFORE, "e")])
    with pytest.raises(NotBillable):
        bill_step(programme=programme, step="adhesion", by=pharmacist)


@pages
def test_no_amount_is_lost_whatever_the_moves(first_year, pharmacist):
    made = [
        bill_step(programme=first_year, step=step, by=pharmacist) for step in ("adhesion", "collection", "analysis")
    ]
    total = sum(one.cents for one in made)
    practice = pharmacist.practice_id
    for bill, route in zip(
        made,
        ([State.CANCELLED, State.READY], [State.INVOICED, State.REJECTED, State.READY], [State.INVOICED, State.PAID]),
        strict=True,
    ):
        for to in route:
            moved = move_bill(bill_id=bill.id, to=to, by=pharmacist)
            assert (moved.cents, moved.number, moved.code) == (bill.cents, bill.number, bill.code)
            assert sum(cents for _, cents in sums(practice, Choice()).values()) == total
    assert sums(practice, Choice())[State.PAID] == (1, 1500)


@pages
@pytest.mark.parametrize("wanted", [State.PAID, State.REJECTED, State.READY])
def test_a_move_that_the_machine_does_not_have_is_refused(first_year, pharmacist, wanted):
    bill = bill_step(programme=first_year, step="adhesion", by=pharmacist)
    with pytest.raises(NotAllowed):
        move_bill(bill_id=bill.id, to=wanted, by=pharmacist)
    assert bills(pharmacist.practice_id)[0].state is State.READY


@pages
def test_a_tariff_of_the_practice_wins_for_later_bills_and_old_ones_keep_theirs(first_year, jeanne, pharmacist):
    kept = bill_step(programme=first_year, step="collection", by=pharmacist)
    mine = Tariff(
        "bpm", "collection", FIRST_CYCLE, "BMI", 1750, date(2026, 1, 1), None, verified=True, source="ameli.fr"
    )
    set_tariff(tariff=mine, by=pharmacist)
    other = programme_of(jeanne.id, done=first_year.done)
    assert bill_step(programme=other, step="collection", by=pharmacist).cents == 1750
    assert next(one for one in bills(pharmacist.practice_id) if one.id == kept.id).cents == 1500
    assert tariff(pharmacist.practice_id, "bpm", "collection", 1, date(2025, 6, 1)).cents == 1500


@pages
def test_an_impossible_tariff_is_refused_field_by_field(pharmacist):
    wrong = Tariff("bpm", "analysis", ANY, "BMI", -1, date(2026, 2, 1), date(2026, 1, 1), verified=True)
    with pytest.raises(Invalid) as refused:
        set_tariff(tariff=wrong, by=pharmacist)
    assert set(refused.value.fields) == {"cents", "valid_to"}


@pages
def test_rights_and_practices_are_kept_apart(first_year, pharmacist, actor, other_practice):
    bill = bill_step(programme=first_year, step="adhesion", by=pharmacist)
    with pytest.raises(Forbidden):
        move_bill(bill_id=bill.id, to=State.INVOICED, by=actor("nurse"))
    with pytest.raises(NotFound):
        move_bill(bill_id=bill.id, to=State.INVOICED, by=actor("pharmacist", practice=other_practice))


@pages
def test_the_choice_is_by_state_and_by_day_of_the_act(first_year, pharmacist):
    for step in ("adhesion", "collection", "analysis"):
        bill_step(programme=first_year, step=step, by=pharmacist)
    practice = pharmacist.practice_id
    assert [one.step for one in listed(practice, Choice(since=date(2026, 3, 9), until=date(2026, 3, 9)))] == [
        "collection"
    ]
    assert listed(practice, Choice(state=State.PAID)) == []
    assert [one.number for one in listed(practice, Choice(), begin=1, size=1)] == [2]
