"""Pages of imaging as a browser without JavaScript asks for them: who may, what is told, what a wrong address answers."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from epione.identity.public import PracticeFacts
from epione.imaging import queries, services
from epione.imaging.models import Instance, InstanceState, Refusal, Study
from epione.kernel.actor import Actor
from epione.patients.domain.record import Identity, Sex
from epione.patients.public import PatientCard, create_patient

from .synthetic import NAMES, encoded, image, series, ultrasound

pytestmark = pytest.mark.django_db
People = Callable[..., Actor]


@pytest.fixture
def radiologist(actor: People) -> Actor:
    return actor("radiologist")


@pytest.fixture
def browser(client_as: Callable[..., Client], radiologist: Actor) -> Client:
    return client_as(by=radiologist)


@pytest.fixture
def elodie(actor: People) -> PatientCard:
    identity = Identity("Élodie", "Martin", date(1961, 3, 5), Sex.FEMALE)
    return create_patient(identity=identity, by=actor("physician"))


def received(by: Actor, *contents: bytes) -> list[services.Received]:
    outcomes = services.receive(contents=contents, source="upload", by=by)
    return [one for one in outcomes if isinstance(one, services.Received)]


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_files_sent_together_are_told_one_by_one(browser: Client) -> None:
    files = [encoded(image()), encoded(ultrasound()), b"not an image" * 20]
    answer = browser.post("/imaging/send/", {"file": [SimpleUploadedFile("a.dcm", one) for one in files]})
    page = text_of(answer)
    assert answer.status_code == 200
    assert len(re.findall(r"<a href=.?/imaging/studies/", page)) == 2
    assert page.count('class="tag ad"') == 1
    assert Refusal.objects.count() == 1
    assert not [name for name in NAMES if name in page]


def test_sending_nothing_says_what_to_do(browser: Client) -> None:
    assert browser.post("/imaging/send/").status_code == 422


def test_an_examination_opens_on_its_middle_slice_and_links_step_through_it(
    browser: Client, radiologist: Actor
) -> None:
    first = received(radiologist, *series(9))[0]
    page = text_of(browser.get(f"/imaging/studies/{first.study_id}/"))
    assert 'value="5" data-stack' in page
    assert "n=4" in page
    assert "n=6" in page
    assert 'data-place="9"' in text_of(browser.get(f"/imaging/studies/{first.study_id}/?n=400"))


@pytest.mark.parametrize(
    "asked", ["n=x", "n=-3", "series=no", "series=0190a0b0-0000-7000-8000-000000000000", "preset=none", "compare=x"]
)
def test_a_strange_request_still_shows_the_examination(browser: Client, radiologist: Actor, asked: str) -> None:
    [one] = received(radiologist, encoded(image()))
    assert browser.get(f"/imaging/studies/{one.study_id}/?{asked}").status_code == 200


@pytest.mark.parametrize(
    "asked", ["page=x", "page=99999", "since=yesterday", "until=2026-13-01", "modality=%00", "text=" + "x" * 500]
)
def test_a_strange_filter_of_the_list_is_no_error(browser: Client, asked: str) -> None:
    assert browser.get(f"/imaging/?{asked}").status_code == 200


@pytest.mark.parametrize("asked", ["c=nan&w=inf", "c=1e400", "size=999999", "preset=none", "w=-5&c=2"])
def test_a_strange_window_is_drawn_or_refused_never_an_error(browser: Client, radiologist: Actor, asked: str) -> None:
    [one] = received(radiologist, encoded(image()))
    answer = browser.get(f"/imaging/images/{one.instance_id}/frames/1/?{asked}")
    assert answer.status_code in {200, 406, 422}


def test_a_frame_that_is_not_there_is_refused(browser: Client, radiologist: Actor) -> None:
    [one] = received(radiologist, encoded(image()))
    assert 400 <= browser.get(f"/imaging/images/{one.instance_id}/frames/77/").status_code < 500


@pytest.mark.parametrize(
    "page", ["studies/{}/", "images/{}/header/", "images/{}/preview/", "waiting/{}/", "studies/{}/identity/"]
)
def test_an_unknown_identifier_is_not_found(browser: Client, page: str) -> None:
    answer = browser.post(f"/imaging/{page.format(uuid4())}", {"reason": "x"}) if "identity" in page else None
    assert (answer or browser.get(f"/imaging/{page.format(uuid4())}")).status_code == 404


@pytest.mark.parametrize(
    ("role", "reads", "writes", "follows"),
    [("radiologist", 200, 200, 200), ("physician", 200, 403, 403), ("nurse", 403, 403, 403),
     ("secretary", 403, 403, 403), ("pharmacist", 403, 403, 403)],
)  # fmt: skip
def test_each_role_opens_what_it_may(
    client_as: Callable[..., Client], role: str, reads: int, writes: int, follows: int
) -> None:
    mine = client_as(role)
    assert mine.get("/imaging/").status_code == reads
    for page in ("send/", "waiting/", "refusals/"):
        assert mine.get(f"/imaging/{page}").status_code == writes
    assert mine.get("/imaging/dashboard/").status_code == follows


def test_what_waits_is_hidden_from_those_who_do_not_decide(
    browser: Client, client_as: Callable[..., Client], radiologist: Actor
) -> None:
    [one] = received(radiologist, encoded(ultrasound()))
    other = client_as("physician")
    assert browser.get(f"/imaging/images/{one.instance_id}/frames/1/").status_code == 200
    assert other.get(f"/imaging/images/{one.instance_id}/frames/1/").status_code == 403
    assert str(one.instance_id) in text_of(browser.get("/imaging/waiting/"))


def test_a_masked_image_is_released_and_a_wrong_region_is_refused(browser: Client, radiologist: Actor) -> None:
    [one] = received(radiologist, encoded(ultrasound()))
    url = f"/imaging/waiting/{one.instance_id}/"
    assert browser.post(url, {"decision": "release", "mask": ["1,2,3"]}).status_code == 422
    assert Instance.objects.get(id=one.instance_id).state == InstanceState.WAITING
    assert browser.post(url, {"decision": "release", "mask": ["0,0,64,10", ""]}).status_code == 302
    assert Instance.objects.get(id=one.instance_id).state == InstanceState.CLEAN
    assert browser.post(url, {"decision": "release"}).status_code == 409


def test_an_image_is_put_away_with_a_reason_only(browser: Client, radiologist: Actor) -> None:
    [one] = received(radiologist, encoded(ultrasound()))
    url = f"/imaging/waiting/{one.instance_id}/"
    assert browser.post(url, {"decision": "discard", "reason": " "}).status_code == 422
    assert browser.post(url, {"decision": "discard", "reason": "Nom gravé partout"}).status_code == 302
    assert browser.get(f"/imaging/images/{one.instance_id}/header/").status_code == 404


def test_a_refused_file_is_told_in_words_and_closed_with_what_was_done(browser: Client, radiologist: Actor) -> None:
    services.receive(contents=[encoded(image())[:1500]], source="upload", by=radiologist)
    row = Refusal.objects.get()
    assert row.code in text_of(browser.get("/imaging/refusals/"))
    assert (
        browser.post(f"/imaging/refusals/{row.id}/settle/", {"reason": "Renvoyé par le manipulateur"}).status_code
        == 302
    )
    assert row.code not in text_of(browser.get("/imaging/refusals/"))


def test_images_are_linked_after_the_differences_were_read(
    browser: Client, radiologist: Actor, elodie: PatientCard
) -> None:
    [one] = received(radiologist, encoded(image(PatientName="AUTRE^Personne")))
    found = browser.post(f"/imaging/studies/{one.study_id}/record/", {"q": "Martin"})
    assert str(elodie.id) in text_of(found)
    url = f"/imaging/studies/{one.study_id}/link/"
    differing = browser.post(url, {"patient": str(elodie.id)})
    assert differing.status_code == 409
    assert "PatientName" not in text_of(differing)
    assert browser.post(url, {"patient": str(elodie.id), "confirmed": "1"}).status_code == 302
    assert linked_to(one.study_id) == elodie.id
    assert browser.post(url, {"patient": "nobody"}).status_code == 422


def linked_to(study_id: UUID) -> UUID | None:
    return queries.study_row(Study.objects.select_related("subject").get(id=study_id)).patient_id


def test_the_original_identity_asks_for_a_reason_and_is_told_in_words(
    browser: Client, client_as: Callable[..., Client], radiologist: Actor
) -> None:
    [one] = received(radiologist, encoded(image()))
    url = f"/imaging/studies/{one.study_id}/identity/"
    assert "MARTIN" not in text_of(browser.get(url))
    assert browser.post(url, {"reason": "  "}).status_code == 422
    answer = browser.post(url, {"reason": "Rapprochement avec le dossier"})
    assert "MARTIN Élodie" in text_of(answer)
    assert "patient_name" not in text_of(answer)
    assert answer["Cache-Control"] == "no-store"
    assert client_as("physician").post(url, {"reason": "x"}).status_code == 403


def test_the_header_shows_no_identifier(browser: Client, radiologist: Actor) -> None:
    [one] = received(radiologist, encoded(image()))
    page = text_of(browser.get(f"/imaging/images/{one.instance_id}/header/"))
    assert "(0010,0010)" in page
    assert not [name for name in NAMES if name in page]


def test_comparing_shows_both_dates_apart_and_both_measures(browser: Client, radiologist: Actor) -> None:
    now, before = received(radiologist, encoded(image()), encoded(image(StudyDate="20250214")))
    points = [(1.0, 1.0), (11.0, 1.0)]
    services.add_measure(instance_id=before.instance_id, frame=1, kind="length", points=points, by=radiologist)
    page = text_of(browser.get(f"/imaging/studies/{now.study_id}/?compare={before.study_id}"))
    assert "365" in page
    assert 'id="prior-measures"' in page


def test_the_examinations_of_one_practice_are_unknown_to_another(
    client_as: Callable[..., Client], radiologist: Actor, other_practice: PracticeFacts
) -> None:
    [one] = received(radiologist, encoded(image()))
    stranger = client_as("radiologist", practice=other_practice)
    assert stranger.get(f"/imaging/studies/{one.study_id}/").status_code == 404
    assert stranger.get(f"/imaging/images/{one.instance_id}/frames/1/").status_code == 404
    assert str(one.study_id) not in text_of(stranger.get("/imaging/"))


def test_the_administrator_sees_volumes_and_chooses_what_is_kept(
    client_as: Callable[..., Client], radiologist: Actor, practice: PracticeFacts
) -> None:
    received(radiologist, *series(3), encoded(ultrasound()))
    admin = client_as("admin")
    page = text_of(admin.get("/imaging/dashboard/"))
    assert "CT" in page
    assert "US" in page
    assert admin.post("/imaging/dashboard/", {"policy": "full-dates"}).status_code == 302
    chosen = services.reception_of(practice.id)
    assert (chosen.policy, chosen.keep_originals) == ("full-dates", False)
    assert admin.post("/imaging/dashboard/", {"policy": "none at all"}).status_code == 422


def test_a_radiologist_reads_the_rules_of_reception_but_does_not_set_them(browser: Client) -> None:
    assert 'name="policy"' not in text_of(browser.get("/imaging/dashboard/"))
    assert browser.post("/imaging/dashboard/", {"policy": "permissive"}).status_code == 403
