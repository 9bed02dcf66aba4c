"""Pages of a treatment, as a browser asks for them."""

import html
import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from epione.kernel.clock import today
from epione.prescriptions.public import LineContent, change_line, open_history, treatment_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page_of(jeanne):
    return f"/prescriptions/patients/{jeanne.id}/"


def lines_of(pharmacist, jeanne):
    return treatment_of(pharmacist.practice_id, jeanne.id).lines


def text_of(answer):
    return answer.content.decode()


def typed(**values):
    return {"drug": "", "drug_text": "", "posology": "", "indication": "", "source": "prescribed", **values}


def test_an_empty_treatment_proposes_to_add_or_to_paste(browser, page_of):
    text = text_of(browser.get(page_of))
    assert f"{page_of}add/" in text
    assert f"{page_of}list/" in text


def test_the_record_has_the_tab_and_the_timeline_tells_the_start(browser, jeanne, page_of, add):
    add(start=date(2026, 1, 5))
    assert page_of in text_of(browser.get(f"/patients/{jeanne.id}/"))
    assert "amlodipine" in text_of(browser.get(f"/patients/{jeanne.id}/timeline/")).lower()


def test_choices_show_the_brand_the_substance_and_what_is_missing(browser):
    text = text_of(browser.get("/prescriptions/drugs/?q=kardeg"))
    assert "<b>KARDEG</b>" in text
    assert 'data-value="cis:' in text
    assert "acide acétylsalicylique" in text or "acétylsalicyl" in text
    assert 'data-value="inn:' in text_of(browser.get("/prescriptions/drugs/?q=amlodipine"))
    assert "xyzzyplugh" in text_of(browser.get("/prescriptions/drugs/?q=xyzzyplugh"))


def test_a_posology_is_read_while_it_is_typed(browser):
    assert "2\u00a0cp par jour" in text_of(browser.get("/prescriptions/reading/", {"posology": "1 cp matin et soir"}))
    assert "½" in text_of(browser.get("/prescriptions/reading/", {"posology": "½-0-0"}))
    assert "sauf dimanche" in text_of(
        browser.get("/prescriptions/reading/", {"posology": "1 cp le matin sauf dimanche"})
    )
    assert "non compris" in text_of(browser.get("/prescriptions/reading/", {"posology": "comme d’habitude"}))


def test_a_line_chosen_in_the_list_is_kept_and_shown_with_its_grid(browser, page_of, pharmacist, jeanne):
    answer = browser.post(f"{page_of}add/", typed(drug="inn:amlodipine", drug_text="amlodipine 5 mg", posology="1-0-½"))
    assert answer.status_code == 302
    (line,) = lines_of(pharmacist, jeanne)
    assert line.intake.moments == (1.0, 0.0, 0.5, 0.0)
    assert line.line.daily_mg == 7.5
    text = text_of(browser.get(page_of))
    assert "<b>½</b>" in text


def test_a_typed_name_that_is_certain_is_taken_without_a_question(browser, page_of, pharmacist, jeanne):
    browser.post(f"{page_of}add/", typed(drug_text="amlodipine 5 mg", posology="1-0-0"))
    assert [line.drug.ingredients[0].amount for line in lines_of(pharmacist, jeanne)] == [5.0]


def test_an_unknown_medicine_is_asked_about_then_kept_outside_the_analysis(browser, page_of, pharmacist, jeanne):
    sent = typed(drug_text="tisane du jardin", posology="1-0-0")
    first = browser.post(f"{page_of}add/", sent)
    assert first.status_code == 422
    assert 'value="tisane du jardin"' in text_of(first)
    assert lines_of(pharmacist, jeanne) == ()
    chosen = {**sent, "choice": "text:", "choice_for": "tisane du jardin"}
    assert browser.post(f"{page_of}add/", chosen).status_code == 302
    text = text_of(browser.get(page_of))
    assert "tisane du jardin" in text
    assert "hors analyse" in text


def test_a_misspelt_medicine_is_proposed_not_taken(browser, page_of, pharmacist, jeanne):
    answer = browser.post(f"{page_of}add/", typed(drug_text="amlodipne", posology="1-0-0"))
    assert answer.status_code == 422
    assert "AMLODIPINE" in text_of(answer).upper()
    assert lines_of(pharmacist, jeanne) == ()


def test_a_duplicate_is_shown_then_kept_on_demand(browser, page_of, pharmacist, jeanne, add):
    add()
    sent = typed(drug="inn:amlodipine", drug_text="amlodipine 10 mg", posology="1-0-0")
    first = browser.post(f"{page_of}add/", sent)
    assert first.status_code == 422
    assert "déjà dans le traitement" in text_of(first).lower()
    assert len(lines_of(pharmacist, jeanne)) == 1
    assert browser.post(f"{page_of}add/", {**sent, "twice": "1"}).status_code == 302
    assert len(lines_of(pharmacist, jeanne)) == 2


def test_what_cannot_be_kept_is_said_beside_the_field_and_nothing_is_lost(browser, page_of, pharmacist, jeanne):
    sent = typed(
        drug="inn:amlodipine", drug_text="amlodipine", posology="comme avant", start="05/01/2026", end="01/01/2026"
    )
    answer = browser.post(f"{page_of}add/", sent)
    assert answer.status_code == 422
    text = text_of(answer)
    assert 'value="comme avant"' in text
    assert "id_end-error" in text
    assert "id_posology-error" in text
    assert lines_of(pharmacist, jeanne) == ()


def test_a_change_is_a_new_version_with_its_difference(browser, pharmacist, add):
    line = add(posology="1-0-0")
    sent = typed(drug="inn:amlodipine", drug_text="amlodipine 5 mg", posology="1-0-1", version=str(line.version_id))
    assert browser.post(f"/prescriptions/lines/{line.id}/", sent).status_code == 302
    assert [v.content.posology for v in open_history(line_id=line.id, by=pharmacist)] == ["1-0-1", "1-0-0"]
    text = text_of(browser.get(f"/prescriptions/lines/{line.id}/history/"))
    assert "<del>" in text
    assert "1-0-0" in text


def test_a_concurrent_change_shows_both_versions_and_keeps_what_was_typed(browser, pharmacist, add):
    line = add(posology="1-0-0")
    change_line(
        line_id=line.id, content=LineContent("amlodipine 5 mg", inn="amlodipine", posology="0-0-2"), by=pharmacist
    )
    sent = typed(drug="inn:amlodipine", drug_text="amlodipine 5 mg", posology="1-0-1", version=str(line.version_id))
    answer = browser.post(f"/prescriptions/lines/{line.id}/", sent)
    assert answer.status_code == 409
    text = text_of(answer)
    assert "0-0-2" in text
    assert 'value="1-0-1"' in text
    newest = open_history(line_id=line.id, by=pharmacist)[0]
    assert newest.content.posology == "0-0-2"
    assert (
        browser.post(f"/prescriptions/lines/{line.id}/", {**sent, "version": str(newest.version_id)}).status_code == 302
    )


def test_a_changed_posology_replaces_a_dose_that_came_from_a_file(browser, pharmacist, jeanne, add):
    line = add(dose_value=2.0, dose_unit="cp", per_day=3.0)
    sent = typed(drug="inn:amlodipine", drug_text="amlodipine 5 mg", posology="1-0-0", version=str(line.version_id))
    browser.post(f"/prescriptions/lines/{line.id}/", sent)
    assert lines_of(pharmacist, jeanne)[0].intake.per_day == 1.0


def test_a_line_is_stopped_today_and_shown_as_past_tomorrow(browser, pharmacist, jeanne, add):
    line = add(posology="1-0-0")
    assert browser.post(f"/prescriptions/lines/{line.id}/stop/", {}).status_code == 302
    (after,) = lines_of(pharmacist, jeanne)
    assert after.content.end == today()
    assert treatment_of(pharmacist.practice_id, jeanne.id).past(today() + timedelta(days=1)) == (after,)


def test_a_removed_line_can_be_put_back(browser, page_of, pharmacist, jeanne, add):
    line = add(posology="1-0-0")
    answer = browser.post(f"/prescriptions/lines/{line.id}/remove/", headers={"hx-request": "true"})
    assert f"/prescriptions/lines/{line.id}/restore/" in answer["HX-Trigger"]
    assert lines_of(pharmacist, jeanne) == ()
    assert f"/prescriptions/lines/{line.id}/restore/" in text_of(browser.get(page_of))
    browser.post(f"/prescriptions/lines/{line.id}/restore/")
    assert [kept.id for kept in lines_of(pharmacist, jeanne)] == [line.id]


def test_the_validation_stands_until_the_next_change(browser, page_of, pharmacist, jeanne, add):
    add(posology="1-0-0")
    browser.post(f"{page_of}validate/")
    assert treatment_of(pharmacist.practice_id, jeanne.id).validated_by == pharmacist.id
    assert pharmacist.name in text_of(browser.get(page_of)) or "Validé" in text_of(browser.get(page_of))
    add("ramipril 5 mg", inn="ramipril")
    assert treatment_of(pharmacist.practice_id, jeanne.id).validated_at is None


def test_a_pasted_list_is_read_line_by_line_and_confirmed(browser, page_of, pharmacist, jeanne):
    pasted = "- amlodipine 5 mg 1-0-0\n2) ramipril 5 mg : 1 cp le soir\nproduit inconnu zzz 1-0-0\n\n"
    shown = browser.post(f"{page_of}list/", {"text": pasted})
    text = text_of(shown)
    assert shown.status_code == 200
    assert "produit inconnu zzz" in text
    assert lines_of(pharmacist, jeanne) == ()
    packed = [line.split('value="')[1].split('"')[0] for line in text.split("<input") if 'name="line-' in line]

    sent = {"count": "3", **{f"line-{n}": html.unescape(one) for n, one in enumerate(packed)},
            **{f"keep-{n}": "1" for n in range(3)}, "posology-0": "1-0-0", "posology-1": "1 cp le soir",
            "posology-2": "1-0-0", "choice-0": "inn:amlodipine", "choice-1": "inn:ramipril"}  # fmt: skip
    undecided = browser.post(f"{page_of}list/", sent)
    assert undecided.status_code == 422
    assert lines_of(pharmacist, jeanne) == ()
    assert browser.post(f"{page_of}list/", {**sent, "choice-2": "text:"}).status_code == 302
    kept = {line.content.written: line.intake.moments for line in lines_of(pharmacist, jeanne)}
    assert kept == {
        "amlodipine 5 mg": (1.0, 0.0, 0.0, 0.0),
        "ramipril 5 mg": (0.0, 0.0, 1.0, 0.0),
        "produit inconnu zzz": (1.0, 0.0, 0.0, 0.0),
    }


def test_a_csv_in_windows_encoding_is_read(browser, page_of):
    content = "nom;dose;unité;fréquence;début\namlodipine 5 mg;1;cp;1 fois par jour;05/01/2026\n".encode("cp1252")
    answer = browser.post(f"{page_of}list/", {"file": SimpleUploadedFile("liste.csv", content)})
    assert answer.status_code == 200
    assert escape('"dose_value": 1.0') in text_of(answer)
    assert "2026-01-05" in text_of(answer)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"a;b\n1;2\n", "cis"),
        (b"name;dose\nx;beaucoup\n", "beaucoup"),
        (b"name;start\nx;31/02/2026\n", "31/02/2026"),
        (b"name\n" + b"x\n" * 600, "500"),
        (b"\x00\x01\x02\xff\xfe\x00", "texte"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(browser, page_of, content, said):
    answer = browser.post(f"{page_of}list/", {"file": SimpleUploadedFile("liste.csv", content)})
    assert answer.status_code == 422
    assert said in text_of(answer)


@pytest.mark.parametrize("role", ["secretary", "auditor", "admin", "nurse"])
def test_roles_without_the_right_are_refused(client_as, page_of, role):
    assert client_as(role).get(page_of).status_code == 403


def test_another_practice_is_told_that_nothing_is_there(client_as, other_practice, page_of, add):
    line = add()
    browser = client_as("pharmacist", practice=other_practice)
    assert browser.get(page_of).status_code == 404
    assert browser.get(f"/prescriptions/lines/{line.id}/").status_code == 404
    assert browser.post(f"/prescriptions/lines/{line.id}/remove/").status_code == 404


def test_a_choice_made_for_another_text_is_void(browser, page_of, pharmacist, jeanne):
    sent = typed(drug_text="ramipril 5 mg", posology="1-0-0", choice="inn:AMLODIPINE", choice_for="amlodipne")
    assert browser.post(f"{page_of}add/", sent).status_code == 302
    assert [line.drug.name for line in lines_of(pharmacist, jeanne)] == ["RAMIPRIL"]


def test_a_medicine_retyped_without_a_script_replaces_the_former(browser, pharmacist, jeanne, add):
    line = add(posology="1-0-0")
    text = text_of(browser.get(f"/prescriptions/lines/{line.id}/"))
    assert 'name="drug_for" value="amlodipine 5 mg"' in text
    sent = typed(drug="inn:amlodipine", drug_was="inn:amlodipine", drug_for="amlodipine 5 mg", drug_text="ramipril 5 mg",
                 posology="1-0-0", version=str(line.version_id))  # fmt: skip
    assert browser.post(f"/prescriptions/lines/{line.id}/", sent).status_code == 302
    assert [line.drug.name for line in lines_of(pharmacist, jeanne)] == ["RAMIPRIL"]


def test_changing_the_posology_keeps_the_strength_of_a_bare_substance(browser, pharmacist, jeanne, add):
    line = add(posology="1-0-0")
    sent = typed(drug="inn:amlodipine", drug_was="inn:amlodipine", drug_for="amlodipine 5 mg", drug_text="amlodipine 5 mg",
                 posology="1-0-1", version=str(line.version_id))  # fmt: skip
    browser.post(f"/prescriptions/lines/{line.id}/", sent)
    assert [line.line.daily_mg for line in lines_of(pharmacist, jeanne)] == [10.0]


def test_a_list_of_five_hundred_lines_is_read_shown_and_kept(browser, page_of, pharmacist, jeanne):
    pasted = "\n".join(f"produit inconnu {n} 1-0-0" for n in range(500))
    shown = browser.post(f"{page_of}list/", {"text": pasted})
    assert shown.status_code == 200
    sent = {"count": "500"}
    for n in range(500):
        line = json.dumps(LineContent(f"produit inconnu {n}").to_dict())
        sent |= {f"line-{n}": line, f"keep-{n}": "1", f"choice-{n}": "text:", f"posology-{n}": "1-0-0"}
    assert browser.post(f"{page_of}list/", sent).status_code == 302
    assert len(lines_of(pharmacist, jeanne)) == 500
    too_long = browser.post(f"{page_of}list/", {"text": pasted + "\nun de plus"})
    assert too_long.status_code == 422
    assert "500" in text_of(too_long)
