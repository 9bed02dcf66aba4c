"""Signing and verifying on the pages, by the API and on the command line."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from typer.testing import CliRunner

from epione.documents.models import Signature
from epione.documents.public import export_document, open_document, sign_document
from epione.documents.services import authority_file, revocation_file
from epione.identity.domain.roles import ROLES, permits
from epione.ledger.models import Entry
from epione.project.cli import documents as command
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
API = "/api/v1/documents"


@pytest.fixture
def browser(client_as, pharmacist):
    return client_as(by=pharmacist)


@pytest.fixture
def signed(letter, pharmacist):
    sign_document(document_id=letter.id, digest=letter.digest, by=pharmacist)
    return export_document(document_id=letter.id, form="pdf", by=pharmacist)[0]


def sent(browser, content, name="letter.pdf"):
    return browser.post("/documents/verify/", {"file": SimpleUploadedFile(name, content, "application/pdf")})


def test_signing_asks_for_the_password_then_shows_the_signature(browser, letter, pharmacist):
    address = f"/documents/{letter.id}/sign/"
    for wrong in ({"digest": letter.digest}, {"digest": letter.digest, "confirm_password": "wrong"}):
        browser.post(address, wrong)
        assert not Signature.objects.exists()
    form = {"digest": letter.digest, "reason": "approval", "confirm_password": PASSWORD}
    assert browser.post(address, form).status_code == 302
    page = browser.get(f"/documents/{letter.id}/").content.decode()
    assert "Approbation du document" in page
    assert "Horodatage interne, non qualifié" in page
    assert f'action="{address}"' not in page
    assert "Signé" in browser.get("/documents/").content.decode()


def test_the_page_offers_to_sign_or_to_validate_only(browser, letter):
    page = browser.get(f"/documents/{letter.id}/").content.decode()
    assert f'action="/documents/{letter.id}/sign/"' in page
    assert f'formaction="/documents/{letter.id}/validate/"' in page
    assert "non qualifiée (eIDAS)" in page


def test_who_reads_only_is_not_offered_to_sign(client_as, letter):
    page = client_as("nurse").get(f"/documents/{letter.id}/").content.decode()
    assert "/sign/" not in page


@pytest.mark.parametrize(("language", "said"), [("fr", "La signature est valide."), ("en", "The signature is valid.")])
def test_a_signed_file_is_verified_in_both_languages(browser, signed, language, said):
    page = browser.post(
        "/documents/verify/",
        {"file": SimpleUploadedFile("a.pdf", signed, "application/pdf")},
        headers={"accept-language": language},
    ).content.decode()
    assert said in page
    assert "Camille Pharmacist" in page
    assert "Pharmacie des Halles" in page


def test_an_altered_file_a_plain_one_and_no_pdf(browser, signed, letter, client_as, other_practice):
    altered = bytearray(signed)
    altered[9000] ^= 1
    assert "Ne vous fiez pas à ce fichier" in sent(browser, bytes(altered)).content.decode()
    elsewhere = client_as("pharmacist", practice=other_practice)
    assert "Certificat inconnu ici" in sent(elsewhere, signed).content.decode()
    assert sent(browser, b"hello").status_code == 422
    assert browser.post("/documents/verify/", {}).status_code == 422
    assert Entry.objects.filter(action="documents.verify").count() == 2


def test_names_in_a_foreign_certificate_are_only_words(browser, letter, pharmacist):
    from django.contrib.auth import get_user_model

    get_user_model().objects.filter(pk=pharmacist.id).update(first_name="<script>alert(1)</script>", last_name="")
    sign_document(document_id=letter.id, digest=letter.digest, by=pharmacist)
    file = export_document(document_id=letter.id, form="pdf", by=pharmacist)[0]
    assert "<script>alert(1)" not in sent(browser, file).content.decode()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_verification_opens_to_those_who_read_documents(client_as, role):
    wanted = 200 if permits([role], "documents:read") else 403
    assert client_as(role).get("/documents/verify/").status_code == wanted


def test_the_authority_is_downloaded_once_something_was_signed(browser, letter, pharmacist):
    assert browser.get("/documents/authority.pem").status_code == 404
    sign_document(document_id=letter.id, digest=letter.digest, by=pharmacist)
    assert browser.get("/documents/authority.pem").content.startswith(b"-----BEGIN CERTIFICATE")
    assert browser.get("/documents/authority.crl")["Content-Type"] == "application/pkix-crl"


def test_the_api_lists_reads_signs_and_gives_the_file(browser, letter, jeanne, pharmacist):
    browser.post(f"/documents/{letter.id}/sign/", {"confirm_password": PASSWORD})
    listed = browser.get(API, {"patient_id": str(jeanne.id)}).json()
    assert [one["id"] for one in listed["items"]] == [str(letter.id)]
    assert browser.get(API, {"validated": "true"}).json()["total"] == 0
    read = browser.get(f"{API}/{letter.id}").json()
    assert (read["digest"], read["signatures"]) == (letter.digest, [])
    body = {"digest": read["digest"], "reason": "author"}
    refused = browser.post(f"{API}/{letter.id}/sign", {**body, "digest": "0" * 64}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "document-changed")
    done = browser.post(f"{API}/{letter.id}/sign", body, content_type="application/json").json()
    assert [one["level"] for one in done["signatures"]] == ["B-T"]
    file = browser.get(f"{API}/{letter.id}/file").content
    found = browser.post(f"{API}/verify", {"file": SimpleUploadedFile("a.pdf", file)}).json()
    assert found["valid"] is True
    assert found["signatures"][0]["trust"] == "known"


def test_the_api_asks_for_a_recent_proof(browser, letter):
    refused = browser.post(f"{API}/{letter.id}/sign", {"digest": letter.digest}, content_type="application/json")
    assert (refused.status_code, Signature.objects.count()) == (403, 0)


def test_another_practice_finds_no_document_by_the_api(client_as, other_practice, letter):
    browser = client_as("pharmacist", practice=other_practice)
    assert browser.get(API).json()["total"] == 0
    assert browser.get(f"{API}/{letter.id}").status_code == 404
    assert browser.get(f"{API}/{letter.id}/file").status_code == 404


def test_the_command_line_verifies_with_this_installation_or_with_a_root(signed, pharmacist, tmp_path):
    file, root, crl = tmp_path / "a.pdf", tmp_path / "root.pem", tmp_path / "list.crl"
    file.write_bytes(signed)
    root.write_bytes(authority_file(pharmacist.practice_id))
    crl.write_bytes(revocation_file(pharmacist.practice_id))
    run = CliRunner().invoke
    here = run(command.app, ["verify", str(file)])
    assert (here.exit_code, here.output.startswith("VALID")) == (0, True)
    apart = run(command.app, ["verify", str(file), "--root", str(root), "--crl", str(crl), "--format", "json"])
    told = json.loads(apart.output)
    assert (apart.exit_code, told["verdicts"][0]["name"]) == (0, "Camille Pharmacist")
    file.write_bytes(signed + b"\n%")
    assert run(command.app, ["verify", str(file)]).exit_code == 1
    file.write_bytes(b"hello")
    assert run(command.app, ["verify", str(file)]).exit_code == 2
    assert run(command.app, ["verify", str(file), "--root", str(file)]).exit_code == 2


def test_the_command_line_shows_the_authority_and_revokes(practice, signed, pharmacist, tmp_path):
    from django.contrib.auth import get_user_model

    username = get_user_model().objects.get(pk=pharmacist.id).username
    run = CliRunner().invoke
    shown = run(command.app, ["ca", "--export", str(tmp_path / "r.pem"), "--crl", str(tmp_path / "l.crl")])
    assert shown.exit_code == 0, shown.output
    assert username in shown.output
    assert (tmp_path / "r.pem").read_bytes().startswith(b"-----BEGIN CERTIFICATE")
    assert run(command.app, ["revoke", username]).exit_code == 0
    assert "revoked" in run(command.app, ["ca"]).output
    assert run(command.app, ["revoke", "nobody"]).exit_code == 2
    assert run(command.app, ["revoke", username, "--reason", "because"]).exit_code == 2


def test_a_document_about_nobody_known_opens_to_clinicians_only(pharmacist, client_as, write):
    document = write(patient_id=None)
    assert client_as(by=pharmacist).get(f"/documents/{document.id}/").status_code == 200
    assert client_as("secretary").get(f"/documents/{document.id}/").status_code == 403
    sign_document(document_id=document.id, digest=document.digest, by=pharmacist)
    assert open_document(document_id=document.id, by=pharmacist).validated_at
    assert export_document(document_id=document.id, form="pdf", by=pharmacist)[0].startswith(b"%PDF")
