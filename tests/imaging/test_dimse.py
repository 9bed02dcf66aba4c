"""Associations: pynetdicom as the other system, in this process; dcmtk's programs where they are installed."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pynetdicom import AE, StoragePresentationContexts, build_role, evt
from pynetdicom.sop_class import (
    CTImageStorage,
    UltrasoundImageStorage,
    Verification,
)
from pynetdicom.sop_class import (
    PatientRootQueryRetrieveInformationModelFind as PatientFind,
)
from pynetdicom.sop_class import (
    StudyRootQueryRetrieveInformationModelFind as StudyFind,
)
from pynetdicom.sop_class import (
    StudyRootQueryRetrieveInformationModelGet as StudyGet,
)
from pynetdicom.sop_class import (
    StudyRootQueryRetrieveInformationModelMove as StudyMove,
)

from epione.identity.public import PracticeFacts, service_actor
from epione.imaging.dimse.server import entity, handlers
from epione.imaging.models import Instance, Refusal
from epione.imaging.services import MAY, PeerView, add_peer, disable_peer, list_peers, receive
from epione.kernel.actor import Actor
from epione.kernel.errors import Expected, Forbidden, Invalid
from epione.ledger.models import Entry

from .programs import jpegls
from .synthetic import NAMES, disc, encoded, image, series, ultrasound

pytestmark = pytest.mark.django_db(transaction=True)
People = Callable[..., Actor]
JLS, EXPLICIT = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def admin(practice: PracticeFacts) -> Actor:
    return service_actor(practice.id, "tests", roles=frozenset({"admin"}))


@pytest.fixture
def peer(admin: Actor) -> PeerView:
    return add_peer(ae_title="MODALITY", host="127.0.0.1", port=free_port(), may=frozenset(MAY), by=admin)


@pytest.fixture
def server(db: None) -> Iterator[int]:
    port = free_port()
    ae = entity()
    listening = ae.start_server(("127.0.0.1", port), block=False, evt_handlers=handlers())
    yield port
    listening.shutdown()
    ae.shutdown()


@contextmanager
def association(port: int, *contexts: Any, title: str = "MODALITY", **more: Any) -> Iterator[Any]:
    ae = AE(ae_title=title)
    for context in contexts:
        ae.add_requested_context(*(context if isinstance(context, tuple) else (context,)))
    opened = ae.associate("127.0.0.1", port, ae_title=more.pop("called", "EPIONE"), **more)
    yield opened
    if opened.is_established:
        opened.release()
    ae.shutdown()


def asked(level: str, **keys: str) -> Dataset:
    made = Dataset()
    made.QueryRetrieveLevel = level
    for keyword, value in keys.items():
        setattr(made, keyword, value)
    return made


def found(assoc: Any, question: Dataset, model: Any = StudyFind) -> list[Dataset]:
    return [one for status, one in assoc.send_c_find(question, model) if status.Status in (0xFF00, 0xFF01)]


def stored(practice: PracticeFacts, *contents: bytes) -> list[Any]:
    by = service_actor(practice.id, "tests", roles=frozenset({"radiologist"}))
    return receive(contents=list(contents), source="upload", by=by)


def test_a_known_system_is_answered_and_what_it_stores_is_received(server: int, peer: PeerView) -> None:
    with association(server, Verification, CTImageStorage) as assoc:
        assert assoc.send_c_echo().Status == 0x0000
        made = image()
        assert [assoc.send_c_store(made).Status for _ in range(2)] == [0x0000, 0x0000]
    [row] = Instance.objects.all()
    assert row.practice_id == peer.practice_id
    entry = Entry.objects.get(action="imaging.receive")
    assert entry.actor_id == peer.id


@pytest.mark.parametrize(("title", "called"), [("STRANGER", "EPIONE"), ("MODALITY", "OTHER"), ("modality", "EPIONE")])
def test_unknown_titles_are_rejected(server: int, peer: PeerView, title: str, called: str) -> None:
    with association(server, Verification, title=title, called=called) as assoc:
        assert assoc.is_rejected


def test_a_known_title_from_elsewhere_is_rejected(server: int, admin: Actor) -> None:
    add_peer(ae_title="MODALITY", host="192.0.2.7", port=104, may=frozenset(MAY), by=admin)
    with association(server, Verification) as assoc:
        assert assoc.is_rejected


def test_a_closed_system_is_rejected_and_its_title_may_serve_again(server: int, peer: PeerView, admin: Actor) -> None:
    disable_peer(peer_id=peer.id, by=admin)
    with association(server, Verification) as assoc:
        assert assoc.is_rejected
    assert list_peers(by=admin) == []
    add_peer(ae_title="MODALITY", host="localhost", port=104, may=frozenset({"may_query"}), by=admin)
    with association(server, Verification) as assoc:
        assert assoc.is_established


def test_a_system_does_only_what_it_may(server: int, admin: Actor, practice: PracticeFacts) -> None:
    [one] = stored(practice, encoded(image()))
    add_peer(ae_title="MODALITY", host="127.0.0.1", port=104, may=frozenset({"may_query"}), by=admin)
    with association(server, CTImageStorage, StudyFind, StudyGet) as assoc:
        assert assoc.send_c_store(image()).Status == 0x0124
        assert len(found(assoc, asked("STUDY", StudyInstanceUID=""))) == 1
        statuses = [
            status.Status for status, _ in assoc.send_c_get(asked("STUDY", StudyInstanceUID=one.study_uid), StudyGet)
        ]
        assert statuses == [0x0124]
    assert Instance.objects.count() == 1


def test_refusals_have_their_status(server: int, peer: PeerView) -> None:
    with association(server, CTImageStorage) as assoc:
        made = image()
        assoc.send_c_store(made)
        made.PixelData = bytes(len(made.PixelData))
        assert assoc.send_c_store(made).Status == 0x0111
        assert assoc.send_c_store(image(Rows=9000)).Status == 0xC000
    assert (Instance.objects.count(), Refusal.objects.count()) == (1, 2)


def test_a_system_that_breaks_off_leaves_nothing(server: int, peer: PeerView) -> None:
    with association(server, CTImageStorage) as assoc:
        dul = assoc.dul.socket
        dul.send(b"\x04\x00\x00\x00\xff\xf0" + b"\x00\x00\x0f\x00" + b"\x01\x03" + bytes(500))
        dul.close()
        assoc.kill()
    with association(server, Verification) as assoc:
        assert assoc.send_c_echo().Status == 0x0000
    assert Instance.objects.count() == Refusal.objects.count() == 0


def test_what_is_kept_is_found_de_identified_at_every_level(
    server: int, peer: PeerView, practice: PracticeFacts
) -> None:
    outcomes = stored(practice, *series(3), encoded(image(PatientID="P-9", StudyDescription="IRM", Modality="MR")))
    study_uid = outcomes[0].study_uid
    with association(server, StudyFind, PatientFind) as assoc:
        everything = found(
            assoc,
            asked(
                "STUDY",
                StudyInstanceUID="",
                PatientName="",
                PatientID="",
                StudyDescription="",
                NumberOfStudyRelatedInstances="",
            ),
        )
        assert len(everything) == 2
        assert not any(name in str(one) for one in everything for name in NAMES)
        [study] = found(
            assoc, asked("STUDY", ModalitiesInStudy="CT", StudyInstanceUID="", NumberOfStudyRelatedInstances="")
        )
        assert (study.StudyInstanceUID, study.NumberOfStudyRelatedInstances, study.RetrieveAETitle) == (
            study_uid,
            3,
            "EPIONE",
        )
        [one] = found(assoc, asked("SERIES", StudyInstanceUID=study_uid, SeriesInstanceUID="", Modality=""))
        assert one.Modality == "CT"
        images = found(
            assoc,
            asked(
                "IMAGE",
                StudyInstanceUID=study_uid,
                SeriesInstanceUID=one.SeriesInstanceUID,
                SOPInstanceUID="",
                InstanceNumber="",
            ),
        )
        assert [each.InstanceNumber for each in images] == [1, 2, 3]
        uids = [each.SOPInstanceUID for each in images[:2]]
        assert len(found(assoc, asked("IMAGE", SOPInstanceUID=uids))) == 2
        people = found(assoc, asked("PATIENT", PatientID="", PatientName="EPI*"), PatientFind)
        assert len({each.PatientID for each in people}) == len(people) == 2
        assert found(assoc, asked("STUDY", PatientID="P-4711", StudyInstanceUID="")) == []
        assert found(assoc, asked("STUDY", PatientName="MARTIN*", StudyInstanceUID="")) == []


def test_keys_that_cannot_be_compared_are_told(server: int, peer: PeerView, practice: PracticeFacts) -> None:
    stored(practice, encoded(image()))
    with association(server, StudyFind) as assoc:

        def statuses(question: Dataset) -> list[int]:
            return [status.Status for status, _ in assoc.send_c_find(question, StudyFind)]

        assert statuses(asked("STUDY", PatientBirthDate="19610305")) == [0xFF01, 0x0000]
        assert statuses(asked("STUDY", StudyInstanceUID="")) == [0xFF00, 0x0000]
        assert statuses(asked("NOTHING")) == [0xA900]


def test_objects_are_got_over_the_same_association_in_a_syntax_that_was_accepted(
    server: int, peer: PeerView, practice: PracticeFacts
) -> None:
    one, _waiting = stored(practice, encoded(jpegls()), encoded(ultrasound()))
    for syntax in (JLS, EXPLICIT):
        got: list[Dataset] = []

        def keep(event: Any, got: list[Dataset] = got) -> int:
            made = event.dataset
            made.file_meta = event.file_meta
            got.append(made)
            return 0x0000

        roles = [build_role(CTImageStorage, scp_role=True)]
        with association(
            server, StudyGet, (CTImageStorage, syntax), ext_neg=roles, evt_handlers=[(evt.EVT_C_STORE, keep)]
        ) as assoc:
            answers = list(
                assoc.send_c_get(
                    asked(
                        "IMAGE",
                        StudyInstanceUID=one.study_uid,
                        SeriesInstanceUID=one.series_uid,
                        SOPInstanceUID=one.sop_uid,
                    ),
                    StudyGet,
                )
            )
        assert answers[-1][0].Status == 0x0000
        [made] = got
        assert str(made.file_meta.TransferSyntaxUID) == syntax
        assert np.array_equal(made.pixel_array, disc(64))
    assert Entry.objects.filter(action="imaging.retrieve", actor_id=peer.id).count() == 2


def test_what_waits_for_a_decision_is_not_sent(server: int, peer: PeerView, practice: PracticeFacts) -> None:
    [one] = stored(practice, encoded(ultrasound()))
    roles = [build_role(UltrasoundImageStorage, scp_role=True)]
    with association(server, StudyGet, StudyFind, UltrasoundImageStorage, ext_neg=roles) as assoc:
        [(status, _)] = list(assoc.send_c_get(asked("STUDY", StudyInstanceUID=one.study_uid), StudyGet))
        assert (status.Status, status.get("NumberOfCompletedSuboperations", 0)) == (0x0000, 0)
        assert found(assoc, asked("IMAGE", SOPInstanceUID="")) == []


def test_objects_are_moved_to_where_the_administrator_said_and_nowhere_else(
    server: int, admin: Actor, peer: PeerView, practice: PracticeFacts
) -> None:
    files = stored(practice, *series(2), encoded(jpegls()))
    got: list[Any] = []
    archive = AE(ae_title="ARCHIVE")
    for context in StoragePresentationContexts:
        archive.add_supported_context(context.abstract_syntax, [EXPLICIT, JLS])
    port = free_port()
    listening = archive.start_server(
        ("127.0.0.1", port),
        block=False,
        evt_handlers=[(evt.EVT_C_STORE, lambda event: got.append(event.request.AffectedSOPInstanceUID) or 0)],
    )
    add_peer(ae_title="ARCHIVE", host="127.0.0.1", port=port, may=frozenset({"may_store"}), by=admin)
    with association(server, StudyMove) as assoc:
        question = asked("STUDY", StudyInstanceUID=[files[0].study_uid, files[2].study_uid])
        final = list(assoc.send_c_move(question, "ARCHIVE", StudyMove))[-1][0]
        assert (final.Status, final.NumberOfCompletedSuboperations) == (0x0000, 3)
        assert list(assoc.send_c_move(question, "NOWHERE", StudyMove))[-1][0].Status == 0xA801
    listening.shutdown()
    archive.shutdown()
    assert set(got) == {one.sop_uid for one in files}


def test_a_system_of_another_practice_finds_nothing(
    server: int, practice: PracticeFacts, other_practice: PracticeFacts
) -> None:
    [one] = stored(practice, encoded(image()))
    other = service_actor(other_practice.id, "tests", roles=frozenset({"admin"}))
    add_peer(ae_title="MODALITY", host="127.0.0.1", port=104, may=frozenset(MAY), by=other)
    with association(server, StudyFind, StudyGet) as assoc:
        assert found(assoc, asked("STUDY", StudyInstanceUID=one.study_uid)) == []
        [(status, _)] = list(assoc.send_c_get(asked("STUDY", StudyInstanceUID=one.study_uid), StudyGet))
        assert status.get("NumberOfCompletedSuboperations", 0) == 0


def test_peers_are_an_administrators_and_a_title_names_one(
    admin: Actor, actor: People, other_practice: PracticeFacts
) -> None:
    with pytest.raises(Forbidden):
        add_peer(ae_title="CT1", host="10.0.0.1", port=104, may=frozenset(MAY), by=actor("radiologist"))
    for wrong in (
        {"ae_title": "A" * 17},
        {"ae_title": "A\\B"},
        {"ae_title": " "},
        {"host": "a b"},
        {"port": 0},
        {"may": frozenset()},
    ):
        with pytest.raises(Invalid):
            add_peer(
                **({"ae_title": "CT1", "host": "10.0.0.1", "port": 104, "may": frozenset(MAY), "by": admin} | wrong)
            )
    made = add_peer(ae_title="CT1", host="10.0.0.1", port=104, may=frozenset(MAY), by=admin)
    other = service_actor(other_practice.id, "tests", roles=frozenset({"admin"}))
    with pytest.raises(Expected) as refused:
        add_peer(ae_title="CT1", host="10.0.0.2", port=104, may=frozenset(MAY), by=other)
    assert refused.value.code == "peer-taken"
    with pytest.raises(Expected) as refused:
        disable_peer(peer_id=made.id, by=other)
    assert refused.value.status == 404
    assert list(Entry.objects.filter(action__endswith="_peer").values_list("action", flat=True)) == ["imaging.add_peer"]


@pytest.mark.services
@pytest.mark.skipif(not shutil.which("storescu"), reason="dcmtk is not installed (apt install dcmtk)")
def test_the_programs_of_dcmtk_store_find_and_move(server: int, admin: Actor, peer: PeerView, tmp_path: Path) -> None:
    sent, got = tmp_path / "sent", tmp_path / "got"
    sent.mkdir()
    got.mkdir()
    for number, content in enumerate(series(3)):
        (sent / f"{number}.dcm").write_bytes(content)
    where = ["-aet", "MODALITY", "-aec", "EPIONE", "127.0.0.1", str(server)]

    def run(program: str, *words: str) -> str:
        done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    run("echoscu", *where)
    run("storescu", *where, "+sd", str(sent))
    [study_uid] = set(Instance.objects.values_list("series__study__uid", flat=True))
    assert study_uid in run(
        "findscu", "-S", *where, "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID", "-k", "PatientName"
    )
    port = free_port()
    add_peer(ae_title="ARCHIVE", host="127.0.0.1", port=port, may=frozenset({"may_store"}), by=admin)
    archive = subprocess.Popen(["storescp", "-aet", "ARCHIVE", "-od", str(got), str(port)])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        run(
            "movescu",
            "-S",
            "-aem",
            "ARCHIVE",
            *where,
            "-k",
            "QueryRetrieveLevel=STUDY",
            "-k",
            f"StudyInstanceUID={study_uid}",
        )
    finally:
        archive.terminate()
        archive.wait(10)
    made = [dcmread(file) for file in got.iterdir()]
    assert len(made) == 3
    assert {one.PatientIdentityRemoved for one in made} == {"YES"}
