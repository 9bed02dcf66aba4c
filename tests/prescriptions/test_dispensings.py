"""Dispensings of a line: recorded together, retracted with a reason, asked about while their days are unknown."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.kernel.clock import today
from epione.kernel.errors import Forbidden, Invalid
from epione.ledger.models import Entry
from epione.medications.public import Dispensing, Drug, DrugStatus, TreatmentLine
from epione.prescriptions.domain.dispensing import (
    DispensedBy,
    DispensingContent,
    UnreadableDate,
    coverage_of,
    read_dates,
    suggested_days,
)
from epione.prescriptions.domain.line import LineContent
from epione.prescriptions.models import DispensingRow
from epione.prescriptions.public import (
    DispensingNotFound,
    LineNotFound,
    correct_dispensing,
    open_dispensings,
    record_dispensings,
    remove_line,
    retract_dispensing,
)

AGO = timedelta(days=1)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


def handed(*days_ago, days=30):
    return [DispensingContent(today() - ago * AGO, days) for ago in days_ago]


@given(st.lists(st.tuples(DAYS, st.one_of(st.none(), st.integers(0, 9999)), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d"]))))
def test_dates_come_back_as_they_were_typed(typed):
    lines = [f"{on.strftime(form)} {'' if days is None else days}" for on, days, form in typed]
    assert read_dates("\n".join(lines)) == [(on, days) for on, days, _form in typed]


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_dates(text):
    try:
        assert all(isinstance(on, date) for on, _days in read_dates(text))
    except UnreadableDate as refused:
        assert refused.text in " ".join(text.split()) or refused.text


def test_dates_are_read_between_commas_with_their_own_days():
    assert read_dates("12/03/2026, 14.04.2026 28 j; 2026-05-12") == [
        (date(2026, 3, 12), None),
        (date(2026, 4, 14), 28),
        (date(2026, 5, 12), None),
    ]
    with pytest.raises(UnreadableDate) as refused:
        read_dates("12/03/2026\n31/02/2026")
    assert refused.value.text == "31/02/2026"


@pytest.mark.parametrize(
    ("content", "quantity", "days"),
    [
        (LineContent("x", posology="1-0-1"), 56, 28),
        (LineContent("x", posology="½-0-0"), 30, 60),
        (LineContent("x", posology="1 cp par semaine"), 4, 28),
        (LineContent("x", posology="1 cp si besoin"), 30, None),
        (LineContent("x", dose_value=20, dose_unit="mg", per_day=1), 30, None),
        (LineContent("x"), 30, None),
        (LineContent("x", posology="1-0-0"), None, None),
    ],
)
def test_a_quantity_proposes_days_only_when_the_posology_tells(content, quantity, days):
    assert suggested_days(content, quantity) == days


def test_a_medicine_as_needed_or_ended_is_not_judged_beyond_what_it_says():
    supply = [Dispensing(date(2026, 1, 1), 30), Dispensing(date(2026, 2, 1), 30)]
    regular = TreatmentLine("a", Drug(None, "x", DrugStatus.UNKNOWN))
    assert coverage_of(replace(regular, prn=True), supply, date(2026, 6, 1)) is None
    ended = coverage_of(replace(regular, end=date(2026, 3, 2)), supply, date(2026, 6, 1))
    assert ended.until == date(2026, 3, 3)
    settled = replace(regular, facts={"refills": "explained:2026-02-01"})
    assert coverage_of(settled, supply, date(2026, 6, 1)).since == date(2026, 2, 1)
    for odd in ("explained:hier", "missed:2026-02-01", "explained"):
        assert coverage_of(replace(regular, facts={"refills": odd}), supply, date(2026, 6, 1)).since == date(2026, 1, 1)


@pytest.mark.django_db
def test_several_dates_are_recorded_together_with_one_entry(pharmacist, add):
    line = add(posology="1-0-0")
    views = record_dispensings(line_id=line.id, contents=handed(120, 90, 60, 30), by=pharmacist)
    assert [view.content.days for view in views] == [30] * 4
    supply = open_dispensings(line_id=line.id, by=pharmacist)
    assert [view.content.on for view in supply.dispensings] == [today() - ago * AGO for ago in (30, 60, 90, 120)]
    assert (supply.coverage.proportion, supply.coverage.good) == (1.0, True)
    for action in ("prescriptions.record_dispensings", "prescriptions.open_dispensings"):
        assert Entry.objects.filter(action=action).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "field"),
    [
        (DispensingContent(date(2200, 1, 1), 30), "on"),
        (DispensingContent(date(1926, 1, 1), 30), "on"),
        (DispensingContent(date(2026, 1, 1), 0), "days"),
        (DispensingContent(date(2026, 1, 1), -30), "days"),
        (DispensingContent(date(2026, 1, 1), 4000), "days"),
        (DispensingContent(date(2026, 1, 1), 30, boxes=0), "boxes"),
        (DispensingContent(date(2026, 1, 1), 30, quantity=-1), "quantity"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_kept(pharmacist, add, content, field):
    line = add()
    with pytest.raises(Invalid) as refused:
        record_dispensings(line_id=line.id, contents=[*handed(40), content], by=pharmacist)
    assert list(refused.value.fields) == [field]
    assert not DispensingRow.objects.exists()


@pytest.mark.django_db
def test_one_dispensing_a_day_and_a_line(pharmacist, add):
    line = add()
    record_dispensings(line_id=line.id, contents=handed(40), by=pharmacist)
    for contents in (handed(40), handed(10, 10), []):
        with pytest.raises(Invalid) as refused:
            record_dispensings(line_id=line.id, contents=contents, by=pharmacist)
        assert "on" in refused.value.fields
    assert DispensingRow.objects.count() == 1


@pytest.mark.django_db
def test_a_retracted_dispensing_no_longer_counts_and_stays_with_its_reason(pharmacist, add):
    line = add(posology="1-0-0")
    first, _second = record_dispensings(line_id=line.id, contents=handed(60, 30), by=pharmacist)
    with pytest.raises(Invalid):
        retract_dispensing(line_id=line.id, dispensing_id=first.id, reason="  ", by=pharmacist)
    retract_dispensing(line_id=line.id, dispensing_id=first.id, reason="autre patient", by=pharmacist)
    supply = open_dispensings(line_id=line.id, by=pharmacist)
    assert [(one.content.days, one.retracted) for one in supply.dispensings] == [(30, ""), (30, "autre patient")]
    assert (len(supply.counted), supply.coverage) == (1, None)
    with pytest.raises(DispensingNotFound):
        retract_dispensing(line_id=line.id, dispensing_id=first.id, reason="encore", by=pharmacist)
    record_dispensings(line_id=line.id, contents=handed(60), by=pharmacist)


@pytest.mark.django_db
def test_a_correction_takes_the_place_of_the_former(pharmacist, add):
    line = add(posology="1-0-0")
    unknown, _second = record_dispensings(
        line_id=line.id, contents=[*handed(60, days=None), *handed(30)], by=pharmacist
    )
    supply = open_dispensings(line_id=line.id, by=pharmacist)
    assert [one.id for one in supply.open_days] == [unknown.id]
    assert supply.coverage.unknown
    right = replace(unknown.content, days=30)
    correct_dispensing(line_id=line.id, dispensing_id=unknown.id, content=right, reason="durée connue", by=pharmacist)
    after = open_dispensings(line_id=line.id, by=pharmacist)
    assert (after.open_days, after.coverage.unknown, after.coverage.covered) == ((), (), 60)


@pytest.mark.django_db
def test_dates_of_an_imported_line_count_as_dispensings_of_unknown_duration(pharmacist, add):
    line = add(posology="1-0-0", dispensed_on=(today() - 60 * AGO, today() - 30 * AGO))
    supply = open_dispensings(line_id=line.id, by=pharmacist)
    assert [(one.id, one.content.days, one.content.source) for one in supply.dispensings] == [
        (None, None, DispensedBy.FILE)
    ] * 2
    assert (supply.coverage.gaps, supply.coverage.covered) == ((), 0)
    record_dispensings(line_id=line.id, contents=handed(60), by=pharmacist)
    assert len(open_dispensings(line_id=line.id, by=pharmacist).open_days) == 1


@pytest.mark.django_db
def test_rights_and_practices_are_kept_apart(actor, pharmacist, other_practice, add):
    line = add()
    (kept,) = record_dispensings(line_id=line.id, contents=handed(40), by=pharmacist)
    stranger = actor("pharmacist", practice=other_practice)
    for call in (
        lambda: record_dispensings(line_id=line.id, contents=handed(10), by=stranger),
        lambda: open_dispensings(line_id=line.id, by=stranger),
        lambda: retract_dispensing(line_id=line.id, dispensing_id=kept.id, reason="x", by=stranger),
    ):
        with pytest.raises(LineNotFound):
            call()
    for role in ("secretary", "nurse"):
        with pytest.raises(Forbidden):
            open_dispensings(line_id=line.id, by=actor(role))
    other = add("ramipril 5 mg", inn="ramipril")
    with pytest.raises(DispensingNotFound):
        retract_dispensing(line_id=other.id, dispensing_id=kept.id, reason="x", by=pharmacist)
    remove_line(line_id=line.id, by=pharmacist)
    with pytest.raises(LineNotFound):
        open_dispensings(line_id=line.id, by=pharmacist)


def text_of(answer):
    return answer.content.decode()


@pytest.mark.django_db
def test_the_page_takes_several_dates_draws_the_lane_and_asks_for_the_days(browser, add):
    line = add(posology="1-0-0")
    page = f"/prescriptions/lines/{line.id}/dispensings/"
    assert "Aucune délivrance" in text_of(browser.get(page))
    dates = "\n".join(f"{today() - ago * AGO:%d/%m/%Y}" for ago in (150, 120, 60))
    sent = {"dates": f"{dates}\n{today() - 30 * AGO:%d/%m/%Y} 28", "days": "30", "source": "here"}
    assert browser.post(page, sent).status_code == 302
    text = text_of(browser.get(page))
    assert "plus long intervalle sans boîte" in text
    assert "<svg" in text
    assert "28 jours" in text
    assert browser.post(page, {"dates": f"{today() - 10 * AGO:%d/%m/%Y}", "source": "patient"}).status_code == 302
    asked = text_of(browser.get(page))
    assert "Pour combien de jours" in asked
    on = (today() - 10 * AGO).isoformat()
    assert browser.post(f"{page}days/", {"on": on, "days": "0"}).status_code == 302
    assert "Pour combien de jours" in text_of(browser.get(page))
    browser.post(f"{page}days/", {"on": on, "days": "15"})
    assert "Pour combien de jours" not in text_of(browser.get(page))


@pytest.mark.django_db
@pytest.mark.parametrize("dates", ["31/02/2026", "demain", "01/01/2200", ""])
def test_the_page_says_which_date_it_cannot_keep_and_loses_nothing(browser, add, dates):
    line = add()
    page = f"/prescriptions/lines/{line.id}/dispensings/"
    answer = browser.post(page, {"dates": dates, "days": "30", "source": "here", "dispenser": "Pharmacie du Port"})
    assert answer.status_code == 422
    assert "id_dates-error" in text_of(answer)
    assert "Pharmacie du Port" in text_of(answer)


@pytest.mark.django_db
def test_the_page_retracts_with_a_reason(browser, pharmacist, add):
    line = add()
    (kept,) = record_dispensings(line_id=line.id, contents=handed(40), by=pharmacist)
    page = f"/prescriptions/lines/{line.id}/dispensings/"
    browser.post(f"{page}{kept.id}/retract/", {"reason": ""})
    assert open_dispensings(line_id=line.id, by=pharmacist).counted
    browser.post(f"{page}{kept.id}/retract/", {"reason": "saisie double"})
    assert "saisie double" in text_of(browser.get(page))


@pytest.mark.django_db
def test_the_api_records_lists_and_retracts(browser, add):
    line = add(posology="1-0-0")
    url = f"/api/v1/prescriptions/lines/{line.id}/dispensings"
    days = [(today() - ago * AGO).isoformat() for ago in (60, 20)]
    body = [{"on": days[0], "days": 30, "boxes": 1}, {"on": days[1], "days": None, "source": "patient"}]
    added = browser.post(url, body, content_type="application/json")
    assert added.status_code == 201
    shown = browser.get(url).json()
    assert [one["days"] for one in shown["items"]] == [None, 30]
    assert shown["coverage"]["good"] is None
    assert [one["first"] for one in shown["coverage"]["gaps"]] == [(today() - 30 * AGO).isoformat()]
    bad = browser.post(url, [{"on": days[0], "days": -1}], content_type="application/json")
    assert bad.status_code == 422
    assert {"on", "days"} <= set(bad.json()["errors"])
    gone = f"{url}/{added.json()[1]['id']}/retract"
    assert browser.post(gone, {"reason": "erreur"}, content_type="application/json").status_code == 204
    assert browser.post(gone, {"reason": "erreur"}, content_type="application/json").status_code == 404
    assert browser.get(url).json()["coverage"] is None
    assert browser.get(f"/api/v1/prescriptions/lines/{uuid4()}/dispensings").status_code == 404
