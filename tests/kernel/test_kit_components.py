"""Components say what they are to everybody: names, states, reasons; and let nothing through unescaped."""

import gzip
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils.translation import override

from epione.kernel.kit import parts, samples
from epione.kernel.kit.toasts import say, toast

STATIC = Path(__file__).parents[2] / "src/epione/kernel/static/kernel"
HOSTILE = '"><script>alert(1)</script>'


def draw(source: str, language: str = "fr", **facts: Any) -> str:
    request = RequestFactory().get("/list/", {"q": "a b", "page": "2", "sort": "name"})
    with override(language):
        return Template("{% load kit %}" + source).render(Context({"request": request, **facts}))


def test_a_button_prints_its_letter_and_hears_it() -> None:
    drawn = draw('{% button "Signer" kind="pri" key="s" %}')

    assert 'data-key="s"' in drawn
    assert '<kbd aria-hidden="true">S</kbd>' in drawn
    assert 'type="submit"' in drawn


def test_a_button_that_is_disabled_says_why_and_cannot_be_sent() -> None:
    drawn = draw('{% button "Signer" key="s" reason="2 lectures manquent" href="/sign/" %}')

    assert "Signer, 2 lectures manquent" in drawn
    assert 'aria-disabled="true"' in drawn
    assert "/sign/" not in drawn
    assert "data-key" not in drawn


def test_attributes_of_a_button_are_dashed_and_escaped() -> None:
    drawn = draw('{% button "A" hx_post=address %}', address=HOSTILE)

    assert 'hx-post="&quot;&gt;' in drawn
    assert "<script" not in drawn


def test_a_level_is_a_shape_and_a_word() -> None:
    assert "Contre-indication" in draw('{% level "ci" %}')
    assert "Contraindicated" in draw('{% level "ci" %}', language="en")
    assert draw('{% level "pe" "5 précautions" %}').endswith("5 précautions</span>")


def test_a_column_sorts_and_keeps_the_filters_but_not_the_page() -> None:
    drawn = draw('{% sort_head "Patient" "name" %}{% sort_head "Attente" "wait" %}')

    assert 'aria-sort="ascending"' in drawn
    assert 'href="?q=a+b&amp;sort=-name"' in drawn
    assert 'href="?q=a+b&amp;sort=wait"' in drawn


def test_the_proof_of_an_entry_has_a_full_name() -> None:
    drawn = draw('{% proof 48213 digest "#p" %}', digest=sha256(b"x").digest())

    assert 'Entrée 48\u202f213<span class="vh">, prouvée</span>' in drawn


def test_a_failed_citation_gives_its_reason_and_no_link() -> None:
    drawn = draw("{% cite one %}", one=parts.Citation("ANSM", "/x", failed="page introuvable"))

    assert "<s>ANSM</s> page introuvable" in drawn
    assert "href" not in drawn


def test_a_field_ties_its_error_and_its_help_to_its_input() -> None:
    form = samples.SampleForm({"creatinine": "1,2"}, auto_id="x_%s")

    drawn = draw("{% field form.creatinine %}{% field form.born %}{% error_summary form %}", form=form)

    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="x_creatinine-error"' in drawn
    assert 'id="x_creatinine-error"' in drawn
    assert 'aria-describedby="x_born-help"' in drawn
    assert '<a href="#x_creatinine">' in drawn


def test_typed_text_comes_back_escaped() -> None:
    form = samples.SampleForm({"name": HOSTILE}, auto_id="x_%s")

    assert "<script" not in draw('{% field form.name %}{% combobox form.drug "/c/" text=t %}', form=form, t=HOSTILE)


def test_a_finding_that_lacks_a_fact_asks_for_it() -> None:
    one = parts.Finding("1", "ad", "Ramipril", "Hyperkaliémie", question="Quelle est la kaliémie\u202f?")

    drawn = draw("{% finding one %}", one=one)

    assert "À confirmer" in drawn
    assert "Quelle est la kaliémie\u202f?" in drawn


def test_a_decided_finding_is_one_line_that_can_be_undone() -> None:
    decisions = (parts.Decision("Retenir", "/d/", "r"),)
    one = parts.Finding("1", "ad", "A", "B", decisions=decisions, open=True, decided="Retenu à 14:02", undo_url="/u/")

    drawn = draw("{% finding one %}", one=one)

    assert "Retenu à 14:02" in drawn
    assert 'data-key="z"' in drawn
    assert 'data-key="r"' not in drawn


def test_progress_is_spoken_by_quarters() -> None:
    drawn = draw('{% progress "Import" 131 214 poll_url="/p/" %}')

    assert '<progress class="bar-p" max="214" value="131"' in drawn
    assert "Import, 50 %" in drawn.replace("\u202f", " ")
    assert 'hx-get="/p/"' in drawn


def test_news_and_speech_travel_together() -> None:
    answer = say(toast(HttpResponse(), "Constat écarté.", undo_url="/undo/"), "12 constats")

    assert json.loads(answer["HX-Trigger"]) == {
        "toast": {"text": "Constat écarté.", "undo": "/undo/"},
        "say": "12 constats",
    }


def test_the_stylesheet_stays_under_20_kb_compressed() -> None:
    assert len(gzip.compress((STATIC / "epione.css").read_bytes(), 9)) < 20_000


def test_every_icon_that_the_gallery_names_is_in_the_sprite() -> None:
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")

    assert [name for name in samples.ICONS.split() if f'id="{name}"' not in sprite] == []


@pytest.mark.django_db
def test_the_theme_is_kept_and_the_way_back_stays_here(client: Client) -> None:
    there = client.post("/theme/", {"theme": "dark", "next": "/kit/?patient=1"})
    away = client.post("/theme/", {"theme": "pink", "next": "https://elsewhere.example/"})

    assert (there["Location"], there.cookies["epione_theme"].value) == ("/kit/?patient=1", "dark")
    assert (away["Location"], "epione_theme" in away.cookies) == ("/", False)


@pytest.mark.django_db
def test_the_manifest_names_icons_that_exist(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest").json()

    assert manifest["lang"] == "fr"
    assert all((STATIC / Path(icon["src"]).name).exists() for icon in manifest["icons"])


@pytest.mark.django_db
def test_pages_carry_the_intended_use_and_no_inline_style(client: Client) -> None:
    page = client.get("/kit/?patient=1", headers={"accept-language": "fr"}).content.decode()

    assert "Aide à la décision, non dispositif médical." in page
    assert " style=" not in page
    assert "<script>" not in page
