"""The catalogue's pages."""

import gzip
import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from epione.identity.domain.roles import ROLES, permits
from epione.ledger.models import Entry
from epione.medications.domain.drug import DrugStatus
from epione.medications.domain.drug_interactions import listed_for
from epione.medications.providers import pack
from epione.medications.public import load_catalogue, load_thesaurus, speciality_sheet

pytestmark = pytest.mark.django_db
KARDEGIC = "64755969"


@pytest.fixture
def browser(client_as):
    return client_as("pharmacist")


PATHS = ["/medications/", "/medications/?q=kardegic", f"/medications/{KARDEGIC}/",
         f"/medications/{KARDEGIC}/interactions/", "/medications/check/", "/medications/catalogue/"]  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_pages_open_in_both_languages(browser, path, language):
    page = browser.get(path, headers={"accept-language": language})
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_everybody_reads_the_catalogue_and_administrators_change_it(client_as, role):
    browser = client_as(role)
    assert browser.get("/medications/catalogue/").status_code == 200
    assert browser.post("/medications/catalogue/import/").status_code == (
        422 if permits([role], "medications:write") else 403
    )


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get("/medications/")["Location"].startswith("/sign-in/")


def test_search_as_a_pharmacist_types(browser):
    page = browser.get("/medications/?q=kardegic 75", headers={"hx-request": "true"}).content.decode()
    assert "<html" not in page
    assert page.index(f"/medications/{KARDEGIC}/") < page.index("</tr>", page.index("<tbody>"))
    assert "Aucun médicament trouvé" in browser.get("/medications/?q=zzzzqqqq").content.decode()


def test_what_was_typed_is_only_text(browser):
    page = browser.get("/medications/?q=<script>alert(1)</script>").content.decode()
    assert "<script>alert(1)" not in page


def test_the_sheet_says_where_each_part_comes_from(browser):
    page = browser.get(f"/medications/{KARDEGIC}/").content.decode()
    assert "B01AC06" in page
    assert all(box.cip13 in page for box in speciality_sheet(KARDEGIC).boxes)
    assert speciality_sheet(KARDEGIC).boxes
    assert "édition 2026-07-24" in page
    assert "acide acétylsalicylique" in page
    assert "65\u202f%" in page
    assert "liste officielle" in page or "Source du code" in page


def test_an_unknown_code_is_said(browser):
    for path in ("/medications/00000000/", "/medications/00000000/interactions/"):
        assert browser.get(path).status_code == 404


def test_every_alert_of_the_engine_is_listed_on_the_sheet_of_both_medicines():
    thesaurus = load_thesaurus()
    marketed = [drug for drug in load_catalogue().drugs() if drug.status is DrugStatus.MARKETED and drug.checkable]
    some = random.Random(20261120).sample(marketed, 70)
    rows = {drug.cis: {one.row.id for one in listed_for(drug, thesaurus)} for drug in some}
    seen = 0
    for place, one in enumerate(some):
        for other in some[place + 1 :]:
            found = thesaurus.check_pair(one, other, {})
            if found:
                seen += 1
                assert found.rule in rows[one.cis]
                assert found.rule in rows[other.cis]
    assert seen > 100


def test_nothing_is_listed_for_a_medicine_that_cannot_be_checked():
    homeopathic = next(drug for drug in load_catalogue().drugs() if drug.status is DrugStatus.HOMEOPATHIC)
    assert listed_for(homeopathic, load_thesaurus()) == []


def test_interactions_are_grouped_by_level_the_gravest_first(browser):
    page = browser.get(f"/medications/{KARDEGIC}/interactions/").content.decode()
    heads = page.split("<h2>")[1:]
    levels = [
        next((word for word in ("lvl ci", "lvl ad", "lvl pe", "lvl apc") if word in head[:200]), "") for head in heads
    ]
    shown = [level for level in levels if level]
    assert shown == sorted(shown, key=["lvl ci", "lvl ad", "lvl pe", "lvl apc"].index)
    assert len(shown) >= 3
    assert "Pourquoi" in page
    assert "Que faire" in page


def checked(browser, *drugs, **facts):
    return browser.get("/medications/check/", {"drugs": "\n".join(drugs)} | facts).content.decode()


def test_a_pair_of_the_thesaurus_has_level_reason_and_page(browser):
    page = checked(browser, "ramipril 5 mg", "ibuprofène 400 mg")
    assert "lad c-" in page
    assert "Pourquoi" in page
    assert "Thésaurus ANSM, édition 2023-09-15, p." in page
    assert "de ramipril." in page


def test_an_unlisted_pair_is_never_called_safe(browser):
    page = checked(browser, "paracétamol 1 g", "amoxicilline 1 g")
    assert "Non listé dans le thésaurus des interactions (édition 2023-09-15)" in page
    assert "ne veut pas dire sans risque" in page


def test_a_level_that_depends_on_a_datum_is_a_question_then_an_answer(browser):
    asked = checked(browser, "méthotrexate", "Kardegic 75")
    assert 'name="fact_mtx_mg_week"' in asked
    assert "À confirmer" in asked
    answered = checked(browser, "méthotrexate", "Kardegic 75", fact_mtx_mg_week="10", fact_asa_mg_dose="75", fact_asa_mg_day="75",
                       fact_hist_peptic_ulcer="false")  # fmt: skip
    assert 'id="fact-mtx_mg_week"' not in answered
    wrong = checked(browser, "méthotrexate", "Kardegic 75", fact_nonsense="10")
    assert "nonsense" in wrong


def test_what_is_not_understood_is_asked_and_not_checked(browser):
    page = checked(browser, "zzzzqqqq", "ramipril 5 mg")
    assert "n’a pas été reconnu" in page
    assert "Il n’a pas été vérifié" in page


def test_one_check_takes_no_more_than_it_says(browser):
    page = checked(browser, *[f"produit inconnu {i}" for i in range(30)])
    assert "Seuls les 20 premiers" in page


def test_the_state_names_source_date_age_and_licence_of_every_table(browser):
    page = browser.get("/medications/catalogue/").content.decode()
    for table, (_file, edition, _source, _licence) in pack.TABLES.items():
        assert edition in page, table
    assert "Licence Ouverte Etalab 2.0" in page
    assert "Tables anciennes" in page
    assert 'type="file"' not in page


def sent(browser, table, content, name="CIS_test.tsv"):
    return browser.post("/medications/catalogue/import/", {"table": table, "file": SimpleUploadedFile(name, content)})


def test_a_file_that_is_no_table_is_refused_with_its_line(client_as):
    browser = client_as("admin")
    assert 'type="file"' in browser.get("/medications/catalogue/").content.decode()
    answer = sent(browser, "generics", b"not a table")
    assert answer.status_code == 422
    assert "Rien n’a été importé" in answer.content.decode()
    assert not Entry.objects.filter(action="medications.import").exists()


def test_a_table_is_imported_by_an_administrator(client_as, tmp_path, monkeypatch):
    monkeypatch.setenv("EPIONE_HOME", str(tmp_path))
    content = gzip.decompress((pack.DATA / pack.TABLES["availability"][0]).read_bytes())
    answer = sent(client_as("admin"), "availability", content, "availability.tsv")
    assert answer.status_code == 302
    assert Entry.objects.filter(action="medications.import").count() == 1


def test_the_one_search_field_finds_medicines(browser):
    assert f"/medications/{KARDEGIC}/" in browser.get("/search/", {"q": "kardegic 75"}).content.decode()


def test_the_home_page_says_which_sources_are_old(client_as):
    page = client_as("admin").get("/").content.decode()
    assert "Catalogue des médicaments" in page
    assert "Thésaurus ANSM" in page
    assert "à renouveler" in page


def test_more_results_of_a_search_are_asked_for(browser):
    first = browser.get("/medications/?q=paracetamol", headers={"hx-request": "true"}).content.decode()
    assert first.count("<tr data-row") == 30
    assert "shown=60" in first
    more = browser.get("/medications/?q=paracetamol&shown=60", headers={"hx-request": "true"}).content.decode()
    assert more.count("<tr data-row") > 30
    assert browser.get("/medications/?q=paracetamol&shown=99999999").status_code == 200
