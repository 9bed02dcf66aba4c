"""Prices that a biller can check with the table of the CCAM v81 beside her. Amounts in euros."""

import pytest

from epione.billing.domain.ccam.association import Association
from epione.billing.domain.ccam.nomenclature import Grid

from .conftest import SUNDAY, priced

CASES = [
    # acts asked, grid, total: what the table and the rules give
    ("HMFC004", "1", "300.03"),  # cholecystectomy, sector 1
    ("HMFC004", "optam", "300.03"),
    ("HMFC004", "2", "279.35"),
    ("HHFA016", "1", "195.84"),
    ("HHFA016", "2", "187.84"),
    ("LMMC002", "2", "222.37"),
    ("NFKA007", "1", "603.02"),
    ("NFKA007", "2", "569.20"),
    ("QEFA019", "2", "159.19"),
    ("HMFC004 HMFC004/4", "1", "451.54"),  # 300.03 + anaesthesia 151.51
    ("HMFC004+K", "1", "390.04"),  # +30 %: 390.039
    ("HMFC004+K LMMC002+K", "1", "544.23"),  # 390.04 + half of 308.386
    ("HMFC004+T", "optam", "364.54"),  # +21.5 %: 364.53645
    ("HMFC004+J", "2", "297.51"),  # +6.5 %: 297.50775
    ("HMFC004 HMFC004/4+A", "1", "474.54"),  # +23 euros on the anaesthesia
    ("HMFC004 HMFC004/4+7", "1", "460.63"),  # 300.03 + 151.51 x 1.06
    ("HMFC004+O", "1", "380.03"),  # vital emergency by day: 80 euros
    ("HMFC004+U", "1", "350.03"),  # surgeon before midnight: 50 euros
    ("HMFC004+S", "1", "380.03"),  # after midnight: 80 euros
    ("HMFC004 LMMC002", "1", "418.64"),  # 300.03 + 118.61
    ("HMFC004 LMMC002+O", "1", "498.64"),  # the 80 euros are not halved
    ("HMFC004 YYYY400", "1", "341.83"),  # supplement in full
]


@pytest.mark.parametrize(("acts", "grid", "total"), CASES)
def test_the_total_is_that_of_the_table(acts, grid, total):
    assert f"{priced(acts, grid).cents / 100:.2f}" == total


def test_the_dearest_act_comes_first_whatever_the_order():
    lines = priced("LMMC002 HMFC004").lines
    assert [(line.code, line.association, line.permille) for line in lines] == [
        ("HMFC004", 1, 1000),
        ("LMMC002", 2, 500),
    ]


def test_a_single_act_and_an_act_with_one_supplement_bear_no_association_code():
    assert priced("HMFC004").lines[0].association is None
    assert [line.association for line in priced("HMFC004 YYYY400").lines] == [None, None]


def test_two_acts_and_a_supplement_bear_codes():
    assert [line.association for line in priced("HMFC004 LMMC002 YYYY400").lines] == [1, 2, 1]


def test_each_practitioner_has_her_own_association():
    lines = priced("HMFC004 LMMC002 HMFC004/4 LMMC002/4").lines
    assert [(line.activity, line.association) for line in lines] == [(1, 1), (1, 2), (4, 1), (4, 2)]
    assert sum(line.cents for line in lines if line.activity == 4) == 15151 + 6227


def test_a_third_act_is_not_billed_and_says_so():
    lines = priced("HMFC004 LMMC002 HHFA016").lines
    assert [(line.code, line.billed, line.cents > 0) for line in lines][-1] == ("HHFA016", False, False)
    assert lines[-1].reasons[-1].rule == "ccam.association.not-billed"
    assert not lines[-1].reasons[-1].certain


@pytest.mark.parametrize(
    ("rule", "rates", "codes"),
    [
        (Association.LIMBS, [1000, 750, 0], [1, 3, None]),
        (Association.TRAUMA, [1000, 750, 500], [1, 3, 2]),
        (Association.ENT_CANCER, [1000, 500, 500], [1, 2, 2]),
        (Association.FULL_RATE, [1000, 1000, 1000], [4, 4, 4]),
        (Association.SEPARATE, [1000, 1000, 1000], [5, 5, 5]),
    ],
)
def test_derogations_have_their_rates_and_codes(rule, rates, codes):
    lines = priced("HMFC004 LMMC002 HHFA016", association=rule).lines
    assert [line.permille for line in lines] == rates
    assert [line.association for line in lines] == codes


def test_codes_4_and_5_are_to_verify_and_the_general_rule_is_not():
    uncertain = priced("HMFC004 LMMC002", association=Association.FULL_RATE).lines[0].reasons[-1]
    assert (uncertain.rule, uncertain.certain) == ("ccam.association.full", False)
    assert priced("HMFC004 LMMC002").lines[0].reasons[-1].certain


@pytest.mark.parametrize(
    ("specialty", "acts", "cents"),
    [
        ("general", "AHQB025+F", 8640 + 1906),
        ("paediatrician", "AHQB025+F", 8640 + 4000),
        ("general", "AHQB025+P", 8640 + 3500),
        ("paediatrician", "AHQB025+P", 8640 + 5000),
        ("general", "AHQB025+S", 8640 + 4000),
        ("other", "AHQB025+U", 8640 + 2515),
        ("surgeon", "AHQB025+U", 8640 + 5000),
    ],
)
def test_urgency_depends_on_who_does_the_act(specialty, acts, cents):
    assert priced(acts, on=SUNDAY, specialty=specialty).cents == cents


def test_associations_outside_surgery_are_marked_to_verify():
    (first, second) = priced("AHQB025 AHQB024", specialty="other").lines
    assert {one.reasons[-1].rule for one in (first, second)} == {"ccam.association.exceptions"}
    assert "ccam.association.exceptions" not in {one.rule for one in priced("HMFC004 LMMC002").lines[0].reasons}


def test_the_sector_of_the_anaesthetist_is_her_own():
    lines = priced("HMFC004 HMFC004/4+3", "2", anaesthetist_grid=Grid.SECTOR_1).lines
    assert [line.cents for line in lines] == [27935, 16969]


@pytest.mark.parametrize("known", [{"c2s": True}, {"emergency": True}])
def test_k_opens_to_sector_2_for_the_c2s_and_emergencies_at_the_rate_of_its_column(known):
    assert priced("HMFC004+K", "2", **known).cents == 34919


def test_the_specialty_that_was_assumed_is_said():
    (line,) = priced("HMFC004+K", specialty="").lines
    assert ("ccam.specialty-assumed", False) in [(one.rule, one.certain) for one in line.reasons]
    (line,) = priced("HMFC004+K").lines
    assert "ccam.specialty-assumed" not in [one.rule for one in line.reasons]


def test_conditions_are_confirmed_only_by_what_is_known():
    (_, line) = priced("HMFC004 HMFC004/4+A").lines
    assert [one.confirmed for one in line.modifiers] == [False]
    (_, line) = priced("HMFC004 HMFC004/4+A", age=84).lines
    assert [one.confirmed for one in line.modifiers] == [True]


def test_a_gesture_in_full_is_preferred_to_a_second_act_at_half():
    lines = priced("AAFA001 HMFC004 ACQP002").lines
    assert [(line.code, line.kind.value, line.permille, line.billed) for line in lines] == [
        ("AAFA001", "main", 1000, True),
        ("ACQP002", "gesture", 1000, True),
        ("HMFC004", "main", 0, False),
    ]
