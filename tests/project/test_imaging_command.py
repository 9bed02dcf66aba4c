"""`epione imaging import`: folders and discs into a practice, resumable, with an honest tally."""

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.imaging.synthetic import encoded, image, series, ultrasound
from typer.testing import CliRunner, Result

from epione.identity.public import PracticeFacts
from epione.imaging.models import Instance, Refusal, Subject
from epione.imaging.services import importing
from epione.kernel.actor import Actor
from epione.ledger.public import AuditFilter, entries
from epione.patients.public import Identity, create_patient
from epione.project.cli import imaging

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> Result:
    return CliRunner().invoke(imaging.app, ["import", *map(str, arguments)], catch_exceptions=False)


def told(*arguments: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(*arguments, "--format", "json").stdout)
    return found


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    """A folder in a folder: five slices, an ultrasound image, two more slices in a zip."""
    below = tmp_path / "disc" / "MARTIN ELODIE" / "IMG"
    below.mkdir(parents=True)
    for number, content in enumerate(series(5)):
        (below / f"I{number}").write_bytes(content)
    (below / "echo.dcm").write_bytes(encoded(ultrasound()))
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for number, content in enumerate(series(2)):
            archive.writestr(f"MARTIN/{number}.dcm", content)
    (tmp_path / "disc" / "more.zip").write_bytes(packed.getvalue())
    return tmp_path / "disc"


def test_a_folder_is_taken_with_what_stands_below_and_in_archives(practice: PracticeFacts, disc: Path) -> None:
    done = run(disc)
    assert done.exit_code == 0
    assert done.stdout == "8 files in 3 examinations: 7 received, 1 waiting, 0 already there, 0 refused.\n"
    assert Instance.objects.filter(practice_id=practice.id).count() == 8


def test_taken_again_everything_is_known_and_nothing_written(practice: PracticeFacts, disc: Path) -> None:
    run(disc)
    again = told(disc)
    assert (again["already_there"], again["files"], Instance.objects.count()) == (8, 8, 8)


def test_an_import_that_was_cut_goes_on_where_it_was(
    practice: PracticeFacts, disc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 3)

    def cut(done: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with monkeypatch.context() as while_cut:
        while_cut.setattr(imaging, "_told", cut)
        assert run(disc).exit_code not in (0, 1, 2)
    assert Instance.objects.count() == 6
    assert (told(disc)["already_there"], Instance.objects.count()) == (6, 8)


def test_what_is_refused_is_told_by_place_and_by_name_only_when_asked(practice: PracticeFacts, disc: Path) -> None:
    (disc / "DURAND PAUL.txt").write_text("not an image")
    (disc / "broken.zip").write_bytes(b"PK\x03\x04 broken")
    quiet, named = run(disc), run(disc, "--names")
    assert quiet.exit_code == named.exit_code == 1
    assert "DURAND" not in quiet.output
    assert "file 1 refused: not_dicom\n" in quiet.stdout
    assert "1 refused, 1 bad_zip." in quiet.stdout
    assert "DURAND PAUL.txt" in named.stdout
    assert "not read: bad_zip" in named.stdout
    assert Refusal.objects.count() == 1


def test_links_below_a_folder_are_not_followed(practice: PracticeFacts, tmp_path: Path, disc: Path) -> None:
    elsewhere = tmp_path / "elsewhere.dcm"
    elsewhere.write_bytes(encoded(image()))
    (disc / "link.dcm").symlink_to(elsewhere)
    assert told(disc)["files"] == 8


def test_large_files_end_a_batch_early(
    actor: Callable[..., Actor], disc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_BYTES", 1)
    asked: list[int] = []
    importing.import_files(contents=series(3), source="folder", by=actor("radiologist"), told=asked.append)
    assert asked == [1, 2, 3]


def test_images_go_to_the_record_that_is_named(
    practice: PracticeFacts, actor: Callable[..., Actor], tmp_path: Path
) -> None:
    patient = create_patient(identity=Identity("Martin", "Élodie", date(1961, 3, 5)), by=actor("physician"))
    (tmp_path / "one.dcm").write_bytes(encoded(image()))
    assert run(tmp_path / "one.dcm", "--patient", patient.id).exit_code == 0
    assert Subject.objects.get().patient_id == patient.id


def test_the_ledger_names_the_command_line(practice: PracticeFacts, actor: Callable[..., Actor], disc: Path) -> None:
    run(disc)
    found = entries(by=actor("auditor"), filters=AuditFilter(action="imaging.receive")).items
    assert len(found) == 8
    assert all(entry.actor_name.startswith("command line") for entry in found)


def test_a_wrong_call_ends_with_2(practice: PracticeFacts, other_practice: PracticeFacts, disc: Path) -> None:
    assert run(disc).exit_code == 2
    assert run(disc, "--practice", practice.id, "--patient", practice.id).exit_code == 2
    assert run(disc / "absent").exit_code == 2
    assert run(disc, "--practice", practice.id).exit_code == 0
