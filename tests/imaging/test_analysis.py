"""Analysis of received images: what is answered, what is not made up, what people say of it, how it leaves."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
import pytest

from epione.identity.public import PracticeFacts
from epione.imaging.models import Instance, Series
from epione.imaging.services import Received, analyse_image, analyse_series, receive
from epione.imaging.services.exporting import export_fhir, export_seg, export_sr
from epione.inference.domain.contract import Code, Finding, Frame, Request, Result, Status
from epione.inference.domain.manifest import Manifest
from epione.inference.public import Verdicts, answers, model_of, register_builtin, switch_off
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected, Forbidden
from epione.kernel.jobs import job_state, run_pending
from epione.ledger.models import Entry
from tests.inference.conftest import CARD

from .synthetic import encoded, image, series, ultrasound

pytestmark = pytest.mark.django_db
People = Callable[..., Actor]


@pytest.fixture
def radiologist(actor: People) -> Actor:
    return actor("radiologist")


@pytest.fixture
def slice_id(radiologist: Actor) -> Any:
    [outcome] = receive(contents=[encoded(image())], source="upload", by=radiologist)
    assert isinstance(outcome, Received)
    return outcome.instance_id


@pytest.fixture
def stack(radiologist: Actor) -> Series:
    frame_of_reference = pydicom.uid.generate_uid()

    def change(made: pydicom.Dataset, _number: int) -> None:
        made.FrameOfReferenceUID = frame_of_reference

    receive(contents=series(4, change), source="upload", by=radiologist)
    return Series.objects.get()


def quiet(_done: int, _total: int) -> None:
    pass


def by_key(found: Any) -> dict[str, Any]:
    return {one.key: one for one in found}


def test_an_image_is_measured_in_hounsfield_units_of_the_very_file_that_is_stored(radiologist, slice_id):
    done = analyse_image(instance_id=slice_id, by=radiologist)
    told = by_key(done.answers)
    assert set(told) == {"image-quality", "value-statistics"}
    values = {one.label_en: one.measurement.value for one in told["value-statistics"].result.findings}
    assert (values["Minimum"], values["Maximum"]) == (-1000, 0)
    row = Instance.objects.get(id=slice_id)
    assert told["value-statistics"].about == ("image", row.id)
    assert Entry.objects.filter(action="imaging.analyse").count() == 1
    assert Entry.objects.filter(action="inference.answer").count() == 2


def test_volumes_of_a_series_are_those_of_its_voxels(radiologist, stack):
    steps = []
    done = analyse_series(series_id=stack.id, by=radiologist, told=lambda n, total: steps.append((n, total)))
    told = by_key(done.answers)
    volumes = {one.code.code: one.measurement.value for one in told["ct-tissue-volumes"].result.findings}
    rows, columns = np.mgrid[:64, :64]
    body = sum(
        int(((columns - 32) ** 2 + (rows - 32 - number % 5) ** 2 < (64 * 0.35) ** 2).sum()) for number in range(1, 5)
    )
    assert volumes["volume-soft"] == pytest.approx(body * 0.7 * 0.7 * 1 / 1000, abs=1e-3)
    assert volumes["volume-air"] == 0
    assert steps == [(number, 4) for number in range(1, 5)]
    assert "slice-distance" in {one.code.code for one in told["image-quality"].result.findings}


def test_a_series_with_a_hole_gives_no_volume_and_says_why(radiologist):
    receive(
        contents=[one for place, one in enumerate(series(8)) if place not in {3, 4}], source="upload", by=radiologist
    )
    told = by_key(analyse_series(series_id=Series.objects.get().id, by=radiologist, told=quiet).answers)
    assert told["ct-tissue-volumes"].result.status is Status.ABSTAIN
    missing = [one for one in told["image-quality"].result.findings if one.code.code == "missing-slices"]
    assert missing[0].measurement.value == 2


def test_the_same_image_is_answered_from_what_is_kept_and_again_gives_a_new_answer(radiologist, slice_id, practice):
    first = analyse_image(instance_id=slice_id, by=radiologist)
    assert {one.id for one in analyse_image(instance_id=slice_id, by=radiologist).answers} == {
        one.id for one in first.answers
    }
    anew = analyse_image(instance_id=slice_id, by=radiologist, again=True)
    assert {one.id for one in anew.answers}.isdisjoint(one.id for one in first.answers)
    assert len(answers(practice.id, about_id=slice_id)) == 4


def post(browser: Any, wanted: Any, **body: Any) -> Any:
    given = {"image_id": str(wanted), "modality": "CT", "additional_context": "toux"} | body
    return browser.post(f"/api/v1/ai/analyze/{wanted}", json.dumps(given), content_type="application/json")


def test_the_api_answers_as_the_specification_says_and_makes_nothing_up(client_as, radiologist, slice_id):
    answer = post(client_as(by=radiologist), slice_id)
    assert answer.status_code == 200
    said = answer.json()
    asked = "image_id findings risk_score suggested_diagnosis confidence model_used processing_time timestamp recommendations"
    assert set(asked.split()) <= set(said)
    assert said["image_id"] == str(slice_id)
    assert (said["risk_score"], said["suggested_diagnosis"], said["confidence"]) == (None, None, None)
    assert said["recommendations"] == []
    assert said["model_used"] == "image-quality 1.0.0, value-statistics 1.0.0"
    assert any("modèle d’IA" in one or "AI model" in one for one in said["limitations"])
    for finding in said["findings"]:
        assert set(finding) == {"description", "location", "confidence", "severity"}


@pytest.mark.parametrize(
    ("modality", "status"), [("MRI", 409), ("MR", 409), ("ZZ", 422), ("", 200), ("ct", 200), ("x" * 50, 422)]
)
def test_a_modality_that_is_not_that_of_the_image_is_refused(client_as, radiologist, slice_id, modality, status):
    assert post(client_as(by=radiologist), slice_id, modality=modality).status_code == status


def test_where_no_analysis_is_made_for_an_image_the_answer_says_so(client_as, radiologist):
    [outcome] = receive(contents=[encoded(image(Modality="RTIMAGE"))], source="upload", by=radiologist)
    browser = client_as(by=radiologist)
    said = post(browser, outcome.instance_id, modality="").json()
    assert (said["findings"], said["measures"], said["model_used"]) == ([], [], None)
    assert any("analyse n’est faite" in one or "No analysis" in one for one in said["limitations"])
    page = browser.post(f"/imaging/images/{outcome.instance_id}/analyse/", follow=True)
    assert "Aucune analyse n’est faite" in page.content.decode()


def test_mri_and_mr_are_the_same_modality(client_as, radiologist):
    [outcome] = receive(contents=[encoded(image(Modality="MR"))], source="upload", by=radiologist)
    for word in ("MRI", "MR"):
        assert post(client_as(by=radiologist), outcome.instance_id, modality=word).status_code == 200


def test_the_two_names_of_an_image_must_agree(client_as, radiologist, slice_id):
    assert post(client_as(by=radiologist), slice_id, image_id=str(radiologist.id)).status_code == 422
    assert post(client_as(by=radiologist), slice_id, surprise=1).status_code == 422


def test_an_image_that_may_show_a_name_is_given_to_no_model(client_as, radiologist):
    [outcome] = receive(contents=[encoded(ultrasound())], source="upload", by=radiologist)
    assert post(client_as(by=radiologist), outcome.instance_id, modality="US").status_code == 403
    assert not Entry.objects.filter(action="inference.answer").exists()


def test_only_those_who_write_images_have_them_analysed(actor, slice_id, client_as, other_practice: PracticeFacts):
    with pytest.raises(Forbidden):
        analyse_image(instance_id=slice_id, by=actor("physician"))
    with pytest.raises(Expected) as refused:
        analyse_image(instance_id=slice_id, by=actor("radiologist", practice=other_practice))
    assert refused.value.status == 404
    assert post(client_as("pharmacist"), slice_id).status_code == 403


@pytest.fixture
def classifier(monkeypatch: pytest.MonkeyPatch) -> list[Frame]:
    """A model that states one calibrated finding, and keeps the frames that it saw."""
    from epione.inference import shipped

    monkeypatch.setattr(shipped, "_known", dict(shipped._known))
    seen: list[Frame] = []

    def run(request: Request) -> Result:
        seen.extend(request.frames())
        finding = Finding(
            Code("99TEST", "nodule"), "Nodule", "Nodule", confidence=0.83, calibration_id="cal", method="test"
        )
        return Result(Status.OK, (finding,))

    register_builtin(
        Manifest.model_validate(
            {"id": "nodules", "version": "1", "engine": "builtin", "modalities": ["CT"], "card": CARD}
        ),
        run,
    )
    return seen


def test_a_calibrated_finding_is_suggested_with_its_confidence(client_as, radiologist, slice_id, classifier):
    said = post(client_as(by=radiologist), slice_id).json()
    assert (said["suggested_diagnosis"], said["confidence"], said["risk_score"]) == ("Nodule", 0.83, None)
    [frame] = classifier
    assert (frame.spacing, frame.position, frame.thickness) == ((0.7, 0.7), (0.0, 0.0, -142.5), 1.0)
    assert (frame.pixels.min(), frame.pixels.max(), frame.stored_range) == (-1000, 0, (-1024.0, 3071.0))


def test_a_model_switched_off_answers_nothing(actor, radiologist, slice_id, classifier, practice):
    analyse_image(instance_id=slice_id, by=radiologist)
    switch_off(model_id=model_of(practice.id, "nodules").id, reason="too many alarms", by=actor("admin"))
    assert "nodules" not in by_key(analyse_image(instance_id=slice_id, by=radiologist).answers)


def test_a_person_says_of_each_finding_whether_it_holds(client_as, radiologist, slice_id, classifier):
    done = by_key(analyse_image(instance_id=slice_id, by=radiologist).answers)["nodules"]
    browser = client_as(by=radiologist)
    page = browser.get(f"/imaging/images/{slice_id}/analysis/").content.decode()
    assert "Nodule" in page
    assert "À confirmer" in page
    address = f"/imaging/answers/{done.id}/findings/0/"
    assert browser.post(address, {"verdict": "corrected", "text": "Plutôt un vaisseau"}).status_code == 302
    page = browser.get(f"/imaging/images/{slice_id}/analysis/").content.decode()
    assert "Plutôt un vaisseau" in page
    refused = browser.post(address, {"verdict": "corrected"}, headers={"hx-request": "true"})
    assert "Écrivez ce qui est juste" in refused.content.decode()
    assert browser.post(address, {"verdict": "maybe"}).status_code == 404
    assert browser.post(f"/imaging/answers/{done.id}/findings/9/", {"verdict": "confirmed"}).status_code == 404
    assert client_as("physician").post(address, {"verdict": "confirmed"}).status_code == 403
    assert Entry.objects.filter(action="inference.verdict").count() == 1


def test_the_pages_of_an_analysis_open_in_both_languages(client_as, radiologist, stack):
    browser = client_as(by=radiologist)
    for language, said in (("fr", "Rien n’a encore été analysé."), ("en", "Nothing was analysed yet.")):
        page = browser.get(f"/imaging/series/{stack.id}/analysis/", headers={"accept-language": language})
        assert said in page.content.decode()
    study = browser.get(f"/imaging/studies/{stack.study_id}/").content.decode()
    assert "Analyser cette série" in study


def test_a_series_is_analysed_in_the_background_and_can_be_stopped(client_as, radiologist, stack, practice):
    browser = client_as(by=radiologist)
    started = browser.post(f"/imaging/series/{stack.id}/analyse/")
    job_id = started.url.partition("job=")[2]
    polled = browser.get(started.url, headers={"hx-request": "true"})
    assert "progress" in polled.content.decode()
    run_pending()
    assert job_state(job_id, practice_id=practice.id).result["answers"] == 3
    assert browser.get(started.url, headers={"hx-request": "true"})["HX-Redirect"]
    page = browser.get(f"/imaging/series/{stack.id}/analysis/").content.decode()
    assert "Volumes par atténuation" in page
    assert "seuils en UH" in page
    again = browser.post(f"/imaging/series/{stack.id}/analyse/").url.partition("job=")[2]
    browser.post(f"/imaging/series/{stack.id}/analysis/{again}/stop/")
    assert job_state(again, practice_id=practice.id).state == "cancelled"


def test_answers_leave_as_a_structured_report_that_nobody_verified(radiologist, stack):
    analyse_series(series_id=stack.id, by=radiologist, told=quiet)
    raw = export_sr(kind="series", about_id=stack.id, by=radiologist)
    made = pydicom.dcmread(BytesIO(raw))
    assert made.SOPClassUID == pydicom.uid.Comprehensive3DSRStorage
    assert (made.VerificationFlag, made.PreliminaryFlag, made.Modality) == ("UNVERIFIED", "PRELIMINARY", "SR")
    assert made.ContentTemplateSequence[0].TemplateIdentifier == "1500"
    for word in (b"volume-soft", b"ct-tissue-volumes", b"1.0.0", b"mL"):
        assert word in raw
    assert made.StudyInstanceUID == stack.study.uid
    uids = set(Instance.objects.values_list("uid", flat=True))
    referenced = {one.ReferencedSOPInstanceUID for study in made.CurrentRequestedProcedureEvidenceSequence
                  for series_ in study.ReferencedSeriesSequence for one in series_.ReferencedSOPSequence}  # fmt: skip
    assert referenced == uids


def test_volumes_leave_as_a_segmentation_of_the_very_voxels(radiologist, stack):
    done = by_key(analyse_series(series_id=stack.id, by=radiologist, told=quiet).answers)["ct-tissue-volumes"]
    made = pydicom.dcmread(BytesIO(export_seg(kind="series", about_id=stack.id, by=radiologist)))
    assert (made.SegmentationType, made.Modality) == ("BINARY", "SEG")
    labels = {one.SegmentNumber: one.SegmentLabel for one in made.SegmentSequence}
    soft = next(number for number, label in labels.items() if "soft tissue" in label)
    assert made.SegmentSequence[0].SegmentationAlgorithmIdentificationSequence[0].AlgorithmName == "ct-tissue-volumes"
    numbers = [
        one.SegmentIdentificationSequence[0].ReferencedSegmentNumber for one in made.PerFrameFunctionalGroupsSequence
    ]
    voxels = int(made.pixel_array[[place for place, one in enumerate(numbers) if one == soft]].sum())
    volume = next(one.measurement.value for one in done.result.findings if one.code.code == "volume-soft")
    assert voxels * 0.7 * 0.7 / 1000 == pytest.approx(volume, abs=1e-3)


def test_an_image_has_no_segmentation_and_what_was_not_analysed_no_report(radiologist, slice_id):
    with pytest.raises(Expected) as refused:
        export_sr(kind="image", about_id=slice_id, by=radiologist)
    assert refused.value.code == "nothing-analysed"
    analyse_image(instance_id=slice_id, by=radiologist)
    with pytest.raises(Expected) as refused:
        export_seg(kind="image", about_id=slice_id, by=radiologist)
    assert refused.value.code == "no-segmentation"


def test_answers_leave_as_fhir_with_what_a_person_said(client_as, radiologist, slice_id, classifier):
    from epione.imaging.services import judge_finding

    done = by_key(analyse_image(instance_id=slice_id, by=radiologist).answers)["nodules"]
    judge_finding(answer_id=done.id, finding=0, verdict=Verdicts.REJECTED, text="vaisseau", by=radiologist)
    report = json.loads(export_fhir(kind="image", about_id=slice_id, by=radiologist))
    assert (report["resourceType"], report["status"]) == ("DiagnosticReport", "preliminary")
    contained = {one["id"]: one for one in report["contained"]}
    observations = [contained[one["reference"].removeprefix("#")] for one in report["result"]]
    [nodule] = [one for one in observations if one["code"]["text"] == "Nodule"]
    assert (nodule["status"], nodule["note"][0]["text"]) == ("cancelled", "vaisseau")
    [mean] = [one for one in observations if one["code"]["text"] == "Moyenne"]
    assert mean["valueQuantity"]["system"] == "http://unitsofmeasure.org"
    assert mean["code"]["coding"][0] == {"system": "http://snomed.info/sct", "code": "373098007", "display": "Mean"}
    with pytest.raises(Expected):
        export_sr(kind="image", about_id=radiologist.id, by=radiologist)
    browser = client_as(by=radiologist)
    assert browser.get(f"/imaging/analyses/image/{slice_id}/fhir/")["Content-Type"] == "application/fhir+json"
    assert browser.get(f"/imaging/analyses/image/{slice_id}/xml/").status_code == 404
    assert browser.get(f"/imaging/analyses/study/{slice_id}/fhir/").status_code == 404
    assert Entry.objects.filter(action="imaging.export_analysis").count() == 2


def test_a_rejected_finding_is_left_out_of_the_structured_report(radiologist, slice_id, classifier):
    from epione.imaging.services import judge_finding

    done = by_key(analyse_image(instance_id=slice_id, by=radiologist).answers)["nodules"]
    assert "nodule" in str(pydicom.dcmread(BytesIO(export_sr(kind="image", about_id=slice_id, by=radiologist))))
    judge_finding(answer_id=done.id, finding=0, verdict=Verdicts.REJECTED, by=radiologist)
    assert "nodule" not in str(pydicom.dcmread(BytesIO(export_sr(kind="image", about_id=slice_id, by=radiologist))))


def test_a_series_that_is_too_large_is_not_read_and_says_so(radiologist, stack, monkeypatch):
    monkeypatch.setattr("epione.imaging.services.analysing.MOST_PIXELS", 64 * 64 * 3)
    done = analyse_series(series_id=stack.id, by=radiologist, told=quiet)
    assert {(one.result.status, one.result.reason) for one in done.answers} == {(Status.ERROR, "series-too-large")}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"BitsStored": 16, "HighBit": 15, "PixelRepresentation": 1, "RescaleIntercept": 0}, [-2000, 0, 7]),
        ({"BitsStored": 16, "HighBit": 15, "RescaleSlope": 0.5, "RescaleIntercept": 10}, [10, 13.5, 31778]),
        ({"BitsStored": 12, "HighBit": 11}, [-1024, -1017, 1072]),
        ({"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "RescaleIntercept": 0}, [0, 7, 200]),
    ],
)
def test_grey_values_are_those_of_the_modality_whatever_their_format(radiologist, classifier, changes, expected):
    signed = changes.get("PixelRepresentation") == 1
    stored = {8: [0, 7, 200], 12: [0, 7, 2096]}.get(changes["BitsStored"], [-2000, 0, 7] if signed else [0, 7, 63536])
    kind = {8: "u1", 12: "<u2"}.get(changes["BitsStored"], "<i2" if signed else "<u2")
    cells = np.zeros((64, 64), dtype=kind)
    cells.ravel()[:3] = stored
    cells.ravel()[3:] = stored[0]
    [outcome] = receive(
        contents=[encoded(image(PixelData=cells.tobytes(), **changes))], source="upload", by=radiologist
    )
    analyse_image(instance_id=outcome.instance_id, by=radiologist)
    assert classifier[-1].pixels.ravel()[:3].tolist() == expected
