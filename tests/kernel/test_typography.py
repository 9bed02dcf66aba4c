"""French is set as French is written, in code and in every catalogue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epione.kernel.kit.typography import typo_fr
from epione.kernel.messages import read, unset_typography
from epione.kernel.translations import catalogues

THIN, NBSP = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("typed", "set_right"),
    [
        ("Écarter ce constat ?", f"Écarter ce constat{THIN}?"),
        ("Écarter ce constat?", f"Écarter ce constat{THIN}?"),
        ("Motif : chute", f"Motif{NBSP}: chute"),
        ("Motif: chute", f"Motif{NBSP}: chute"),
        ("« Je ne sais pas »", f"«{NBSP}Je ne sais pas{NBSP}»"),
        ("«Je ne sais pas»", f"«{NBSP}Je ne sais pas{NBSP}»"),
        ("ordre ; toute", f"ordre{THIN}; toute"),
        ("98 % de confiance", f"98{THIN}% de confiance"),
        ("%(share)s %% de confiance", f"%(share)s{THIN}%% de confiance"),
        ("12,5 mg le matin", f"12,5{NBSP}mg le matin"),
        ("34 mL/min", f"34{NBSP}mL/min"),
        ("%(n)s mg", f"%(n)s{NBSP}mg"),
        ("48 213 entrées", f"48{THIN}213 entrées"),
        ("l'analyse d'hier", "l’analyse d’hier"),
        ("jusqu'à %(time)s", "jusqu’à %(time)s"),
        ("Et si...", "Et si…"),
        ("-12 mL/min", f"\u221212{NBSP}mL/min"),
        ("M. LEROUX et Mme COSTA", f"M.{NBSP}LEROUX et Mme{NBSP}COSTA"),
        ("le Dr Aubry, n° 5", f"le Dr{NBSP}Aubry, n°{NBSP}5"),
        ("ANSM p. 230", f"ANSM p.{NBSP}230"),
    ],
)
def test_what_is_typed_is_set_right(typed: str, set_right: str) -> None:
    assert typo_fr(typed) == set_right


@pytest.mark.parametrize(
    "already_right",
    [
        "Reprise à 14:05",
        "du 04:51 au 05:12",
        "https://exemple.fr/?page=2;tri=nom",
        '<a href="/patients/?q=a" class="link">Ouvrir</a>',
        "1-0-1",
        "2026-11-20",
        "01 23 45 67 89",
        "CKD-EPI 2021",
        "&nbsp;fin",
        "%(label)s, %(reason)s",
    ],
)
def test_what_is_not_prose_is_left_alone(already_right: str) -> None:
    assert typo_fr(already_right) == already_right


@given(st.text(alphabet="aé 1234567890'.,;:!?%«»-()mgL\u00a0\u202f", max_size=40))
def test_setting_twice_changes_nothing_more(text: str) -> None:
    assert typo_fr(typo_fr(text)) == typo_fr(text)


def test_every_french_message_is_set_as_french_is_written() -> None:
    assert unset_typography() == []


def test_french_keeps_the_placeholders_of_its_message() -> None:
    lost = [
        (source.parts[-5], entry.id)
        for source in catalogues()
        for entry in read(source)
        if entry.id and entry.string and list(entry.check())
    ]
    assert lost == []
