"""`epione imaging deidentify`: files, folders and archives, without a database."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from typer.testing import CliRunner

from epione.project.cli.imaging import app
from tests.imaging.pixel_files import dataset, written


def image(**elements: Any) -> bytes:
    return written(dataset(np.arange(64, dtype="<u2").reshape(8, 8), **elements))


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["deidentify", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "CURIE Marie"
    source.mkdir()
    (source / "CURIE.dcm").write_bytes(image())
    (source / "letter.txt").write_text("CURIE")
    with zipfile.ZipFile(source / "CURIE.zip", "w") as archive:
        archive.writestr("CURIE/../CURIE.dcm", image(SOPInstanceUID="1.2.3", BurnedInAnnotation="YES"))
    return source


def test_a_folder_is_de_identified_under_names_that_tell_nothing(folder: Path, tmp_path: Path):
    code, text, _ = run(folder, tmp_path / "out", "--format", "json")
    told = json.loads(text)
    assert code == 1
    assert told["counts"] == {"written": 1, "pending": 1, "refused": 1}
    assert {one["code"] for one in told["files"]} == {"", "not_dicom"}
    written_files = sorted(one.relative_to(tmp_path / "out") for one in (tmp_path / "out").rglob("*.dcm"))
    assert [one.parent.name for one in written_files] == ["", "review"]
    clean = dcmread(tmp_path / "out" / written_files[0])
    assert clean.PatientName == clean.PatientID != "4711"
    assert written_files[0].stem == clean.SOPInstanceUID
    assert "CURIE" not in text + str(written_files)


def test_a_key_file_is_made_once_and_gives_the_same_identifiers_again(tmp_path: Path):
    (tmp_path / "one.dcm").write_bytes(image())
    key = tmp_path / "key"
    names = []
    for number in range(2):
        assert run(tmp_path / "one.dcm", tmp_path / f"out{number}", "--key-file", key)[0] == 0
        names.append([one.name for one in (tmp_path / f"out{number}").iterdir()])
    assert names[0] == names[1]
    assert key.stat().st_mode & 0o777 == 0o600 and len(bytes.fromhex(key.read_text())) == 32
    assert run(tmp_path / "one.dcm", tmp_path / "other")[0] == 0
    assert [one.name for one in (tmp_path / "other").iterdir()] != names[0]


def test_another_content_under_the_same_identifier_is_not_overwritten(tmp_path: Path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.dcm").write_bytes(image())
    (source / "b.dcm").write_bytes(image(KVP="120"))
    code, text, _ = run(source, tmp_path / "out")
    assert code == 1 and "same_uid_other_content" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--policy", "none"], "Choose: complete"), (["--key-file", "KEY"], "32 bytes in hexadecimal")],
)
def test_wrong_usage_is_told_and_writes_nothing(tmp_path: Path, arguments: list[str], said: str):
    (tmp_path / "one.dcm").write_bytes(image())
    (tmp_path / "KEY").write_text("abc")
    known = [str(tmp_path / one) if one == "KEY" else one for one in arguments]
    code, _, error = run(tmp_path / "one.dcm", tmp_path / "out", *known)
    assert code == 2 and said in error and not (tmp_path / "out").exists()
