"""Posologies as French prescribers write them; ½ never becomes 2, and no text breaks the reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.prescriptions.domain.posology import number, parse_posology

MORNING, NOON, EVENING, BED = (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)

# text, dose of one intake, unit, mean intakes a day, what is taken at each moment, as needed
READ = [
    ("1-0-1", 1, None, 2, (1, 0, 1, 0), False),
    ("1 - 0 - 1 - 0", 1, None, 2, (1, 0, 1, 0), False),
    ("1/0/1", 1, None, 2, (1, 0, 1, 0), False),
    ("1-1-1-1", 1, None, 4, (1, 1, 1, 1), False),
    ("½-0-½", 0.5, None, 2, (0.5, 0, 0.5, 0), False),
    ("1/2-0-0", 0.5, None, 1, (0.5, 0, 0, 0), False),
    ("0,5-0-0", 0.5, None, 1, (0.5, 0, 0, 0), False),
    ("1½-0-1", None, None, 2, (1.5, 0, 1, 0), False),
    ("2-0-1 cp", None, "cp", 2, (2, 0, 1, 0), False),
    ("20-0-24 UI", None, "UI", 2, (20, 0, 24, 0), False),
    ("0-0-0-1", 1, None, 1, BED, False),
    ("1-0-1 si besoin", 1, None, 2, (1, 0, 1, 0), True),
    ("1-0-0 un jour sur deux", 1, None, 0.5, None, False),
    ("1 cp matin et soir", 1, "cp", 2, (1, 0, 1, 0), False),
    ("1 cp matin, midi et soir", 1, "cp", 3, (1, 1, 1, 0), False),
    ("matin et soir 1 cp", 1, "cp", 2, (1, 0, 1, 0), False),
    ("1 cp le matin et 2 cp le soir", None, "cp", 2, (1, 0, 2, 0), False),
    ("matin 1 cp, soir 2 cp", None, "cp", 2, (1, 0, 2, 0), False),
    ("2 cp le matin, 1 le soir", None, "cp", 2, (2, 0, 1, 0), False),
    ("½ cp le soir", 0.5, "cp", 1, (0, 0, 0.5, 0), False),
    ("1/2 comprimé le matin", 0.5, "cp", 1, (0.5, 0, 0, 0), False),
    ("demi comprimé le matin", 0.5, "cp", 1, (0.5, 0, 0, 0), False),
    ("1 ½ cp le soir", 1.5, "cp", 1, (0, 0, 1.5, 0), False),
    ("¼ cp au coucher", 0.25, "cp", 1, (0, 0, 0, 0.25), False),
    ("un comprimé le matin", 1, "cp", 1, MORNING, False),
    ("deux gélules le midi", 2, "gélule", 1, (0, 2, 0, 0), False),
    ("1 cp au coucher", 1, "cp", 1, BED, False),
    ("1 cp au petit déjeuner", 1, "cp", 1, MORNING, False),
    ("1 sachet le matin", 1, "sachet", 1, MORNING, False),
    ("1 cp par jour", 1, "cp", 1, None, False),
    ("1 cp/j", 1, "cp", 1, None, False),
    ("1cp/j", 1, "cp", 1, None, False),
    ("75 mg par jour", 75, "mg", 1, None, False),
    ("1 cp 3 fois par jour", 1, "cp", 3, None, False),
    ("1 cp x 3 / jour", 1, "cp", 3, None, False),
    ("500 mg x 2 / j", 500, "mg", 2, None, False),
    ("2 cp 2x/j", 2, "cp", 2, None, False),
    ("1 à 2 cp 3 fois par jour", 2, "cp", 3, None, False),
    ("1 cp 2 à 3 fois par jour", 1, "cp", 3, None, False),
    ("3 cp en 3 prises", 1, "cp", 3, None, False),
    ("1 g toutes les 6 heures", 1, "g", 4, None, False),
    ("1000 mg toutes les 8 h", 1000, "mg", 3, None, False),
    ("1 cp à 8h et 20h", 1, "cp", 2, None, False),
    ("1 cp si besoin", 1, "cp", None, None, True),
    ("1 cp si besoin, max 4 par jour", 1, "cp", 4, None, True),
    ("si besoin", None, None, None, None, True),
    ("2 bouffées 2 fois par jour", 2, "bouffée", 2, None, False),
    ("5 gouttes matin midi et soir", 5, "goutte", 3, (5, 5, 5, 0), False),
    ("10 UI le soir", 10, "UI", 1, (0, 0, 10, 0), False),
    ("1 patch tous les 3 jours", 1, "patch", 1 / 3, None, False),
    ("1 cp par semaine", 1, "cp", 1 / 7, None, False),
    ("15 mg 1 fois par semaine", 15, "mg", 1 / 7, None, False),
    ("1 inj. toutes les 2 semaines", 1, "injection", 1 / 14, None, False),
    ("1 inj par mois", 1, "injection", 1 / 30, None, False),
    ("1 ampoule tous les 3 mois", 1, "ampoule", 1 / 90, None, False),
    ("1 cp 1 jour sur 2", 1, "cp", 0.5, None, False),
    ("1 cp matin et soir pendant 7 jours", 1, "cp", 2, (1, 0, 1, 0), False),
    ("100 µg le matin", 100, "µg", 1, (100, 0, 0, 0), False),
    ("1 application par jour", 1, "application", 1, None, False),
    ("1 tablet twice a day", 1, "cp", 2, None, False),
    ("1 capsule in the morning", 1, "gélule", 1, MORNING, False),
]


@pytest.mark.parametrize(("text", "dose", "unit", "per_day", "moments", "prn"), READ)
def test_french_posologies_are_read(text, dose, unit, per_day, moments, prn):
    read = parse_posology(text)
    assert (read.dose_value, read.dose_unit, read.moments, read.prn) == (dose, unit, moments, prn)
    assert read.per_day == (pytest.approx(per_day) if per_day is not None else None)
    assert read.unread == ""


def test_more_than_fifty_real_posologies_are_covered():
    assert len({text for text, *_rest in READ}) >= 50


@pytest.mark.parametrize(
    "text", ["comme d’habitude", "selon protocole", "12-03-2026", "01/02/2026", "1/0 cp", "0 cp", "?"]
)
def test_what_says_no_dose_and_no_rhythm_is_given_back_whole(text):
    read = parse_posology(text)
    assert (read.unread, read.dose_value, read.per_day, read.moments) == (text, None, None, None)


@pytest.mark.parametrize(
    ("text", "ignored"),
    [
        ("1 cp le matin sauf dimanche", "sauf dimanche"),
        ("1-0-1 pendant les repas", "pendant repas"),
        ("1 cp par jour", ""),
        ("1 cp matin et soir", ""),
        ("½ cp le soir", ""),
        ("2 bouffées 2 fois par jour", ""),
    ],
)
def test_words_left_aside_are_told(text, ignored):
    assert parse_posology(text).ignored == ignored


# Writings that once gave a wrong dose: text, dose of one intake, unit, units a day
EASILY_MISREAD = [
    ("1 cp deux fois par jour", 1, "cp", 2),
    ("1 cp 2/j", 1, "cp", 2),
    ("1 cp *2/j", 1, "cp", 2),
    ("2 x 1 cp/j", 1, "cp", 2),
    ("1 cp par prise, 3 prises par jour", 1, "cp", 3),
    ("1 cp toutes les 6 à 8 h", 1, "cp", 4),
    ("1 cp ttes les 12h", 1, "cp", 2),
    ("1 cp 40 mg matin", 40, "mg", 40),
    ("1 cp de 40 mg le matin et 2 cp de 20 mg le soir", 40, "mg", 80),
    ("2 cp de 500 mg 3 fois par jour", 1000, "mg", 3000),
    ("1 amp de 100 000 UI tous les 3 mois", 1, "ampoule", 1 / 90),
    ("1 patch 50 µg/h tous les 3 jours", 1, "patch", 1 / 3),
    ("1 000 mg x 2/j", 1000, "mg", 2000),
    ("1 cp et demi par jour", 1.5, "cp", 1.5),
    ("un comprimé et demi le matin", 1.5, "cp", 1.5),
    ("1 comprimé matin et un demi-comprimé soir", None, "cp", 1.5),
    ("cinq comprimés par jour", 5, "cp", 5),
    ("1 cp un soir sur deux", 1, "cp", 0.5),
    ("1 cp le soir 2 jours sur 3", 1, "cp", 2 / 3),
    ("1 cp 3 semaines sur 4", 1, "cp", 0.75),
    ("10 mg le lundi", 10, "mg", 10 / 7),
    ("1 cp matin et soir lundi et jeudi", 1, "cp", 4 / 7),
    ("1 cp 1/2 h avant chaque repas", 1, "cp", None),
]


@pytest.mark.parametrize(("text", "dose", "unit", "daily"), EASILY_MISREAD)
def test_writings_easily_misread_give_the_dose_that_is_taken(text, dose, unit, daily):
    read = parse_posology(text)
    assert (read.dose_value, read.dose_unit, read.unread) == (dose, unit, "")
    if read.moments or daily is None:
        assert read.daily_units == daily
    else:
        assert read.daily_units == pytest.approx(daily)


@pytest.mark.parametrize(
    "text",
    [
        "10/5 mg 1 fois par jour",
        "1.000 mg/j",
        "1 500 mg/j",
        "500 mg à 1 g 3x/j",
        "2 cp 20 mg le soir",
        "1 cp à 8h, 2 cp à 20h",
        "1 cp midi et soir, 2 le dimanche",
        "1 cp le matin ou le soir",
        "pas le soir, 1 cp matin",
        "1 cp matin, arrêt le 12",
        "1-0-1-0-1",
        "3 x 1 cp",
        "01/02/26",
    ],
)
def test_what_can_be_read_in_two_ways_is_given_back_whole(text):
    read = parse_posology(text)
    assert (read.unread, read.dose_value, read.per_day, read.moments) == (text, None, None, None)


@pytest.mark.parametrize(("written", "value"), [("½", 0.5), ("1/2", 0.5), ("1 1/2", 1.5), ("1½", 1.5), ("¾", 0.75), ("0,5", 0.5),
                                                ("2", 2), ("une", 1), ("demi", 0.5)])  # fmt: skip
def test_a_quantity_is_what_is_written(written, value):
    assert number(written) == value


QUANTITIES = st.sampled_from(["0", "1", "2", "½", "1/2", "0,5", "1½", "¼", "3"])


@given(st.lists(QUANTITIES, min_size=3, max_size=4).filter(lambda grid: any(one != "0" for one in grid)))
def test_a_grid_is_read_as_written(grid):
    read = parse_posology("-".join(grid))
    expected = [0.0 if one == "0" else number(one) for one in grid]
    assert list(read.moments) == expected + [0.0] * (4 - len(expected))
    assert read.daily_units == pytest.approx(sum(expected))
    assert read.per_day == sum(1 for one in expected if one)


@given(st.sampled_from(["½", "1/2", "0,5", "0.5", "demi"]), st.sampled_from(["cp", "comprimé", "cpr"]),
       st.sampled_from(["le matin", "matin et soir", "par jour", "si besoin", "2 fois par jour", ""]))  # fmt: skip
def test_a_half_never_becomes_two(half, unit, when):
    assert parse_posology(f"{half} {unit} {when}").dose_value == 0.5


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text):
    read = parse_posology(text)
    assert read.text == " ".join(text.split())
    assert read.dose_value is None or read.dose_value > 0
    assert read.per_day is None or read.per_day > 0


PIECES = st.sampled_from(
    [
        "1",
        "2",
        "0",
        "½",
        "1/2",
        "1/0",
        "0/0",
        "999",
        ",",
        "-",
        "/",
        "x",
        "×",
        "cp",
        "mg",
        "matin",
        "midi",
        "soir",
        "coucher",
        "par",
        "jour",
        "fois",
        "toutes",
        "les",
        "h",
        "heures",
        "jours",
        "semaine",
        "si",
        "besoin",
        "à",
        "et",
        "max",
        "en",
        "prises",
        "tous",
        "3",
        "mois",
        "demi",
        "µg",
    ]
)


@given(st.lists(PIECES, max_size=12))
def test_no_mixture_of_known_words_breaks_the_reading(pieces):
    read = parse_posology(" ".join(pieces))
    assert read.dose_value is None or read.dose_value > 0
    assert read.moments is None or any(read.moments)
