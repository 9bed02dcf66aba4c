"""The chart of days covered: lanes, gaps, what nobody knows, on one axis; safe whatever a name holds."""

import xml.etree.ElementTree as ET
from datetime import date

from epione.kernel.kit import charts

SINCE, UNTIL = date(2026, 1, 1), date(2026, 11, 20)


def read(drawn):
    return ET.fromstring(str(drawn))


def boxes(drawn, css):
    return [one for one in read(drawn).iter("rect") if css in (one.get("class") or "")]


def lane(**values):
    return charts.Supplied("RAMIPRIL 5 mg", SINCE, UNTIL, **values)


def test_gaps_unknown_days_and_refills_are_drawn_apart():
    gap, unknown = (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 6, 1), date(2026, 6, 1))
    drawn = charts.coverage(
        [lane(gaps=[gap], unknown=[unknown], handed=[SINCE, date(2026, 4, 1)], text="88 %")], "88 %"
    )
    assert len(boxes(drawn, "f-pet")) == 1
    (dashed,) = [one for one in read(drawn).iter("rect") if one.get("stroke-dasharray")]
    assert float(dashed.get("width")) >= 1.5
    assert len([one for one in boxes(drawn, "f-s1") if one.get("width") == "2"]) == 2
    assert read(drawn).get("aria-label") == "88 %"
    assert "88 %" in [one.text for one in read(drawn).iter("text")]


def test_every_lane_is_on_the_same_axis():
    late = charts.Supplied("B", date(2026, 6, 10), UNTIL)
    first, second = boxes(charts.coverage([lane(), late], ""), "f-s1")
    assert float(first.get("x")) < float(second.get("x"))
    ends = [float(one.get("x")) + float(one.get("width")) for one in (first, second)]
    assert abs(ends[0] - ends[1]) < 0.2


def test_it_fits_a_phone_and_a_single_day():
    narrow = charts.coverage([lane(), lane()], "", 340)
    assert read(narrow).get("viewBox").startswith("0 0 340 ")
    assert all(0 <= float(one.get("x")) <= 340 for one in read(narrow).iter("rect"))
    assert boxes(charts.coverage([charts.Supplied("A", SINCE, SINCE)], ""), "f-s1")


def test_a_name_is_escaped():
    drawn = charts.coverage([charts.Supplied("<script>&", SINCE, UNTIL, text="<b>")], "<i>")
    assert "<script>" not in drawn
    assert "<b>" not in drawn
