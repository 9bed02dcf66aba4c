"""What has no price is refused, with the rule that says why."""

from datetime import date

import pytest

from epione.billing.domain.ccam.nomenclature import Grid
from epione.billing.domain.ccam.pricing import Asked, Setting, price
from epione.billing.domain.ccam.refusals import PriceRefusedError, Rule
from epione.billing.domain.ccam.shares import Fee, shares
from epione.billing.providers.ccam import load_ccam

from .conftest import MONDAY, priced

REFUSED = [
    ("HMFC04", {}, Rule.CODE_FORMAT),
    ("1", {}, Rule.CODE_FORMAT),
    ("ZZZZ999", {}, Rule.CODE_UNKNOWN),
    ("HMFC004/2", {}, Rule.ACTIVITY_UNKNOWN),
    ("HMFC004/1/3", {}, Rule.PHASE_UNKNOWN),
    ("HMFC004/4", {}, Rule.ANAESTHESIA_ALONE),
    ("HMFC004 LMMC002/4", {}, Rule.ANAESTHESIA_ALONE),
    ("AHQP001", {}, Rule.NO_TARIFF),
    ("HMFC004+X", {}, Rule.MODIFIER_UNKNOWN),
    ("HMFC004+R", {}, Rule.MODIFIER_NOT_ALLOWED),
    ("AHQP001+K", {}, Rule.NO_TARIFF),
    ("HMFC004+KK", {}, Rule.MODIFIER_TWICE),
    ("HMFC004+KJ", {}, Rule.MODIFIERS_EXCLUSIVE),
    ("HMFC004+KT", {}, Rule.MODIFIERS_EXCLUSIVE),
    ("HMFC004+OS", {}, Rule.MODIFIERS_EXCLUSIVE),
    ("HMFC004+37AKO", {}, Rule.MODIFIERS_TOO_MANY),
    ("HMFC004+P", {}, Rule.MODIFIER_WHO),
    ("HMFC004+K", {"grid": "2"}, Rule.MODIFIER_GRID),
    ("HMFC004+K", {"grid": "optam"}, Rule.MODIFIER_GRID),
    ("HMFC004+T", {"grid": "1"}, Rule.MODIFIER_GRID),
    ("HMFC004 HMFC004/4+3", {"grid": "2", "c2s": True}, Rule.MODIFIER_RATE),
    ("HMFC004 HMFC004/4+A", {"age": 40}, Rule.MODIFIER_AGE),
    ("HMFC004 HMFC004/4+A", {"age": 80}, Rule.MODIFIER_AGE),
    ("HMFC004+F", {}, Rule.MODIFIER_DAY),
    ("HMFC004+7", {}, Rule.MODIFIER_ACTIVITY),
    ("HMFC004 HMFC004/4+K", {}, Rule.MODIFIER_ACTIVITY),
    ("AHQB025+U", {"specialty": ""}, Rule.SPECIALTY_NEEDED),
    ("HMFC004+S LMMC002+S", {}, Rule.URGENCY_ONCE),
    ("HMQH008", {}, Rule.GESTURE_ALONE),
    ("LMMC002 HMQH008", {}, Rule.GESTURE_NOT_LISTED),
    ("YYYY400", {}, Rule.SUPPLEMENT_ALONE),
    ("HFFC018", {"prior_agreement": False}, Rule.AGREEMENT_MISSING),
    ("HMFC004", {"on": date(2025, 12, 31)}, Rule.NO_EDITION),
]


@pytest.mark.parametrize(("acts", "known", "rule"), REFUSED)
def test_it_is_refused_with_its_rule(acts, known, rule):
    with pytest.raises(PriceRefusedError) as refused:
        priced(acts, **known)
    assert refused.value.rule is rule


def test_nothing_and_too_much_are_refused():
    setting = Setting(MONDAY, Grid.SECTOR_1)
    for acts, rule in (([], Rule.NO_ACT), ([Asked("HMFC004")] * 21, Rule.TOO_MANY)):
        with pytest.raises(PriceRefusedError) as refused:
            price(acts, setting, load_ccam(MONDAY))
        assert refused.value.rule is rule


def test_an_unknown_prior_agreement_is_asked_not_refused():
    (line,) = priced("HFFC018").lines
    assert "ccam.prior-agreement" in [one.rule for one in line.reasons]
    (line,) = priced("HFFC018", prior_agreement=True).lines
    assert "ccam.prior-agreement" not in [one.rule for one in line.reasons]


def test_an_anaesthetist_who_bills_apart_needs_no_act_beside():
    assert priced("HMFC004/4", anaesthetist_alone=True).cents == 15151
    assert priced("ZZLP025/4", anaesthetist_alone=True).cents == 4800


@pytest.mark.parametrize(("cents", "rule"), [(30_002, Rule.FEE_BELOW), (30_004, Rule.C2S_EXCESS)])
def test_fees_that_contradict_the_price_are_refused(cents, rule):
    with pytest.raises(PriceRefusedError) as refused:
        shares(priced("HMFC004", c2s=True), Fee(cents))
    assert refused.value.rule is rule
