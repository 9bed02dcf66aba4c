"""What the pages of a record draw: latest results, renal function with treatments, differences of two identities."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.kit import charts
from epione.kernel.kit.formats import day, number
from epione.kernel.kit.parts import Change, Series, changes_between
from epione.patients import extensions
from epione.patients.domain.observations import MEASURES
from epione.patients.domain.record import Fact, Identity, Record
from epione.patients.domain.renal import RenalInputError, ckd_epi_2009
from epione.patients.domain.vitals import series

NARROW = 340
YEAR = 366

UNITS = {
    "umol/L": "µmol/L",
    "mL/min/{1.73_m2}": "mL/min/1,73 m²",
    "mm[Hg]": "mmHg",
    "{score}": "",
    "{class}": "",
    "{INR}": "",
    "Cel": "°C",
    "ug/L": "µg/L",
    "kg/m2": "kg/m²",
    "mg/(24.h)": "mg/24 h",
}
_RECENT = timedelta(days=200)


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement in its newest value, with its interval, trend and change."""

    label: str
    fact: Fact
    value: str
    unit: str
    level: str
    interval: SafeString
    trend: SafeString
    change: str


def _level(value: float, usual: tuple[float | None, float | None] | None) -> str:
    if usual is None:
        return ""
    low, high = usual
    if (low is None or value >= low) and (high is None or value <= high):
        return ""
    edge = low if low is not None and value < low else high
    far = edge and abs(value - edge) / edge > 0.2
    return "ad" if far else "pe"


def _change(points: list[tuple[date, float]]) -> str:
    if len(points) < 2:
        return ""
    last_day, last = points[-1]
    earlier = [point for point in points[:-1] if last_day - point[0] <= _RECENT] or points[-2:-1]
    since, before = earlier[0]
    difference = round(last - before, 2)
    sign = "+" if difference > 0 else ""
    return _("%(change)s since %(date)s") % {"change": f"{sign}{number(difference)}", "date": day(since)}


def latest_rows(record: Record) -> list[Row]:
    """The newest value of each measurement, in the order of the table of measures."""
    english = (get_language() or "fr").startswith("en")
    rows = []
    for code, measure in MEASURES.items():
        fact = record.latest(code)
        if fact is None:
            continue
        value = float(fact.content["value"])
        points = series(record, code)
        level = _level(value, measure.usual)
        low, high = measure.usual or (None, None)
        drawn = charts.interval(value, low, high, level) if measure.usual else SafeString("")
        rows.append(
            Row(
                label=measure.en if english else measure.fr,
                fact=fact,
                value=number(round(value, 2)),
                unit=UNITS.get(measure.unit, measure.unit),
                level=level,
                interval=drawn,
                trend=charts.sparkline([v for _day, v in points], level=level),
                change=_change(points),
            )
        )
    return rows


def _filtration(record: Record) -> list[tuple[date, float]]:
    identity = record.card.identity
    measured = series(record, "egfr")
    days = {on for on, _value in measured}
    if identity.sex.value in {"female", "male"}:
        for on, value in series(record, "creatinine"):
            if on in days:
                continue
            try:
                rate = ckd_epi_2009(value, age=identity.age(on), sex=identity.sex.value)  # type: ignore[arg-type]
            except RenalInputError:
                continue
            measured.append((on, rate))
    return sorted(measured)


def renal_chart(record: Record, by: Actor) -> dict[str, Any] | None:
    """Filtration over time with the treatments as lanes, and the sentence that says what the chart shows."""
    points = _filtration(record)
    if len(points) < 2:
        return None
    lanes = [lane for source in extensions.lanes for lane in source(by, record.card.id)]
    zones = [
        charts.Zone(60, 90, "G2", "ok"),
        charts.Zone(45, 60, "G3a", ""),
        charts.Zone(30, 45, "G3b", "pe"),
        charts.Zone(15, 30, "G4", "ad"),
    ]
    highest = max(90.0, *(value for _on, value in points))
    lowest = min(15.0, *(value for _on, value in points))
    chart = charts.Timeline(
        points=[charts.Point(on, round(value)) for on, value in points],
        unit=f"mL/min/{number(1.73)} m²",
        label=_sentence(points),
        low=lowest,
        high=highest,
        zones=zones,
        lanes=[charts.Lane(lane.label, lane.start, lane.end, lane.text, lane.series) for lane in lanes][:6],
        ticks=(30, 45, 60),
        until=clock.today(),
    )
    rows = tuple((day(on), number(round(value))) for on, value in points)
    values = Series((_("Date"), _("eGFR")), rows, _("eGFR, CKD-EPI 2009"))
    drawings = {"drawing": charts.line(chart), "narrow": charts.line(_short(chart), NARROW)}
    return drawings | {"series": values, "sentence": _sentence(points)}


def _short(chart: charts.Timeline) -> charts.Timeline:
    """The last year of a chart, for the width of a phone; all of it when the year has fewer than two measures."""
    since = clock.today() - timedelta(days=YEAR)
    recent = [point for point in chart.points if point.on >= since]
    if len(recent) < 2:
        return chart
    return replace(chart, points=recent, lanes=[lane for lane in chart.lanes if not lane.end or lane.end >= since])


def _sentence(points: list[tuple[date, float]]) -> str:
    (first_day, first), (last_day, last) = points[0], points[-1]
    facts = {"last": number(round(last)), "first": number(round(first)), "since": day(first_day), "on": day(last_day)}
    if round(first) == round(last):
        return _("The eGFR is stable at %(last)s mL/min since %(since)s.") % facts
    if last < first:
        return _("The eGFR fell from %(first)s to %(last)s mL/min between %(since)s and %(on)s.") % facts
    return _("The eGFR rose from %(first)s to %(last)s mL/min between %(since)s and %(on)s.") % facts


def differences(current: Identity, typed: Identity) -> list[tuple[str, tuple[Change, ...]]]:
    """Field by field, what is saved now and what was typed."""
    now, then = current.to_dict(), typed.to_dict()
    return [(name, changes_between(str(now[name]), str(then[name]))) for name in now if now[name] != then[name]]
