"""The ledger's pages: state, entries, proof, verification, tampering, export."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from epione.identity.domain.roles import ROLES, permits
from epione.kernel.clock import today
from epione.ledger import triggers
from epione.ledger.models import Detail, Entry
from epione.ledger.public import log_signer, make_checkpoint, record
from epione.patients.public import Identity, create_patient, open_patient

pytestmark = pytest.mark.django_db
VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "verify" / "epione_verify.py"


@pytest.fixture
def auditor(actor):
    return actor("auditor")


@pytest.fixture
def browser(client_as, auditor):
    return client_as(by=auditor)


@pytest.fixture
def care(actor):
    return actor("pharmacist")


@pytest.fixture
def jeanne(care):
    card = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=care)
    open_patient(patient_id=card.id, by=care)
    return card


def entry_of(action):
    return Entry.objects.filter(action=action).latest("id")


def unprotected(sql, *values):
    """What somebody with all rights on the database could do."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_opens_in_both_languages(browser, jeanne, language):
    page = browser.get("/ledger/", headers={"accept-language": language})
    assert page.status_code == 200
    said = {"fr": "a lu le dossier de", "en": "read the record of"}[language]
    assert said in page.content.decode()


def test_an_auditor_starts_on_the_ledger(browser):
    assert browser.get("/")["Location"] == "/ledger/"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_ledger_opens_to_those_who_may_audit(client_as, role):
    expected = 200 if permits([role], "audit:read") else 403
    for path in ("/ledger/", "/ledger/retention/"):
        assert client_as(role).get(path).status_code == expected


def test_an_auditor_sees_the_number_of_a_record_and_not_the_name(browser, jeanne):
    page = browser.get("/ledger/").content.decode()
    assert jeanne.identity.medical_id in page
    assert "VASSEUR" not in page


def test_an_entry_shows_its_proof_and_withholds_what_the_record_says(browser, jeanne):
    made = make_checkpoint()
    created = entry_of("patients.create")
    page = browser.get(f"/ledger/{created.id}/", headers={"hx-request": "true"}).content.decode()
    assert "Prouvée" in page
    assert "<svg" in page
    assert f"{made.size}" in page
    assert "montré à ceux qui peuvent ouvrir le dossier" in page


def test_those_who_open_records_see_before_and_after(client_as, practice, care, jeanne):
    from django.contrib.auth import get_user_model

    from epione.identity.public import actor_of, create_user

    create_user(practice_id=practice.id, username="both", password=None, roles=["auditor", "pharmacist"])
    both = actor_of(get_user_model().objects.get(username="both"), practice.id)
    record(action="patients.update", by=care, entity=("patient", jeanne.id), patient_id=jeanne.id,
           before={"phone": "0102030405"}, after={"phone": "0699999999"})  # fmt: skip
    page = client_as(by=both).get(f"/ledger/{entry_of('patients.update').id}/").content.decode()
    assert "0102030405" in page
    assert "0699999999" in page
    assert "VASSEUR" in page


def test_a_new_entry_waits_until_a_head_is_signed(browser, jeanne):
    opened = entry_of("patients.open")
    address = f"/ledger/{opened.id}/"
    assert "En attente de signature" in browser.get(address).content.decode()
    assert browser.post("/ledger/checkpoint/", {"next": address})["Location"] == address
    assert "Prouvée" in browser.get(address).content.decode()


def test_a_head_never_leads_to_another_site(browser):
    assert browser.post("/ledger/checkpoint/", {"next": "https://evil.example/"})["Location"] == "/ledger/"


def check(content: bytes, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "proof.json"
    file.write_bytes(content)
    key = str(log_signer().verifier)
    return subprocess.run(
        [sys.executable, str(VERIFIER), str(file), "--key", key], check=False, capture_output=True, text=True
    )


def test_the_downloaded_proof_convinces_the_independent_verifier(browser, jeanne, tmp_path):
    answer = browser.get(f"/ledger/{entry_of('patients.create').id}/proof/")
    checked = check(answer.content, tmp_path)
    assert (checked.returncode, checked.stdout[:6]) == (0, "PROVEN"), checked.stderr
    altered = json.loads(answer.content) | {"index": 0, "leaf": "AAAA"}
    assert check(json.dumps(altered).encode(), tmp_path).returncode != 0


def test_the_export_holds_the_filtered_entries_and_convinces_the_verifier(browser, jeanne, tmp_path):
    answer = browser.get("/ledger/export/?family=patients&format=csv")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        table, proofs = sorted(archive.namelist())
        rows = list(csv.reader(io.StringIO(archive.read(table).decode("utf-8-sig")), delimiter=";"))
        raw = archive.read(proofs)
    assert {row[4] for row in rows[1:]} == {"patients.create", "patients.open"}
    assert len(json.loads(raw)["entries"]) == len(rows) - 1
    assert check(raw, tmp_path).returncode == 0
    assert all(entry["detail"] is None for entry in json.loads(raw)["entries"])


def test_a_cell_is_never_a_formula(client_as, actor):
    by = actor("admin")
    record(action="patients.search", by=by, entity=("search", "=cmd"), after={})
    listed = client_as(by=by).get("/ledger/export/?family=patients&format=csv")
    with zipfile.ZipFile(io.BytesIO(listed.content)) as archive:
        assert ";=" not in archive.read(min(archive.namelist())).decode()


def test_filters_by_record_number_kind_person_and_date(browser, care, jeanne):
    sent = browser.post("/ledger/", {"patient": jeanne.identity.medical_id})
    assert f"patient={jeanne.id}" in sent["Location"]
    reads = browser.get(f"{sent['Location']}&kind=reads").content.decode()
    assert "a lu le dossier de" in reads
    assert "a ouvert un nouveau dossier pour" not in reads
    changes = browser.get("/ledger/?kind=changes&family=patients").content.decode()
    assert "a ouvert un nouveau dossier pour" in changes
    assert "a lu le dossier de" not in changes
    assert "a lu le dossier de" in browser.get(f"/ledger/?person={care.id}&since={today()}").content.decode()
    tomorrow = today() + timedelta(days=1)
    assert "Aucune entrée" in browser.get(f"/ledger/?since={tomorrow}").content.decode()


def test_an_unknown_number_is_told_and_the_form_kept(browser):
    page = browser.post("/ledger/", {"patient": "EP-NOBODY"})
    assert page.status_code == 422
    assert "EP-NOBODY" in page.content.decode()


def test_verification_says_intact_then_names_the_first_broken_entry(browser, jeanne):
    assert "n’a pas encore été vérifié" in browser.get("/ledger/").content.decode()
    browser.post("/ledger/verify/")
    assert "Intact" in browser.get("/ledger/").content.decode()
    target = entry_of("patients.open")
    unprotected("update ledger_entry set action = 'patients.search' where leaf_index = %s", target.leaf_index)
    browser.post("/ledger/verify/")
    page = browser.get("/ledger/").content.decode()
    assert f"l’entrée {target.leaf_index} est la première" in page
    assert "N’effacez et ne réparez rien" in page


def test_an_altered_detail_is_shown_as_altered_and_breaks_no_page(browser, jeanne):
    target = entry_of("patients.open")
    make_checkpoint()
    sealed = bytearray(Detail.objects.get(entry_id=target.id).sealed)
    sealed[-1] ^= 1
    key = target.id.hex if connection.vendor == "sqlite" else target.id
    unprotected("update ledger_detail set sealed = %s where entry_id = %s", bytes(sealed), key)
    assert "Altérée" in browser.get("/ledger/").content.decode()
    assert "Rompue" in browser.get(f"/ledger/{target.id}/").content.decode()
    assert browser.get("/ledger/export/").status_code == 200


def test_another_practice_sees_none_of_it(client_as, other_practice, jeanne):
    target = entry_of("patients.open")
    browser = client_as("auditor", practice=other_practice)
    assert "dossier de" not in browser.get("/ledger/").content.decode()
    for path in (f"/ledger/{target.id}/", f"/ledger/{target.id}/proof/"):
        assert browser.get(path).status_code == 404


def test_a_stranger_is_sent_to_sign_in(client, db):
    assert client.get("/ledger/")["Location"].startswith("/sign-in/")


def test_reading_the_ledger_is_recorded(browser, auditor):
    browser.get("/ledger/?family=patients")
    assert entry_of("ledger.list").actor_id == auditor.id


def test_more_entries_ask_no_more_queries(browser, care, jeanne):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get("/ledger/?kind=changes&family=patients").status_code == 200
        return len(queries)

    asked()
    one = asked()
    for number in range(3):
        identity = Identity(f"Paul{number}", f"Durand{number * 7}", date(1950 + number, 1, 1))
        create_patient(identity=identity, by=care, confirmed_distinct=True)
    asked()
    assert asked() == one


def test_the_retention_page_destroys_nothing(browser, jeanne):
    before = Detail.objects.count()
    page = browser.get("/ledger/retention/").content.decode()
    assert "3\u202f653" in page
    assert Detail.objects.count() >= before


def test_the_record_says_who_read_it_and_those_who_audit_reach_the_proof(client_as, actor, care, jeanne):
    nurse = actor("nurse")
    open_patient(patient_id=jeanne.id, by=nurse)
    page = client_as(by=care).get(f"/patients/{jeanne.id}/access/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Camille Nurse" in text
    assert f"/ledger/{entry_of('patients.open').id}/" not in text
    assert "Accès au dossier" in client_as(by=care).get(f"/patients/{jeanne.id}/").content.decode()
