"""Reception of images: de-identified, encrypted, registered; the same file known again; nothing lost or half done."""

import hashlib
from collections.abc import Callable

import pytest
from pydicom.uid import generate_uid

from epione.identity.public import PracticeFacts
from epione.imaging.models import Instance, Refusal, Series, Study, Subject
from epione.imaging.queries import header_of
from epione.imaging.services import Received, Refused, open_object, open_study, receive, reidentify_study
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected, Forbidden
from epione.kernel.models.blobs import Blob
from epione.ledger.public import AuditFilter, entries, verify

from .synthetic import NAMES, encoded, image, series, ultrasound

pytestmark = pytest.mark.django_db
People = Callable[..., Actor]


def taken(content: bytes, by: Actor) -> Received:
    [outcome] = receive(contents=[content], source="upload", by=by)
    assert isinstance(outcome, Received), outcome
    return outcome


def test_a_received_image_is_deidentified_encrypted_and_in_the_ledger(actor: People) -> None:
    by = actor("radiologist")
    outcome = taken(encoded(image()), by)
    row = Instance.objects.get(id=outcome.instance_id)
    blob = Blob.objects.get(id=row.blob_id)
    assert (outcome.how, outcome.drawn, row.stored_sha256) == ("received", True, blob.sha256)
    content = b"".join(open_object(instance_id=row.id, by=by))
    for name in NAMES:
        for charset in ("latin-1", "utf-8"):
            assert name.encode(charset) not in content
            assert name not in str(header_of(row))
    assert verify().sound
    [entry] = entries(by=actor("auditor"), filters=AuditFilter(action="imaging.receive")).items
    assert entry.id == row.entry_id


def test_the_same_file_is_known_again_and_nothing_is_written(actor: People) -> None:
    by, content = actor("radiologist"), encoded(image())
    first, second = taken(content, by), taken(content, by)
    assert (second.how, second.instance_id) == ("already_there", first.instance_id)
    assert Instance.objects.count() == 1


def test_the_same_identifier_with_other_content_is_refused_with_both_marks(actor: People) -> None:
    by, made = actor("radiologist"), image()
    taken(encoded(made), by)
    made.PixelData = bytes(len(made.PixelData))
    [outcome] = receive(contents=[encoded(made)], source="upload", by=by)
    assert isinstance(outcome, Refused)
    assert outcome.code == "other_content"
    assert outcome.kept and outcome.sent and outcome.kept != outcome.sent
    assert outcome.error().status == 409
    assert Instance.objects.count() == 1


def test_slices_of_one_series_stand_in_one_study_in_the_order_of_the_body(actor: People) -> None:
    by = actor("radiologist")
    outcomes = receive(contents=list(reversed(series(5))), source="folder", by=by)
    assert {type(outcome) for outcome in outcomes} == {Received}
    opened = open_study(study_id=Study.objects.get().id, by=by)
    assert (opened.study.series_count, opened.study.instance_count, opened.study.modalities) == (1, 5, ("CT",))
    assert [one.position for one in opened.series[0].instances] == [-99, -98, -97, -96, -95]


def test_one_person_has_one_pseudonym_and_another_person_another(actor: People) -> None:
    by = actor("radiologist")
    receive(contents=[encoded(image()), encoded(image()), encoded(image(PatientID="P-9"))], source="upload", by=by)
    assert (Subject.objects.count(), Study.objects.count(), Series.objects.count()) == (2, 3, 3)


def test_practices_give_the_same_person_different_pseudonyms_and_never_see_each_other(
    actor: People, other_practice: PracticeFacts
) -> None:
    content = encoded(image())
    here, there = actor("radiologist"), actor("radiologist", practice=other_practice)
    first, second = taken(content, here), taken(content, there)
    assert len(set(Subject.objects.values_list("pseudonym", flat=True))) == 2
    assert first.sop_uid != second.sop_uid
    with pytest.raises(Expected):
        open_study(study_id=first.study_id, by=there)


def test_what_cannot_be_read_is_refused_set_aside_and_does_not_stop_the_others(actor: People) -> None:
    by = actor("radiologist")
    outcomes = receive(contents=[b"", b"MZ" * 100, encoded(image())[:600], encoded(image())], source="upload", by=by)
    assert [one.code if isinstance(one, Refused) else one.how for one in outcomes] == [
        "empty", "not_dicom", "truncated", "received",
    ]  # fmt: skip
    assert Refusal.objects.count() == 3
    assert Refusal.objects.filter(blob_id=None).count() == 1


def test_an_image_that_may_show_a_name_waits_for_a_radiologist(actor: People) -> None:
    outcome = taken(encoded(ultrasound()), actor("radiologist"))
    assert (outcome.how, outcome.reasons) == ("waiting", ("ultrasound",))
    with pytest.raises(Expected) as refused:
        b"".join(open_object(instance_id=outcome.instance_id, by=actor("physician")))
    assert refused.value.code == "image-waits"


def test_the_original_identity_opens_with_a_reason_only_and_is_recorded(actor: People) -> None:
    by = actor("radiologist")
    study_id = taken(encoded(image()), by).study_id
    with pytest.raises(Expected) as refused:
        reidentify_study(study_id=study_id, reason=" ", by=by)
    assert refused.value.code == "reason-missing"
    with pytest.raises(Forbidden):
        reidentify_study(study_id=study_id, reason="staff meeting", by=actor("physician"))
    original = reidentify_study(study_id=study_id, reason="staff meeting", by=by)
    assert (original["patient_id"], original["accession_number"]) == ("P-4711", "ACC-77")


@pytest.mark.parametrize("role", ["physician", "pharmacist", "secretary", "nurse", "auditor"])
def test_only_those_who_may_write_images_send_them(actor: People, role: str) -> None:
    with pytest.raises(Forbidden):
        receive(contents=[encoded(image())], source="upload", by=actor(role))


def test_what_a_row_says_in_clear_names_nobody(actor: People) -> None:
    taken(encoded(image(StudyDescription="TDM MARTIN Élodie 05/03/1961")), actor("radiologist"))
    for model in (Subject, Study, Series, Instance):
        said = str(list(model.objects.values()))
        assert not any(name in said for name in NAMES), model


def test_the_stored_hash_is_that_of_the_encrypted_file(actor: People) -> None:
    from epione.kernel.storage.blobs import name_of, store

    outcome = taken(encoded(image(SOPInstanceUID=generate_uid())), actor("radiologist"))
    row = Instance.objects.get(id=outcome.instance_id)
    stored = b"".join(store().read(name_of(row.blob_id)))
    assert hashlib.sha256(stored).hexdigest() == outcome.stored_sha256
    assert b"DICM" not in stored


def test_a_file_cut_between_two_elements_before_its_examination_is_refused(actor: People) -> None:
    content = encoded(image())
    cut = content.index(b"\x20\x00\x0d\x00UI")
    [outcome] = receive(contents=[content[:cut]], source="upload", by=actor("radiologist"))
    assert isinstance(outcome, Refused)
    assert outcome.code == "bad_uid"
    assert not Study.objects.exists()
