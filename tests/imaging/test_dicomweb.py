"""DICOMweb as other programs use it: dicomweb-client, unmodified, stores, searches and retrieves."""

import gzip
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import requests
from dicomweb_client.api import DICOMwebClient
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pydicom import dcmread

from epione.identity.public import PracticeFacts
from epione.imaging.models import Instance
from epione.imaging.services import Received, receive
from epione.kernel.actor import Actor
from epione.ledger.models import Entry

from .compression import JPEG_LS, compressed
from .programs import ROOT, bearer, body, jpegls, post
from .synthetic import NAMES, disc, encoded, image, series, ultrasound

People = Callable[..., Actor]
JSON = "application/dicom+json"


@pytest.fixture
def pacs(live_server: Any, practice: PracticeFacts) -> Iterator[DICOMwebClient]:
    # Closed at the end: the thread of the server that serves it keeps a connection to the database as long as it lives.
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {bearer(practice)}"
        yield DICOMwebClient(url=f"{live_server}{ROOT}", session=session)


@pytest.fixture
def web(db: None, practice: PracticeFacts) -> Client:
    return Client(headers={"authorization": f"Bearer {bearer(practice)}"})


def taken(content: bytes, by: Actor) -> Received:
    [outcome] = receive(contents=[content], source="upload", by=by)
    assert isinstance(outcome, Received), outcome
    return outcome


def where(one: Received) -> str:
    return f"{ROOT}/studies/{one.study_uid}/series/{one.series_uid}/instances/{one.sop_uid}"


@pytest.mark.django_db(transaction=True)
def test_a_study_is_stored_found_and_retrieved_by_an_unmodified_client(pacs: DICOMwebClient) -> None:
    sent = [dcmread(io.BytesIO(one)) for one in series(3)]
    answer = pacs.store_instances(sent)
    kept = {
        item.OriginalAttributesSequence[0].ModifiedAttributesSequence[0].SOPInstanceUID: item.ReferencedSOPInstanceUID
        for item in answer.ReferencedSOPSequence
    }
    assert set(kept) == {one.SOPInstanceUID for one in sent}
    assert "FailedSOPSequence" not in answer

    [study] = pacs.search_for_studies()
    study_uid = study["0020000D"]["Value"][0]
    assert answer.RetrieveURL.endswith(f"/studies/{study_uid}")
    assert study["00201208"]["Value"] == [3]
    [one_series] = pacs.search_for_series(study_uid)
    series_uid = one_series["0020000E"]["Value"][0]
    found = pacs.search_for_instances(study_uid, series_uid)
    assert [one["00200013"]["Value"] for one in found] == [[1], [2], [3]]
    assert {one["00080018"]["Value"][0] for one in found} == set(kept.values())

    got = pacs.retrieve_series(study_uid, series_uid)
    assert [np.array_equal(one.pixel_array, other.pixel_array) for one, other in zip(got, sent, strict=True)] == [
        True
    ] * 3
    assert len(list(pacs.retrieve_study(study_uid))) == 3
    one = pacs.retrieve_instance(study_uid, series_uid, got[1].SOPInstanceUID)
    assert one.PatientIdentityRemoved == "YES"
    assert not any(name in str(one) for name in NAMES)

    header = pacs.retrieve_instance_metadata(study_uid, series_uid, one.SOPInstanceUID)
    assert (header["00280010"]["Value"], header["00080005"]["Value"]) == ([64], ["ISO_IR 192"])
    assert (
        len(pacs.retrieve_study_metadata(study_uid)) == len(pacs.retrieve_series_metadata(study_uid, series_uid)) == 3
    )
    # The client sends its Host without the port: the address is told as it reached us.
    address = header["7FE00010"]["BulkDataURI"].partition(ROOT)[2]
    [pixels] = pacs.retrieve_bulkdata(f"{pacs.base_url}{address}")
    assert pixels == one.PixelData

    [frame] = pacs.retrieve_instance_frames(study_uid, series_uid, one.SOPInstanceUID, [1])
    assert np.array_equal(np.frombuffer(frame, "<u2").reshape(64, 64), sent[1].pixel_array)
    drawn = pacs.retrieve_instance_rendered(study_uid, series_uid, one.SOPInstanceUID, media_types=["image/png"])
    assert Image.open(io.BytesIO(drawn)).size == (64, 64)


@pytest.mark.django_db(transaction=True)
def test_the_same_objects_again_change_nothing_and_are_named_again(pacs: DICOMwebClient) -> None:
    made = [dcmread(io.BytesIO(encoded(image())))]
    first, second = pacs.store_instances(made), pacs.store_instances(made)
    assert (
        first.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
        == second.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
    )
    assert Instance.objects.count() == 1


@pytest.fixture
def two(web: Client, actor: People) -> list[Received]:
    """A CT of a chest, and an older MR of another person."""
    by = actor("radiologist")
    other = {
        "PatientID": "P-9",
        "PatientName": "DURAND^Zoé",
        "Modality": "MR",
        "StudyDescription": "IRM genou",
        "SeriesDescription": "T2",
        "BodyPartExamined": "KNEE",
        "StudyTime": "0830",
        "SeriesNumber": 7,
    }
    return [taken(encoded(image()), by), taken(encoded(image(**other)), by)]


def found(web: Client, path: str, **asked: str) -> list[Any]:
    answer = web.get(f"{ROOT}/{path}", asked)
    assert answer.status_code == 200, answer.content
    return list(answer.json())


@pytest.mark.parametrize(
    ("path", "asked", "matching"),
    [
        ("studies", {}, {0, 1}),
        ("studies", {"StudyDescription": "TDM*"}, {0}),
        ("studies", {"StudyDescription": "?RM*"}, {1}),
        ("studies", {"00081030": "irm*"}, {1}),
        ("studies", {"StudyDescription": "TDM"}, set()),
        ("studies", {"StudyDescription": "%"}, set()),
        ("studies", {"ModalitiesInStudy": "CT"}, {0}),
        ("studies", {"ModalitiesInStudy": "CT,MR"}, {0, 1}),
        ("studies", {"ModalitiesInStudy": "C"}, set()),
        ("studies", {"StudyTime": "08-09"}, {1}),
        ("studies", {"StudyTime": "1015"}, {0}),
        ("studies", {"StudyTime": "-0900"}, {1}),
        ("studies", {"StudyDate": "19000101-"}, {0, 1}),
        ("studies", {"StudyDate": "-19000101"}, set()),
        ("studies", {"AccessionNumber": "ACC-77"}, set()),
        ("studies", {"AccessionNumber": "*"}, {0, 1}),
        ("studies", {"PatientID": "P-4711"}, set()),
        ("studies", {"PatientName": "MARTIN*"}, set()),
        ("studies", {"PatientName": "EPI*"}, {0, 1}),
        ("series", {"Modality": "MR"}, {1}),
        ("series", {"SeriesNumber": "7"}, {1}),
        ("series", {"BodyPartExamined": "CHEST", "ModalitiesInStudy": "CT"}, {0}),
        ("instances", {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.2"}, {0, 1}),
        ("instances", {"Modality": "CT", "InstanceNumber": "1"}, {0}),
        ("instances", {"Rows": "65"}, set()),
    ],
)  # fmt: skip
def test_a_search_finds_what_matches_and_nothing_else(
    web: Client, two: list[Received], path: str, asked: dict[str, str], matching: set[int]
) -> None:
    uids = {one["0020000D"]["Value"][0] for one in found(web, path, **asked)}
    assert uids == {two[index].study_uid for index in matching}


def test_identifiers_are_searched_for_in_lists(web: Client, two: list[Received]) -> None:
    for separator in (",", "\\"):
        both = separator.join([two[0].study_uid, two[1].study_uid, "1.2.3"])
        assert len(found(web, "studies", StudyInstanceUID=both)) == 2
    assert len(found(web, "instances", SOPInstanceUID=two[1].sop_uid)) == 1
    [one] = found(web, f"studies/{two[0].study_uid}/series/{two[0].series_uid}/instances")
    assert one["00081190"]["Value"] == [f"http://testserver{where(two[0])}"]


@pytest.mark.parametrize(
    "asked", ["Nothing=1", "StudyDate=2026", "StudyInstanceUID=abc", "PatientBirthDate=19610305", "limit=-1", "offset=x",
              "StudyTime=99", "SeriesNumber=1", "StudyDate=-", "00080020=20261340"]
)  # fmt: skip
def test_what_cannot_be_searched_for_is_refused_rather_than_ignored(web: Client, asked: str) -> None:
    answer = web.get(f"{ROOT}/studies?{asked}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-search")


def test_a_cut_list_says_so_and_goes_on_with_an_offset(web: Client, two: list[Received]) -> None:
    first = web.get(f"{ROOT}/studies?limit=1")
    second = web.get(f"{ROOT}/studies?limit=1&offset=1&fuzzymatching=true")
    assert first["Warning"].startswith("299 ")
    assert "Fuzzy" in second["Warning"] and "offset" not in second["Warning"]
    assert {one.json()[0]["0020000D"]["Value"][0] for one in (first, second)} == {one.study_uid for one in two}


def test_searches_open_no_file_and_ask_the_database_a_fixed_number_of_times(web: Client, actor: People) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = web.get(f"{ROOT}/{path}")
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200
        return len([one for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]])

    files = series(8)
    by = actor("radiologist")
    one = taken(files[0], by)
    paths = [
        "studies",
        "series",
        "instances?includefield=all",
        f"studies/{one.study_uid}",
        f"studies/{one.study_uid}/metadata",
        f"studies/{one.study_uid}/instances",
    ]
    for path in paths:  # the first reading of a study makes an entry of its own
        queries(path)
    before = [queries(path) for path in paths]
    receive(contents=files[1:], source="upload", by=by)
    assert [queries(path) for path in paths] == before


def test_objects_come_as_they_lie_or_uncompressed_as_the_client_accepts(web: Client, actor: People) -> None:
    one = taken(encoded(jpegls()), actor("radiologist"))

    def syntax(accept: str) -> tuple[int, str]:
        answer = web.get(where(one), headers={"accept": accept})
        if answer.status_code != 200:
            return answer.status_code, ""
        content = b"".join(answer.streaming_content)
        content = content[content.index(b"\r\n\r\n") + 4 :] if "multipart" in answer["Content-Type"] else content
        read = dcmread(io.BytesIO(content))
        assert np.array_equal(read.pixel_array, disc(64))
        return 200, str(read.file_meta.TransferSyntaxUID)

    explicit, jls = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.80"
    parts = 'multipart/related; type="application/dicom"'
    assert syntax(f"{parts}; transfer-syntax=*") == (200, jls)
    assert syntax(f"{parts}; transfer-syntax={jls}") == (200, jls)
    assert syntax(parts) == syntax("") == syntax("application/dicom") == (200, explicit)
    assert syntax("application/dicom; transfer-syntax=*") == (200, jls)
    assert syntax(f"{parts}; transfer-syntax=1.2.840.10008.1.2.4.90")[0] == 406
    assert syntax("text/html")[0] == 406


def test_frames_come_compressed_only_to_those_who_accept_it(web: Client, actor: People) -> None:
    one = taken(encoded(jpegls()), actor("radiologist"))

    def frame(accept: str) -> tuple[int, str, bytes]:
        answer = web.get(f"{where(one)}/frames/1", headers={"accept": accept})
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer.status_code, answer["Content-Type"].partition(";")[0], content

    assert compressed(disc(64), JPEG_LS) in frame('multipart/related; type="image/jls"')[2]
    assert frame("image/jls")[:2] == (200, "image/jls")
    assert disc(64).tobytes() in frame('multipart/related; type="application/octet-stream"')[2]
    assert frame("application/octet-stream") == (200, "application/octet-stream", disc(64).tobytes())
    assert frame('multipart/related; type="image/jp2"')[0] == 406


def test_frames_of_planes_lie_as_the_header_says(web: Client, actor: People) -> None:
    colours = np.arange(2 * 3 * 4 * 4, dtype=np.uint8).reshape(2, 3, 4, 4)
    made = image(
        SamplesPerPixel=3,
        PhotometricInterpretation="RGB",
        PlanarConfiguration=1,
        NumberOfFrames=2,
        Rows=4,
        Columns=4,
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
    )
    made.PixelData = colours.tobytes()
    one = taken(encoded(made), actor("radiologist"))
    answer = web.get(f"{where(one)}/frames/2", headers={"accept": "application/octet-stream"})
    assert answer.content == colours[1].tobytes()
    both = b"".join(web.get(f"{where(one)}/frames/2,1").streaming_content)
    assert both.index(colours[1].tobytes()) < both.index(colours[0].tobytes())


@pytest.mark.parametrize(
    "path",
    [
        "frames/2",
        "frames/0",
        "frames/a",
        "bulkdata/00100010/9/00100010",
        "bulkdata/x",
        "rendered?window=1",
        "rendered?viewport=9",
        "rendered?quality=0",
        "frames/1,1/rendered",
    ],
)
def test_what_is_not_there_is_said(web: Client, actor: People, path: str) -> None:
    one = taken(encoded(image()), actor("radiologist"))
    assert web.get(f"{where(one)}/{path}").status_code in {400, 404, 406}


def test_pictures_fit_their_viewport_and_take_a_window(web: Client, actor: People) -> None:
    one = taken(encoded(image()), actor("radiologist"))

    def picture(path: str) -> Any:
        answer = web.get(f"{where(one)}/{path}")
        assert answer.status_code == 200, answer.content
        return Image.open(io.BytesIO(answer.content))

    assert picture("rendered").format == "JPEG"
    assert picture("frames/1/rendered?viewport=32,100&accept=image/png").size == (32, 32)
    assert picture("rendered?viewport=16,16,0,0,32,32").size == (16, 16)
    dark, bright = (
        np.asarray(picture(f"rendered?accept=image/png&window={centre},10,linear")).mean() for centre in (3000, -3000)
    )
    assert (dark, bright) == (0, 255)
    assert picture("thumbnail").size == (64, 64)
    for path in (f"studies/{one.study_uid}/thumbnail", f"studies/{one.study_uid}/series/{one.series_uid}/thumbnail"):
        assert web.get(f"{ROOT}/{path}?accept=image/png").content[:4] == b"\x89PNG"


def test_headers_are_packed_for_those_who_accept_it(web: Client, actor: People) -> None:
    one = taken(encoded(image()), actor("radiologist"))
    answer = web.get(f"{where(one)}/metadata", headers={"accept-encoding": "gzip", "accept": JSON})
    assert (answer["Content-Encoding"], answer["Content-Type"]) == ("gzip", JSON)
    [header] = json.loads(gzip.decompress(answer.content))
    assert header["7FE00010"]["BulkDataURI"] == f"http://testserver{where(one)}/bulkdata/7FE00010"
    assert web.get(f"{where(one)}/metadata", headers={"accept": "application/dicom+xml"}).status_code == 406


def test_an_image_that_waits_is_seen_by_those_who_decide_only(
    web: Client, practice: PracticeFacts, actor: People
) -> None:
    one = taken(encoded(ultrasound()), actor("radiologist"))
    physician = Client(headers={"authorization": f"Bearer {bearer(practice, 'physician')}"})
    assert len(found(web, "instances")) == 1
    assert found(physician, "instances") == []
    assert found(physician, "studies")[0]["00201208"]["Value"] == [0]
    for path in ("", "/frames/1", "/rendered", "/metadata", "/thumbnail"):
        assert web.get(f"{where(one)}{path}").status_code == 200, path
        assert physician.get(f"{where(one)}{path}").status_code == 403, path
    assert physician.get(f"{ROOT}/studies/{one.study_uid}").status_code == 403


def test_another_practice_finds_and_retrieves_nothing(
    web: Client, actor: People, other_practice: PracticeFacts
) -> None:
    one = taken(encoded(image()), actor("radiologist"))
    stranger = Client(headers={"authorization": f"Bearer {bearer(other_practice)}"})
    for path in ("studies", "series", "instances", f"studies?StudyInstanceUID={one.study_uid}"):
        assert found(stranger, path) == []
    for path in ("", "/metadata", "/frames/1", "/frames", "/rendered", "/thumbnail", "/bulkdata/7FE00010"):
        assert stranger.get(f"{where(one)}{path}").status_code == 404, path
    for path in ("", "/metadata", "/series", "/instances", "/thumbnail"):
        assert stranger.get(f"{ROOT}/studies/{one.study_uid}{path}").status_code == 404, path


def test_an_object_is_found_at_its_own_address_only(web: Client, two: list[Received]) -> None:
    mixed = f"{ROOT}/studies/{two[0].study_uid}/series/{two[0].series_uid}/instances/{two[1].sop_uid}"
    for path in ("", "/metadata", "/frames/1", "/rendered", "/bulkdata/7FE00010"):
        assert web.get(f"{mixed}{path}").status_code == 404, path
    for path in ("", "/metadata", "/instances", "/thumbnail"):
        assert web.get(f"{ROOT}/studies/{two[0].study_uid}/series/{two[1].series_uid}{path}").status_code == 404, path


def test_retrievals_and_searches_are_in_the_ledger(web: Client, actor: People) -> None:
    one = taken(encoded(image()), actor("radiologist"))
    found(web, "studies", PatientID=one.study_uid)
    b"".join(web.get(where(one)).streaming_content)
    b"".join(web.get(f"{ROOT}/studies/{one.study_uid}").streaming_content)
    web.get(f"{where(one)}/frames/1")
    actions = list(
        Entry.objects.filter(action__startswith="imaging.").order_by("at", "id").values_list("action", flat=True)
    )
    assert actions[1:] == ["imaging.search", "imaging.retrieve", "imaging.retrieve", "imaging.view"]


def test_a_stranger_and_a_form_without_its_token_are_refused_as_programs_are(
    client_as: Callable[..., Client], db: None
) -> None:
    answer = Client().get(f"{ROOT}/studies")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    browser = client_as("radiologist")
    assert browser.get(f"{ROOT}/studies").json() == []
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.get(f"{ROOT}/studies").status_code == 200
    assert post(strict, body(encoded(image()))).status_code == 403
    assert post(client_as("physician"), body(encoded(image()))).status_code == 403
    assert client_as("secretary").get(f"{ROOT}/studies").status_code == 403
    assert Instance.objects.count() == 0
