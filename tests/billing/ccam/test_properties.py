"""What holds for every price: sums, order, modifiers, signs."""

from hypothesis import given
from hypothesis import strategies as st

from epione.billing.domain.ccam.association import Association
from epione.billing.domain.ccam.nomenclature import Grid
from epione.billing.domain.ccam.pricing import Asked, Setting, half_up, price
from epione.billing.domain.ccam.refusals import PriceRefusedError
from epione.billing.domain.ccam.search import Index, normalise
from epione.billing.domain.ccam.shares import Fee, shares
from epione.billing.providers.ccam import load_ccam

from .conftest import MONDAY

TABLE = load_ccam(MONDAY)
MAIN = [
    code
    for code, _ in TABLE.labels()
    if not (act := TABLE.act(code)).is_gesture and not act.is_supplement and act.parts[0].first is not None
]
acts = st.lists(
    st.sampled_from(MAIN).map(lambda code: Asked(code, TABLE.act(code).parts[0].activity)), min_size=1, max_size=4
)
settings_of = st.builds(
    Setting, st.just(MONDAY), st.sampled_from(Grid), association=st.sampled_from(Association), c2s=st.booleans()
)


def priced(asked, setting):
    phased = [Asked(one.code, one.activity, TABLE.act(one.code).parts[0].phase, one.modifiers) for one in asked]
    return price(phased, setting, TABLE)


@given(acts, settings_of)
def test_the_total_is_the_sum_of_its_lines_and_parts_add_up(asked, setting):
    found = priced(asked, setting)
    assert found.cents == sum(line.cents for line in found.lines)
    assert all(line.cents >= 0 for line in found.lines)
    assert len(found.lines) == len(asked)
    parts = shares(found, Fee())
    if parts.insurer is not None:
        assert parts.insurer + (parts.complement or 0) + parts.patient == parts.fees


@given(acts, settings_of, st.randoms(use_true_random=False))
def test_the_order_of_the_acts_does_not_matter(asked, setting, chance):
    turned = list(asked)
    chance.shuffle(turned)
    assert priced(turned, setting).lines == priced(asked, setting).lines


@given(st.sampled_from(MAIN), st.sampled_from(MAIN), st.sampled_from(Grid), st.data())
def test_one_more_modifier_never_lowers_the_price(first, second, grid, data):
    letters = sorted(TABLE.act(first).modifiers)
    chosen = tuple(data.draw(st.lists(st.sampled_from(letters), max_size=3, unique=True))) if letters else ()
    setting = Setting(MONDAY, grid)

    def cents(modifiers):
        try:
            one = Asked(first, TABLE.act(first).parts[0].activity, 0, modifiers)
            return priced([one, Asked(second, TABLE.act(second).parts[0].activity)], setting).cents
        except PriceRefusedError:
            return None

    prices = [found for length in range(len(chosen) + 1) if (found := cents(chosen[:length])) is not None]
    assert prices == sorted(prices)


@given(st.integers(0, 10**12), st.integers(1, 10**7))
def test_rounding_is_to_the_nearest_and_half_goes_up(numerator, denominator):
    rounded = half_up(numerator, denominator)
    assert -denominator < 2 * (numerator - rounded * denominator) <= denominator or (
        2 * (rounded * denominator - numerator) <= denominator
    )
    assert half_up(2 * numerator + 1, 2) == numerator + 1


@given(st.text(max_size=60))
def test_any_text_is_searched_and_any_code_is_read_or_refused(text):
    index = Index([("HMFC004", "Cholécystectomie, par cœlioscopie")])
    assert set(index.search(text)) <= {"HMFC004"}
    assert normalise(normalise(text)) == normalise(text)
    try:
        assert TABLE.act(text).code == text.strip().upper()
    except PriceRefusedError as refused:
        assert refused.rule.value.startswith("ccam.code-")
