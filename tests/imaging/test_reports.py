"""Reports: begun from what the headers state, saved as they are written, signed once, added to afterwards."""

import base64
import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from epione.documents.public import export_document, open_document, signatures, verify_file
from epione.identity.public import PracticeFacts
from epione.imaging.domain.acquisition import Acquired, technique
from epione.imaging.domain.report_templates import SECTIONS, TEMPLATES, proposed, template_of
from epione.imaging.domain.reports import Draft, KeyImage, from_dict, to_dict, written
from epione.imaging.errors import ImageWaits, ReportChanged, ReportEmpty, ReportNotFound, ReportSigned, TooManyImages
from epione.imaging.models import Instance, Report, Study, StudyState
from epione.imaging.services import View, link_study, receive
from epione.imaging.services.reports import (
    add_key_image,
    compose_report,
    mark_reported,
    open_report,
    remove_key_image,
    reports_of,
    save_report,
    sign_report,
    start_report,
)
from epione.kernel.actor import Actor
from epione.kernel.errors import Forbidden
from epione.ledger.models import Entry
from epione.patients.public import Identity, create_patient
from tests.conftest import PASSWORD

from .synthetic import NAMES, encoded, image, series, ultrasound

People = Callable[..., Actor]
TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=40)


@pytest.fixture
def radiologist(actor: People) -> Actor:
    return actor("radiologist")


@pytest.fixture
def study(radiologist: Actor) -> Study:
    receive(contents=series(3), source="upload", by=radiologist)
    return Study.objects.get()


def begun(study: Study, by: Actor, **sections: str):
    report = start_report(study_id=study.id, by=by, lang="fr")
    said = {"findings": "Pas de nodule.", "conclusion": "Examen normal.", **sections}
    return save_report(report_id=report.id, version=report.version, sections=said, fields={}, by=by)


def signed(study: Study, by: Actor):
    report = begun(study, by)
    composed = compose_report(report_id=report.id, version=report.version, by=by)
    return sign_report(report_id=report.id, digest=composed.document.digest, by=by)


def of_jeanne(study: Study, by: Actor, secretary: Actor):
    card = create_patient(identity=Identity("Jeanne", "Vasseur", date(1942, 3, 12)), by=secretary)
    link_study(study_id=study.id, patient_id=card.id, confirmed=True, by=by)
    study.refresh_from_db()
    return card


@pytest.mark.django_db
def test_a_report_begins_with_the_fitting_structure_and_what_the_headers_state(
    study: Study, radiologist: Actor
) -> None:
    report = start_report(study_id=study.id, by=radiologist, lang="fr")
    assert report.draft.template == "chest_ct"
    assert report.draft.sections["technique"].startswith("CT")
    assert "3 images, coupes de 1 mm." in report.draft.sections["technique"]
    assert report.draft.sections["conclusion"] == ""
    study.refresh_from_db()
    assert study.state == StudyState.READING
    assert start_report(study_id=study.id, by=radiologist, lang="fr").id == report.id


@pytest.mark.django_db
def test_a_change_on_an_older_version_is_refused_and_nothing_is_lost(study: Study, radiologist: Actor) -> None:
    first = begun(study, radiologist)
    with pytest.raises(ReportChanged):
        save_report(report_id=first.id, version=1, sections={"findings": "Autre"}, fields={}, by=radiologist)
    kept = open_report(report_id=first.id, by=radiologist)
    assert kept.draft.sections["findings"] == "Pas de nodule."


@pytest.mark.django_db
def test_nothing_written_is_not_composed(study: Study, radiologist: Actor) -> None:
    report = start_report(study_id=study.id, by=radiologist, lang="fr")
    with pytest.raises(ReportEmpty):
        compose_report(report_id=report.id, version=report.version, by=radiologist)


@pytest.mark.django_db
def test_an_unlinked_report_bears_the_pseudonym_and_says_so(study: Study, radiologist: Actor) -> None:
    report = begun(study, radiologist)
    document = compose_report(report_id=report.id, version=report.version, by=radiologist).document
    assert document.patient_id is None
    said = str(document.content)
    assert study.subject.pseudonym in said
    assert "porte un pseudonyme" in said
    for name in NAMES:
        assert name not in said


@pytest.mark.django_db
def test_a_linked_report_bears_the_identity_of_the_record(study: Study, radiologist: Actor, actor: People) -> None:
    card = of_jeanne(study, radiologist, actor("secretary"))
    report = begun(study, radiologist)
    document = compose_report(report_id=report.id, version=report.version, by=radiologist).document
    assert document.patient_id == card.id
    assert ("Patient", "VASSEUR Jeanne") in document.content.patient
    assert ("Examen du", "14/02/2026") in document.content.patient
    assert "pseudonyme" not in str(document.content)


@pytest.mark.django_db
def test_a_report_composed_before_its_images_were_linked_is_not_signed(
    study: Study, radiologist: Actor, actor: People
) -> None:
    report = begun(study, radiologist)
    composed = compose_report(report_id=report.id, version=report.version, by=radiologist)
    of_jeanne(study, radiologist, actor("secretary"))
    with pytest.raises(ReportChanged):
        sign_report(report_id=report.id, digest=composed.document.digest, by=radiologist)


@pytest.mark.django_db
def test_key_images_are_in_the_document_as_they_were_windowed(study: Study, radiologist: Actor) -> None:
    report = begun(study, radiologist)
    instance = Instance.objects.order_by("number").first()
    for view in (View(preset="poumon"), View(center=40.0, width=80.0, invert=True)):
        report = add_key_image(
            report_id=report.id, instance_id=instance.id, view=view, caption="Nodule ?", by=radiologist
        )
    document = compose_report(report_id=report.id, version=report.version, by=radiologist).document
    blocks = [one for one in document.content.blocks if one.type == "image"]
    assert [one.caption for one in blocks] == ["1. Nodule ?", "2. Nodule ?"]
    assert blocks[0].sha256 != blocks[1].sha256
    file = export_document(document_id=document.id, form="pdf", by=radiologist)[0]
    assert file.count(b"/Subtype/Image") + file.count(b"/Subtype /Image") >= 2
    docx = export_document(document_id=document.id, form="docx", by=radiologist)[0]
    assert docx.count(b"word/media/image") >= 2
    page = export_document(document_id=document.id, form="html", by=radiologist)[0].decode()
    shown = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    assert len(shown) == 2
    assert Pillow.open(BytesIO(base64.b64decode(shown[0]))).size == (64, 64)
    assert 'alt="Image clé 1 : Nodule ?"' in page


@pytest.mark.django_db
def test_key_images_are_taken_away_and_at_most_twelve(study: Study, radiologist: Actor) -> None:
    report = begun(study, radiologist)
    instance = Instance.objects.first()
    for number in range(12):
        add_key_image(report_id=report.id, instance_id=instance.id, view=View(), caption=str(number), by=radiologist)
    with pytest.raises(TooManyImages):
        add_key_image(report_id=report.id, instance_id=instance.id, view=View(), caption="", by=radiologist)
    kept = remove_key_image(report_id=report.id, place=3, by=radiologist).draft.images
    assert [one.caption for one in kept] == ["0", "1", "2", "4", "5", "6", "7", "8", "9", "10", "11"]


@pytest.mark.django_db
def test_an_image_that_may_show_a_name_or_another_persons_is_not_a_key_image(study: Study, radiologist: Actor) -> None:
    report = begun(study, radiologist)
    receive(contents=[encoded(ultrasound())], source="upload", by=radiologist)
    waiting = Instance.objects.get(state="waiting")
    with pytest.raises((ImageWaits, ReportNotFound)):
        add_key_image(report_id=report.id, instance_id=waiting.id, view=View(), caption="", by=radiologist)
    receive(contents=[encoded(image(PatientID="AUTRE", PatientName="Autre^Personne"))], source="upload", by=radiologist)
    other = Instance.objects.exclude(series__study__subject=study.subject).get()
    with pytest.raises(ReportNotFound):
        add_key_image(report_id=report.id, instance_id=other.id, view=View(), caption="", by=radiologist)


@pytest.mark.django_db
def test_a_signed_report_is_a_valid_signature_and_does_not_change_any_more(study: Study, radiologist: Actor) -> None:
    report = signed(study, radiologist)
    assert report.signed_at is not None
    assert len(signatures(radiologist.practice_id, report.document.id)) == 1
    file = export_document(document_id=report.document.id, form="pdf", by=radiologist)[0]
    (verdict,) = verify_file(content=file, by=radiologist).verdicts
    assert (verdict.valid, verdict.title) == (True, "Radiologue")
    for change in (
        lambda: save_report(report_id=report.id, version=report.version, sections={}, fields={}, by=radiologist),
        lambda: compose_report(report_id=report.id, version=report.version, by=radiologist),
        lambda: remove_key_image(report_id=report.id, place=0, by=radiologist),
    ):
        with pytest.raises(ReportSigned):
            change()


@pytest.mark.django_db
def test_what_was_not_read_is_not_signed(study: Study, radiologist: Actor) -> None:
    report = begun(study, radiologist)
    with pytest.raises(ReportChanged):
        sign_report(report_id=report.id, digest="0" * 64, by=radiologist)
    composed = compose_report(report_id=report.id, version=report.version, by=radiologist)
    save_report(
        report_id=report.id, version=composed.version, sections={"findings": "Nodule."}, fields={}, by=radiologist
    )
    with pytest.raises(ReportChanged):
        sign_report(report_id=report.id, digest=composed.document.digest, by=radiologist)


@pytest.mark.django_db
def test_after_the_signature_an_addendum_is_written(study: Study, radiologist: Actor) -> None:
    first = signed(study, radiologist)
    second = begun(study, radiologist, conclusion="Précision.")
    assert (second.adds_to, second.id != first.id) == (first.id, True)
    document = compose_report(report_id=second.id, version=second.version, by=radiologist).document
    assert document.content.title.startswith("Addendum")
    assert "reste inchangé" in str(document.content)
    sign_report(report_id=second.id, digest=document.digest, by=radiologist)
    assert [one.adds_to for one in reports_of(study_id=study.id, by=radiologist)] == [None, first.id]
    assert open_document(document_id=first.document.id, by=radiologist).digest == first.document.digest


@pytest.mark.django_db
def test_a_signed_study_is_reported(study: Study, radiologist: Actor) -> None:
    report = signed(study, radiologist)
    mark_reported(report_id=report.id, by=radiologist)
    study.refresh_from_db()
    assert study.state == StudyState.REPORTED
    assert Entry.objects.filter(action="imaging.reported").count() == 1


@pytest.mark.django_db
def test_roles_and_practices_are_kept_apart(
    study: Study, radiologist: Actor, actor: People, other_practice: PracticeFacts
) -> None:
    report = begun(study, radiologist)
    assert open_report(report_id=report.id, by=actor("physician")).id == report.id
    for role in ("physician", "secretary", "pharmacist"):
        with pytest.raises(Forbidden):
            start_report(study_id=study.id, by=actor(role), lang="fr")
    with pytest.raises(ReportNotFound):
        open_report(report_id=report.id, by=actor("radiologist", practice=other_practice))


@pytest.mark.django_db
def test_drafts_are_sealed(study: Study, radiologist: Actor) -> None:
    report = begun(study, radiologist, findings="Lésion du lobe moyen")
    assert "Lésion".encode() not in bytes(Report.objects.get(id=report.id).sealed)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "said"), [("fr", "Relire avant de signer"), ("en", "Read before signing")])
def test_the_pages_lead_from_the_study_to_the_signature(
    study: Study, radiologist: Actor, client_as: Callable[..., Client], language: str, said: str
) -> None:
    browser = client_as(by=radiologist)
    spoken = {"headers": {"accept-language": language}}
    assert (
        f'action="/imaging/studies/{study.id}/report/"' in browser.get(f"/imaging/studies/{study.id}/").content.decode()
    )
    address = browser.post(f"/imaging/studies/{study.id}/report/", **spoken)["Location"]
    page = browser.get(address, **spoken).content.decode()
    assert said in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    typed = {"version": version, "findings": "<b>Pas de nodule</b>", "conclusion": "Normal."}
    kept = browser.post(f"{address}save/", typed, headers={"HX-Request": "true"}).content.decode()
    version = re.search(r'name="version" value="(\d+)"', kept)[1]
    stack = re.search(r'<option value="([0-9a-f-]{36})">', page)[1]
    browser.post(f"{address}images/", {"series": stack, "number": "2", "caption": "Coupe"})
    shown = Instance.objects.order_by("number").first()
    seen = browser.post(
        f"{address}images/", {"picture": f"/imaging/images/{shown.id}/frames/1/?c=40&w=400", "caption": "Vue"},
    )  # fmt: skip
    assert seen.status_code == 302
    page = browser.get(address, **spoken).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    done = browser.post(f"{address}compose/", {**typed, "version": version})
    assert done.status_code == 302
    page = browser.get(address, **spoken).content.decode()
    assert "&lt;b&gt;Pas de nodule" in page
    assert "<b>Pas de nodule" not in page
    assert page.count("data:image/png;base64") == 2
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]
    browser.post(f"{address}sign/", {"digest": digest})
    assert open_report(report_id=UUID(address.split("/")[-2]), by=radiologist).signed_at is None
    browser.post(f"{address}sign/", {"digest": digest, "confirm_password": PASSWORD})
    report = open_report(report_id=UUID(address.split("/")[-2]), by=radiologist)
    assert report.signed_at is not None
    page = browser.get(address, **spoken).content.decode()
    assert said not in page
    assert f'href="/documents/{report.document.id}/"' in page


@pytest.mark.django_db
def test_a_stale_form_is_told_and_an_image_that_is_not_there(
    study: Study, radiologist: Actor, client_as: Callable[..., Client]
) -> None:
    browser, report = client_as(by=radiologist), begun(study, radiologist)
    address = f"/imaging/reports/{report.id}/"
    assert browser.post(f"{address}save/", {"version": "1", "findings": "x"}).status_code == 409
    assert browser.post(f"{address}images/", {"picture": "/nowhere/", "number": "1"}).status_code == 404
    assert browser.post(f"{address}images/", {"picture": "/imaging/", "series": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("modalities", "said", "key"),
    [
        (["CR"], "Thorax face", "chest_xray"), (["CT"], "TDM thorax", "chest_ct"), (["CT"], "HEAD", "brain_ct"),
        (["MR"], "IRM CEREBRALE BRAIN", "brain_mr"), (["US"], "abdomen", "abdomen_us"), (["MG"], "", "mammography"),
        (["DX"], "KNEE", "musculoskeletal"), (["MR"], "genou", "musculoskeletal"), (["CT"], "", "generic"),
        ([], "", "generic"), (["XX"], "CHEST", "generic"),
    ],
)  # fmt: skip
def test_the_structure_follows_modality_and_body_part(modalities: list[str], said: str, key: str) -> None:
    assert proposed(modalities, said).key == key


def test_every_structure_speaks_both_languages() -> None:
    for template in TEMPLATES:
        for words in (
            template.title,
            *template.findings,
            *template.conclusion,
            *(one.label for one in template.fields),
        ):
            assert set(words) == {"fr", "en"}


def test_what_a_header_does_not_state_is_not_said() -> None:
    assert technique([Acquired("CT", "", 1, {})], "fr") == "CT, 1 image."
    stated = {"00180060": {"Value": [120]}, "00180050": {"Value": [1.25]}, "00180010": {"Value": ["IOMERON"]}}
    said = technique([Acquired("CT", "poumon", 320, stated)], "fr")
    assert said == "CT poumon, 320 images, 120 kV, coupes de 1,25 mm, produit de contraste indiqué dans l’en-tête."
    assert "1.25 mm" in technique([Acquired("CT", "", 2, stated)], "en")


@given(st.dictionaries(st.sampled_from([*SECTIONS, "other"]), TEXT), st.dictionaries(TEXT, TEXT), TEXT)
def test_a_draft_survives_storage_and_takes_only_known_sections_and_codes(
    sections: dict[str, str], fields: dict[str, str], caption: str
) -> None:
    images = (KeyImage("01a1f95e-919d-73a9-bd8b-2387c273566b", 1, caption, 40.0, 400.0),)
    draft = written(Draft("mammography", "fr", images=images), sections, fields)
    assert from_dict(to_dict(draft)) == draft
    assert set(draft.sections) == set(SECTIONS)
    assert set(draft.fields) <= {one.key for one in template_of("mammography").fields}
    assert written(draft, {}, {"birads_left": "2", "density": "z"}).fields == {"birads_left": "2"}
