"""The documents' pages."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from epione.documents.errors import AlreadyValidated, ContentChanged
from epione.documents.public import open_document, validate_document
from epione.identity.domain.roles import ROLES, permits
from epione.kernel.ids import uuid7
from epione.ledger.models import Entry
from epione.patients.public import Identity, create_patient
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_as, pharmacist):
    return client_as(by=pharmacist)


@pytest.mark.parametrize(("language", "said"), [("fr", "Brouillon"), ("en", "Draft")])
def test_pages_open_in_both_languages(browser, letter, jeanne, language, said):
    for path in ("/documents/", f"/documents/{letter.id}/", f"/documents/patient/{jeanne.id}/"):
        page = browser.get(path, headers={"accept-language": language})
        assert page.status_code == 200
        assert said in page.content.decode()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_list_opens_to_those_who_read_documents(client_as, role):
    assert client_as(role).get("/documents/").status_code == (200 if permits([role], "documents:read") else 403)


def test_a_secretary_lists_documents_and_opens_none(client_as, letter):
    browser = client_as("secretary")
    assert "VASSEUR Jeanne" in browser.get("/documents/").content.decode()
    assert browser.get(f"/documents/{letter.id}/").status_code == 403


def test_another_practice_finds_nothing(client_as, other_practice, letter, jeanne):
    browser = client_as("pharmacist", practice=other_practice)
    assert "VASSEUR" not in browser.get("/documents/").content.decode()
    for path in (f"/documents/{letter.id}/", f"/documents/{letter.id}/pdf/", f"/documents/patient/{jeanne.id}/"):
        assert browser.get(path).status_code == 404
    assert browser.post(f"/documents/{letter.id}/validate/", {"confirm_password": PASSWORD}).status_code == 404


def test_the_document_is_shown_under_the_banner_of_its_patient(browser, letter):
    page = browser.get(f"/documents/{letter.id}/").content.decode()
    assert 'class="bar patient"' in page
    assert "Ramipril + ibuprofène" in page
    assert "doc-finding doc-ad" in page


def test_reading_and_downloading_are_recorded(browser, letter):
    browser.get(f"/documents/{letter.id}/")
    browser.get(f"/documents/{letter.id}/docx/")
    actions = Entry.objects.filter(action__startswith="documents.").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["documents.write", "documents.open", "documents.export"]


@pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!doctype html>")])
def test_files_are_downloaded(browser, letter, form, start):
    answer = browser.get(f"/documents/{letter.id}/{form}/")
    assert answer.content.startswith(start)
    assert f".{form}" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"


def test_an_unknown_format_is_not_offered(browser, letter):
    assert browser.get(f"/documents/{letter.id}/exe/").status_code == 404


def test_validation_asks_for_the_password_then_keeps_the_very_file(browser, letter, pharmacist):
    address = f"/documents/{letter.id}/validate/"
    for wrong in ({"digest": letter.digest}, {"digest": letter.digest, "confirm_password": "wrong"}):
        browser.post(address, wrong)
        assert open_document(document_id=letter.id, by=pharmacist).validated_at is None
    first = browser.get(f"/documents/{letter.id}/pdf/").content
    assert browser.post(address, {"digest": letter.digest, "confirm_password": PASSWORD}).status_code == 302
    opened = open_document(document_id=letter.id, by=pharmacist)
    assert opened.validated_by == pharmacist.id
    assert browser.get(f"/documents/{letter.id}/pdf/").content == first
    page = browser.get(f"/documents/{letter.id}/").content.decode()
    assert "confirm_password" not in page
    assert opened.digest in page


def test_a_changed_document_and_a_second_validation_are_refused(letter, pharmacist):
    with pytest.raises(ContentChanged):
        validate_document(document_id=letter.id, digest="0" * 64, by=pharmacist)
    validate_document(document_id=letter.id, digest=letter.digest, by=pharmacist)
    with pytest.raises(AlreadyValidated):
        validate_document(document_id=letter.id, digest=letter.digest, by=pharmacist)


def test_only_the_newest_version_is_listed_and_the_old_one_leads_to_it(browser, write):
    subject = uuid7()
    old, new = write(subject), write(subject, title="Courrier corrigé")
    listed = browser.get("/documents/").content.decode()
    assert f"/documents/{new.id}/" in listed
    assert f"/documents/{old.id}/" not in listed
    page = browser.get(f"/documents/{old.id}/").content.decode()
    assert "Une version plus récente" in page
    assert f'href="/documents/{new.id}/"' in page
    assert "confirm_password" not in page


def test_the_list_is_filtered_by_kind_and_state(browser, write, pharmacist):
    letter, plan = write(), write(kind="medication_reviews.plan", title="Plan de prise de Jeanne")
    validate_document(document_id=plan.id, digest=plan.digest, by=pharmacist)

    def shown(query):
        text = browser.get(f"/documents/?{query}").content.decode()
        return f"/documents/{letter.id}/" in text, f"/documents/{plan.id}/" in text

    assert shown("") == (True, True)
    assert shown("kind=medication_reviews.plan") == (False, True)
    assert shown("state=draft") == (True, False)
    assert shown("state=validated&kind=medication_reviews.letter") == (False, False)


def test_the_search_finds_a_document_by_title_and_patient(browser, letter):
    for typed in ("courrier", "vasseur"):
        assert f"/documents/{letter.id}/" in browser.get("/search/", {"q": typed}).content.decode()


def test_a_validated_document_enters_the_timeline(browser, letter, jeanne, pharmacist):
    address = f"/patients/{jeanne.id}/timeline/"
    assert f"/documents/{letter.id}/" not in browser.get(address).content.decode()
    validate_document(document_id=letter.id, digest=letter.digest, by=pharmacist)
    assert f"/documents/{letter.id}/" in browser.get(address).content.decode()


def test_more_documents_ask_no_more_queries(browser, write, jeanne):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/documents/").status_code == 200
        return len(queries)

    write()
    asked()
    one = asked()
    write()
    write()
    asked()
    assert asked() == one


def test_those_who_audit_reach_the_proof(client_as, practice, letter, pharmacist):
    from django.contrib.auth import get_user_model

    from epione.identity.public import actor_of, create_user

    validate_document(document_id=letter.id, digest=letter.digest, by=pharmacist)
    create_user(practice_id=practice.id, username="both", password=None, roles=["auditor", "pharmacist"])
    both = actor_of(get_user_model().objects.get(username="both"), practice.id)
    entry = Entry.objects.get(action="documents.validate")
    page = client_as(by=both).get(f"/documents/{letter.id}/").content.decode()
    assert f"/ledger/{entry.id}/" in page
    proof = client_as(by=both).get(f"/ledger/{entry.id}/").content.decode()
    assert letter.digest in proof


def test_a_name_with_markup_is_only_a_name(browser, pharmacist, write):
    card = create_patient(identity=Identity("<b>Eve</b>", "<script>", date(1950, 1, 1)), by=pharmacist)
    made = write(patient_id=card.id, patient=(("Patient", "<script>alert(1)</script>"),))
    for path in ("/documents/", f"/documents/{made.id}/"):
        assert "<script>alert(1)" not in browser.get(path).content.decode()
