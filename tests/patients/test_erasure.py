"""The erasure of a person: what the law keeps, four eyes, what goes, and what still works afterwards."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import PASSWORD
from tests.documents.conftest import content_of

from epione.documents.models import Document
from epione.identity.domain.roles import ROLES, permits
from epione.identity.models import Membership, User
from epione.identity.public import create_user
from epione.kernel import clock
from epione.kernel.crypto import Erased, Place, seal_text
from epione.kernel.crypto.erasure import erasure_lines
from epione.kernel.errors import Forbidden, Invalid
from epione.kernel.rows import PracticeRow
from epione.kernel.subjects import held_about
from epione.ledger.models import Entry
from epione.ledger.public import entries, verify
from epione.patients.domain.erasure import Part, Why, plan
from epione.patients.errors import AlreadyProposed, MustBeKept, OwnErasure, PatientNotFound
from epione.patients.models import ErasureRequest, Patient, SearchKey
from epione.patients.public import (
    FactKind,
    Identity,
    NewFact,
    add_facts,
    create_patient,
    merge_patients,
    open_patient,
    search_patients,
)
from epione.patients.services import (
    confirm_erasure,
    hold_record,
    lift_hold,
    propose_erasure,
    refuse_erasure,
    weigh_erasure,
)
from epione.prescriptions.public import LineContent, Source, add_lines

pytestmark = pytest.mark.django_db
REASON = "Demande écrite de la personne"
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _own_anchor(tmp_path, monkeypatch):
    """Checkpoints of other tests say nothing of this ledger."""
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{tmp_path}/anchors")


@pytest.fixture
def by(actor):
    return actor()


@pytest.fixture
def head(actor):
    return actor("admin")


@pytest.fixture
def auditor(actor):
    return actor("auditor")


@pytest.fixture
def jeanne(by):
    return create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=by)


def fill(jeanne, by):
    """A treatment, an allergy and a letter."""
    from epione.documents.public import write_document
    from epione.kernel.ids import uuid7

    fact = NewFact(FactKind.ALLERGY, {"substance": "Pénicilline", "reaction": "Œdème"}, date(2009, 1, 1))
    add_facts(patient_id=jeanne.id, facts=[fact], by=by)
    line = LineContent(
        written="ibuprofène", inn="ibuprofène", posology="1-0-1", start=date(2025, 1, 10), source=Source.PRESCRIBED
    )
    add_lines(patient_id=jeanne.id, contents=[line], by=by)
    subject = uuid7()
    for title in ("Premier", "Second"):
        write_document(
            kind="medication_reviews.letter",
            patient_id=jeanne.id,
            subject_id=subject,
            content=content_of(title=title),
            by=by,
        )


def age(years):
    """Everything was written that many years ago."""
    then = clock.now() - timedelta(days=round(365.25 * years) + 2)
    pending = [PracticeRow]
    while pending:
        for model in pending.pop().__subclasses__():
            pending.append(model)
            if not model._meta.abstract:
                model.objects.update(created_at=then)


def erase(jeanne, head, auditor):
    request = propose_erasure(patient_id=jeanne.id, reason=REASON, by=head)
    confirm_erasure(request_id=request, by=auditor)


def test_a_record_in_use_must_stay_and_says_until_when(by, head, jeanne):
    fill(jeanne, by)
    found = weigh_erasure(patient_id=jeanne.id, by=head)
    (duty,) = found.plan.duties
    assert duty.why is Why.RECORD
    assert duty.until == clock.today().replace(year=clock.today().year + 20)
    assert {part.kind: part.count for part in found.plan.parts} == {
        "patients.clinicalfact": 1,
        "patients.identifier": 1,
        "prescriptions.medicationline": 1,
        "documents.document": 2,
    }
    with pytest.raises(MustBeKept):
        propose_erasure(patient_id=jeanne.id, reason=REASON, by=head)


def test_after_twenty_years_two_people_erase_it(by, head, auditor, jeanne):
    fill(jeanne, by)
    age(20)
    erase(jeanne, head, auditor)
    assert held_about(by.practice_id, [jeanne.id]) == []
    assert not Document.objects.exists()
    assert not SearchKey.objects.filter(patient_id=jeanne.id).exists()
    with pytest.raises(Erased):
        open_patient(patient_id=jeanne.id, by=by)
    with pytest.raises(Erased):
        seal_text(Place(by.practice_id, jeanne.id, "t", jeanne.id, "c"), "again")
    assert str(jeanne.id) in {json.loads(line)["subject"] for line in erasure_lines()}


def test_the_ledger_stays_sound_names_the_deciders_and_reads_the_rest_as_erased(by, head, auditor, jeanne):
    fill(jeanne, by)
    age(20)
    erase(jeanne, head, auditor)
    assert verify().sound
    told = {one.action: one for one in entries(by=auditor, size=200).items}
    assert told["patients.create"].missing == "erased"
    assert told["patients.erase"].actor_name == auditor.name
    assert told["patients.erase"].after["parts"]["documents.document"] == 2
    assert told["patients.erase"].after["unreadable_rows_kept"] == []


def test_nobody_confirms_her_own_proposal(head, auditor, jeanne):
    request = propose_erasure(patient_id=jeanne.id, reason=REASON, by=head)
    with pytest.raises(OwnErasure):
        confirm_erasure(request_id=request, by=head)
    refuse_erasure(request_id=request, by=head)
    with pytest.raises(PatientNotFound):
        confirm_erasure(request_id=request, by=auditor)
    assert Patient.objects.get(id=jeanne.id).deleted_at is None


def test_a_duty_that_appears_before_the_confirmation_stops_it(by, head, auditor, jeanne):
    request = propose_erasure(patient_id=jeanne.id, reason=REASON, by=head)
    fill(jeanne, by)
    with pytest.raises(MustBeKept):
        confirm_erasure(request_id=request, by=auditor)


def test_a_hold_stops_everything_until_it_is_lifted(by, head, auditor, jeanne):
    hold = hold_record(patient_id=jeanne.id, reason="Expertise en cours au tribunal", by=auditor)
    found = weigh_erasure(patient_id=jeanne.id, by=head)
    assert [duty.why for duty in found.plan.duties] == [Why.HOLD]
    assert found.holds == ((hold, "Expertise en cours au tribunal"),)
    with pytest.raises(MustBeKept):
        propose_erasure(patient_id=jeanne.id, reason=REASON, by=head)
    lift_hold(hold_id=hold, by=head)
    with pytest.raises(PatientNotFound):
        lift_hold(hold_id=hold, by=head)
    erase(jeanne, head, auditor)


def test_merged_records_go_together(by, head, auditor, jeanne):
    twin = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 13)), by=by)
    merge_patients(kept_id=jeanne.id, merged_id=twin.id, reason="Doublon", by=by)
    erase(twin, head, auditor)
    for one in (jeanne, twin):
        with pytest.raises(Erased):
            seal_text(Place(by.practice_id, one.id, "t", one.id, "c"), "again")


def test_her_account_is_closed_and_empty(by, head, auditor, jeanne, practice):
    create_user(practice_id=practice.id, username="jeanne", password=PASSWORD, roles=["patient"],
                first_name="Jeanne", last_name="Vasseur", email="j@example.fr", patient_id=jeanne.id)  # fmt: skip
    erase(jeanne, head, auditor)
    user = User.objects.get(username__startswith="erased-")
    assert (user.is_active, user.last_name, user.email, user.has_usable_password()) == (False, "", "", False)
    assert not Membership.objects.filter(patient_id=jeanne.id).exists()


def test_other_persons_and_practices_stay_whole(by, head, auditor, jeanne, other_practice, actor):
    marc = create_patient(identity=Identity("Marc", "Vasseur", date(1970, 5, 1)), by=by)
    fill(marc, by)
    far = actor(practice=other_practice)
    theirs = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=far)
    before = held_about(by.practice_id, [marc.id])
    erase(jeanne, head, auditor)
    assert held_about(by.practice_id, [marc.id]) == before
    assert open_patient(patient_id=theirs.id, by=far).card.identity.last_name == "Vasseur"
    assert [card.id for card in search_patients(text="vasseur", by=by).cards] == [marc.id]


def test_another_practice_weighs_proposes_and_decides_nothing(head, jeanne, other_practice, actor):
    far = actor("admin", practice=other_practice)
    request = propose_erasure(patient_id=jeanne.id, reason=REASON, by=head)
    for attempt in (
        lambda: weigh_erasure(patient_id=jeanne.id, by=far),
        lambda: propose_erasure(patient_id=jeanne.id, reason=REASON, by=far),
        lambda: hold_record(patient_id=jeanne.id, reason=REASON, by=far),
        lambda: confirm_erasure(request_id=request, by=far),
        lambda: refuse_erasure(request_id=request, by=far),
    ):
        with pytest.raises(PatientNotFound):
            attempt()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_only_those_who_may_erase(actor, jeanne, role):
    one = actor(role)
    if permits([role], "erasures:write"):
        assert propose_erasure(patient_id=jeanne.id, reason=REASON, by=one)
    else:
        with pytest.raises(Forbidden):
            propose_erasure(patient_id=jeanne.id, reason=REASON, by=one)


def test_one_proposal_at_a_time_with_a_reason(head, jeanne):
    with pytest.raises(Invalid):
        propose_erasure(patient_id=jeanne.id, reason="non", by=head)
    propose_erasure(patient_id=jeanne.id, reason=REASON, by=head)
    with pytest.raises(AlreadyProposed):
        propose_erasure(patient_id=jeanne.id, reason=REASON, by=head)


def test_the_lists_of_every_workspace_go_on(by, head, auditor, jeanne, client_as):
    fill(jeanne, by)
    age(20)
    erase(jeanne, head, auditor)
    browser = client_as("pharmacist")
    for path in ("/", "/patients/", "/documents/", "/medication/", "/billing/", "/search/?q=vasseur"):
        page = browser.get(path)
        assert page.status_code == 200, path
        assert "VASSEUR" not in page.content.decode(), path
    assert client_as(by=auditor).get("/ledger/").status_code == 200


def test_the_page_from_the_number_to_the_second_person(head, auditor, jeanne, client_as):
    first, second = client_as(by=head), client_as(by=auditor)
    for browser in (first, second):
        browser.post("/account/confirm/", {"password": PASSWORD})
    english = {"accept-language": "en"}
    page = first.post("/patients/erasures/weigh/", {"number": jeanne.identity.medical_id}, headers=english)
    assert "Nothing stands against the erasure." in page.content.decode()
    assert first.post("/patients/erasures/weigh/", {"number": "EP-NOBODY"}).status_code == 422
    form = {"reason": REASON, "confirm_password": PASSWORD}
    assert first.post(f"/patients/erasures/{jeanne.id}/propose/", form).status_code == 302
    request = ErasureRequest.objects.get()
    assert "VASSEUR Jeanne" in second.get("/patients/erasures/").content.decode()
    assert "Erase for good" not in first.get("/patients/erasures/", headers=english).content.decode()
    answer = second.post(
        f"/patients/erasures/decisions/{request.id}/", {"verdict": "confirm", "confirm_password": PASSWORD}
    )
    assert answer.status_code == 302
    assert "VASSEUR" not in second.get("/patients/erasures/").content.decode()
    assert Patient.objects.get(id=jeanne.id).sealed == b""


def test_an_erasure_asks_who_is_there(head, jeanne, client_as):
    answer = client_as(by=head).post(f"/patients/erasures/{jeanne.id}/propose/", {"reason": REASON})
    assert (answer.status_code, answer["Location"].startswith("/account/confirm/")) == (302, True)
    assert not ErasureRequest.objects.exists()


def test_the_page_says_why_a_record_stays(by, head, jeanne, client_as):
    fill(jeanne, by)
    browser = client_as(by=head)
    page = browser.post(
        "/patients/erasures/weigh/", {"number": jeanne.identity.medical_id}, headers={"accept-language": "en"}
    ).content.decode()
    assert "This record must stay." in page
    assert "Duty to keep the record" in page
    assert "Propose the erasure" not in page


def test_the_command_weighs_and_proposes(by, jeanne, practice, monkeypatch):
    from typer.testing import CliRunner

    from epione.project.cli import erasure

    monkeypatch.setattr(erasure, "boot", lambda: None)
    number = jeanne.identity.medical_id
    done = CliRunner().invoke(erasure.app, ["weigh", number, "--format", "json"])
    assert (done.exit_code, json.loads(done.stdout)["allowed"]) == (0, True)
    assert CliRunner().invoke(erasure.app, ["propose", number, "--reason", REASON]).exit_code == 0
    assert ErasureRequest.objects.get().state == "proposed"
    fill(jeanne, by)
    assert CliRunner().invoke(erasure.app, ["weigh", number]).exit_code == 1
    assert CliRunner().invoke(erasure.app, ["weigh", "EP-NOBODY"]).exit_code == 2
    assert Entry.objects.filter(action="patients.propose_erasure").count() == 1


def test_a_key_holder_of_another_module_is_erased_too(by, head, auditor, jeanne, monkeypatch):
    from epione.kernel.ids import uuid7
    from epione.patients import extensions

    pseudonym = uuid7()
    monkeypatch.setattr(extensions, "key_holders", [lambda practice_id, people: [pseudonym]])
    erase(jeanne, head, auditor)
    with pytest.raises(Erased):
        seal_text(Place(by.practice_id, pseudonym, "t", pseudonym, "c"), "again")


PARTS = st.builds(
    Part,
    st.sampled_from(["patients.clinicalfact", "billing.bill", "patients.identifier", "documents.document"]),
    st.integers(1, 9),
    st.dates(date(1980, 1, 1), TODAY),
)


@given(st.lists(PARTS, max_size=5), st.dates(date(1900, 1, 1), TODAY), st.integers(0, 2), st.integers(0, 40))
def test_no_record_goes_before_its_terms(parts, birth, holds, years):
    made = plan(parts, birth=birth, holds=holds, today=TODAY, years=years)
    clinical = [part for part in parts if part.kind != "patients.identifier"]
    if made.allowed:
        assert not holds
        assert all((TODAY - part.newest).days >= 3652 for part in clinical)
        assert not clinical or (TODAY - birth).days >= 28 * 365
    if not clinical and not holds:
        assert made.allowed
    assert all(duty.until is None or duty.until > TODAY for duty in made.duties)


def test_a_child_is_kept_to_her_twenty_eighth_birthday():
    part = Part("patients.clinicalfact", 1, date(2005, 1, 1))
    made = plan([part], birth=date(2004, 6, 1), holds=0, today=TODAY)
    assert [(duty.why, duty.until) for duty in made.duties] == [(Why.MINOR, date(2032, 6, 1))]


def test_no_setting_goes_under_ten_years():
    made = plan(
        [Part("documents.document", 1, date(2020, 2, 29))], birth=date(1942, 3, 12), holds=0, today=TODAY, years=1
    )
    assert [duty.until for duty in made.duties] == [date(2030, 3, 1)]


def test_her_images_go_with_the_keys_that_seal_them(by, head, auditor, jeanne):
    from epione.imaging.models import Subject
    from epione.kernel.ids import uuid7

    row = Subject.objects.create(
        practice_id=by.practice_id, pseudonym="P-1", vault_id=uuid7(), patient_id=jeanne.id, sealed=b""
    )
    age(20)
    erase(jeanne, head, auditor)
    assert not Subject.objects.exists()
    for one in (row.id, row.vault_id):
        with pytest.raises(Erased):
            seal_text(Place(by.practice_id, one, "t", one, "c"), "again")
