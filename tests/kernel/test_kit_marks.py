"""The drawings of the house measure what they say, and escape what they are given."""

from datetime import date
from hashlib import sha256
from xml.etree import ElementTree as ET

import pytest
from django.utils.translation import override

from epione.kernel.kit import charts, formats, marks, parts

NBSP, THIN = "\u00a0", "\u202f"
HOSTILE = '<script>alert("x")</script>'


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def count(svg: str, css: str) -> int:
    return len([one for one in read(svg).iter() if css in (one.get("class") or "").split()])


@pytest.mark.parametrize(("level", "empty"), [("ci", 0), ("ad", 1), ("pe", 2), ("apc", 3)])
def test_the_ladder_counts_the_level(level: str, empty: int) -> None:
    assert count(marks.ladder(level), "o") == empty


@pytest.mark.parametrize(("share", "empty"), [(0, 10), (0.71, 3), (0.98, 0), (1, 0), (7, 0), (-1, 10)])
def test_ten_bars_round_the_share_and_stay_within_ten(share: float, empty: int) -> None:
    assert count(marks.ten_bars(share), "o") == empty


def test_a_fingerprint_is_the_first_bytes_of_the_hash() -> None:
    digest = sha256(b"entry").digest()
    heights = [int(bar.get("height") or 0) for bar in read(marks.fingerprint(digest))]

    assert heights == [3 + byte * 9 // 255 for byte in digest[:14]]
    assert marks.fingerprint(digest) == marks.fingerprint(digest.hex())


def test_a_missing_measure_is_a_gap_and_not_a_zero() -> None:
    points = [
        charts.Point(date(2026, month, 1), value) for month, value in ((1, 50), (2, 48), (3, None), (4, 40), (5, 34))
    ]
    chart = charts.Timeline(points=points, unit="mL/min", label="DFG", low=20, high=70)

    drawn = read(charts.line(chart))

    paths = [one.get("d") or "" for one in drawn.iter("path")]
    assert [path.count("L") for path in paths] == [1, 1]
    assert len(list(drawn.iter("circle"))) == 4


def test_the_first_and_the_last_value_are_written_in_french() -> None:
    points = [charts.Point(date(2026, 1, 1), 4.4), charts.Point(date(2026, 6, 1), 5.1)]
    chart = charts.Timeline(points=points, unit="mmol/L", label="Kaliémie", low=3, high=6, ticks=(3.5, 5))

    texts = [one.text for one in read(charts.line(chart)).iter("text")]

    assert {"4,4", "5,1", "3,5", "5"} <= set(texts)


def test_a_treatment_still_going_reaches_the_edge_and_a_stopped_one_does_not() -> None:
    points = [charts.Point(date(2026, 1, 1), 50), charts.Point(date(2026, 12, 1), 40)]
    lanes = [charts.Lane("A", date(2025, 1, 1)), charts.Lane("B", date(2026, 3, 1), date(2026, 6, 1))]
    chart = charts.Timeline(points=points, unit="", label="", low=0, high=60, lanes=lanes)

    boxes = [one for one in read(charts.line(chart)).iter("rect") if one.get("opacity") == ".18"]
    ends = [float(one.get("x") or 0) + float(one.get("width") or 0) for one in boxes]

    assert ends[0] == 790
    assert ends[1] < 500


def test_squares_show_what_stays_what_goes_and_what_is_new() -> None:
    lines = [charts.Squares("ad", "Déconseillées", 4, 1), charts.Squares("apc", "À noter", 2, 3)]

    drawn = charts.squares(lines, "de 6 à 4")

    assert count(drawn, "f-ad") == 1
    assert len([one for one in read(drawn).iter("rect") if one.get("stroke-dasharray")]) == 3
    assert count(drawn, "f-apc") == 3


def test_the_value_stands_left_inside_or_right_of_its_interval() -> None:
    def place(value: float) -> float:
        return float(next(read(charts.interval(value, 3.5, 5.0)).iter("circle")).get("cx") or 0)

    assert place(2.0) < 27 <= place(3.5) < place(5.0) <= 73 < place(9.9)


def test_arcs_join_their_rows_and_a_question_is_dashed() -> None:
    pairs = [charts.Pair(0, 2, "ci"), charts.Pair(1, 1, "pe"), charts.Pair(0, 1, "ad", ask=True)]

    drawn = charts.arcs(3, pairs, "Trois liens", row_height=40)

    assert [path.get("class") for path in read(drawn).iter("path")] == ["s-ad ask", "s-ci"]
    assert (
        next(path for path in read(drawn).iter("path") if path.get("class") == "s-ci")
        .get("d", "")
        .startswith("M10 20C")
    )
    assert count(drawn, "f-ci") == 2


def test_a_sparkline_needs_two_values() -> None:
    assert charts.sparkline([5.0]) == ""
    assert read(charts.sparkline([5.0, 5.0])).get("aria-hidden") == "true"


def test_the_path_of_an_entry_goes_up_to_the_root() -> None:
    drawn = charts.merkle_path(48_210, "Chemin", "racine", "48 210")

    assert count(drawn, "f-acc") == 4
    assert count(drawn, "f-acct") == 3


def test_what_is_drawn_is_escaped() -> None:
    bar = charts.Bar(HOSTILE, 1, 2, HOSTILE, "2")

    assert "<script" not in charts.bars([bar], HOSTILE)
    assert "<script" not in charts.findings_bar({"ci": 1}, HOSTILE)
    assert "<script" not in marks.icon(HOSTILE)


def test_numbers_and_dates_follow_the_language() -> None:
    with override("fr"):
        assert formats.number(-1234.5) == f"\u22121{THIN}234,5"
        assert formats.measure(12.5, "mg") == f"12,5{NBSP}mg"
        assert formats.measure(98, "%") == f"98{THIN}%"
        assert formats.number(4, 1) == "4,0"
        assert formats.day(date(2026, 11, 20)) == "20/11/2026"
        assert formats.long_day(date(2026, 11, 20)) == "vendredi 20 novembre 2026"
        assert formats.long_day(date(2026, 12, 1)) == "mardi 1er décembre 2026"
        assert formats.duration(85) == f"1{NBSP}h{NBSP}25"
    with override("en"):
        assert formats.number(-1234.5) == "\u22121,234.5"
        assert formats.measure(98, "%") == "98%"
        assert formats.day(date(2026, 11, 20)) == "20 Nov 2026"
        assert formats.long_day(date(2026, 11, 20)) == "Friday 20 November 2026"


def test_a_difference_marks_the_words_that_changed() -> None:
    removed, added = parts.changes_between("Eliquis 5 mg, matin", "Eliquis 2,5 mg, matin")

    assert (removed.sign, [text for text, changed in removed.pieces if changed]) == ("-", ["5 "])
    assert (added.sign, [text for text, changed in added.pieces if changed]) == ("+", ["2,5 "])


def test_typed_letters_are_marked_whatever_their_case() -> None:
    assert parts.highlighted("KARDEGIC 75 mg", "kard") == (("KARD", True), ("EGIC 75 mg", False))
    assert parts.highlighted("ELIQUIS", "kard") == (("ELIQUIS", False),)
