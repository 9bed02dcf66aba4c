"""Who owes what, and when the patient is told in writing."""

import pytest

from epione.billing.domain.ccam.shares import Fee, shares

from .conftest import priced


def rules(found):
    return [reason.rule for reason in found.reasons]


def test_from_120_euros_the_patient_owes_a_flat_share():
    found = shares(priced("HMFC004"), Fee())
    assert (found.patient, found.insurer, found.complement) == (2400, 27603, None)
    assert "share.flat" in rules(found)


def test_below_it_thirty_per_cent_and_marked_to_verify():
    found = shares(priced("AHQB025", specialty="other"), Fee())
    assert (found.patient, found.insurer) == (2592, 6048)
    assert [reason.certain for reason in found.reasons if reason.rule == "share.ordinary"] == [False]


def test_with_the_c2s_the_patient_owes_nothing():
    found = shares(priced("HMFC004", c2s=True), Fee(30_003))
    assert (found.patient, found.complement, found.insurer, found.excess) == (0, 2400, 27603, 0)


def test_an_excess_is_the_patient_s():
    found = shares(priced("HMFC004", "2"), Fee(50_000))
    assert (found.excess, found.patient, found.insurer) == (22_065, 24_465, 25_535)


def test_shares_of_dentists_acts_are_not_guessed():
    found = shares(priced("HBLD038", specialty="dentist"), Fee())
    assert (found.insurer, found.patient) == (None, None)
    assert "share.unknown" in rules(found)


@pytest.mark.parametrize(
    ("grid", "fee", "rule"),
    [
        ("2", Fee(), "written.if-excess"),
        ("1", Fee(), None),
        ("2", Fee(6_999, planned=False), None),
        ("2", Fee(6_999), "written.if-planned"),
        ("2", Fee(6_999, planned=True), "written.due"),
        ("2", Fee(7_000, planned=False), "written.due"),
        ("2", Fee(6_066), None),
    ],
)
def test_written_information_from_70_euros_or_when_planned(grid, fee, rule):
    found = shares(priced("AHQB024", grid, specialty="other"), fee)
    assert [one for one in rules(found) if one.startswith("written")] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("grid", "rule"), [("1", "excess.sector-1"), ("2", "excess.sector-2"), ("optam", "excess.optam")]
)
def test_an_excess_says_what_it_needs(grid, rule):
    assert rule in rules(shares(priced("HMFC004", grid), Fee(90_000)))
