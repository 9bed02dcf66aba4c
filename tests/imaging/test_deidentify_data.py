"""The tables that ship: what their page of provenance says of them, and the public files where they are at hand."""

import csv
import hashlib
import re
import subprocess
import sys
from collections import Counter
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import ExplicitVRBigEndian

from epione.imaging.data import rows
from epione.imaging.domain.deid import POLICIES, deidentify
from epione.imaging.domain.deid.table import Do, actions_for
from epione.imaging.domain.dicom import CODES, NotDicom

SHARED = Path(__file__).parents[3] / "shared"
SAMPLES, CHECKER = SHARED / "data/imaging/samples", SHARED / "tools/deid_check.py"


def test_the_files_are_those_that_the_page_of_provenance_describes():
    folder = files("epione.imaging.data")
    page = folder.joinpath("PROVENANCE.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"\| `([\w.]+)` \| ([0-9a-f]{64}) \|", page))
    assert set(stated) == {one.name for one in folder.iterdir() if one.name.endswith((".csv", ".gz"))}
    assert stated == {name: hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() for name in stated}
    editions = Counter(row["edition"] for row in rows("confidentiality_profile.csv"))
    assert editions == {"2025a": 617, "2026c": 35}
    assert f"{len(rows('safe_private.csv.gz')):,} rows" in page and f"{len(rows('vocabulary.csv'))} words" in page


def test_the_type_of_an_attribute_in_its_object_decides_between_actions():
    content_date, acquisition = 0x00080023, 0x0008002A
    ct, report = (
        actions_for(POLICIES["complete"], "1.2.840.10008.5.1.4.1.1.2"),
        actions_for(POLICIES["complete"], "1.2.840.10008.5.1.4.1.1.88.33"),
    )
    assert (ct[content_date], report[content_date]) == (Do.EMPTY, Do.DUMMY)
    assert ct[acquisition] is Do.REMOVE
    assert actions_for(POLICIES["complete"], "1.2.3")[content_date] is Do.DUMMY


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public sample files are not on this machine")
@pytest.mark.parametrize("policy", POLICIES)
def test_each_public_file_is_de_identified_or_refused_with_a_code(policy: str):
    index = {row["file"]: row for row in csv.DictReader((SAMPLES.parent / "index.csv").open(encoding="utf-8"))}
    done = 0
    for name in index:
        content = (SAMPLES / name).read_bytes()
        try:
            result = deidentify(content, policy=POLICIES[policy], secret=bytes(32), lenient=True)
        except NotDicom as refused:
            assert refused.code in CODES, name
            continue
        done += 1
        _same_pixels(content, result.content, name)
    assert done > 135


def _same_pixels(before: bytes, after: bytes, name: str) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clean, original = dcmread(BytesIO(after)), dcmread(BytesIO(before), force=True)
        assert len(list(clean.iterall())) > 5, name
        if "PixelData" not in original or original.file_meta.get("TransferSyntaxUID") == ExplicitVRBigEndian:
            return
        same = len(clean.PixelData) <= len(original.PixelData)
        assert same, name
        if not clean["PixelData"].is_undefined_length:
            assert original.PixelData.startswith(clean.PixelData[:-1]), name


@pytest.mark.slow
@pytest.mark.skipif(not CHECKER.is_file(), reason="the checker is not on this machine")
@pytest.mark.parametrize("option", ["", "rtnUIDsOpt", "rtnDevIdOpt", "rtnInstIdOpt", "rtnPatCharsOpt", "rtnLongFullDatesOpt", "cleanDescOpt", "cleanStructContOpt", "cleanGraphOpt", "rtnSafePrivOpt"])  # fmt: skip
def test_an_independent_checker_finds_no_survivor_and_no_wrong_action(tmp_path: Path, option: str):
    from dataclasses import replace

    from epione.imaging.domain.deid import Dates

    chosen = {
        "": {}, "rtnUIDsOpt": {"retain_uids": True}, "rtnDevIdOpt": {"retain_device": True},
        "rtnInstIdOpt": {"retain_institution": True}, "rtnLongFullDatesOpt": {"dates": Dates.KEEP},
        "rtnPatCharsOpt": {"retain_patient_characteristics": True, "cap_ages": False}, "cleanDescOpt": {"clean_descriptors": True},
        "cleanStructContOpt": {"clean_structured_content": True}, "cleanGraphOpt": {"clean_graphics": True},
        "rtnSafePrivOpt": {"retain_safe_private": True},
    }[option]  # fmt: skip
    planted, manifest, clean = tmp_path / "planted.dcm", tmp_path / "planted.json", tmp_path / "clean.dcm"
    plant = subprocess.run(
        [sys.executable, CHECKER, "plant", "--out", planted, "--manifest", manifest], capture_output=True, check=False
    )
    assert plant.returncode == 0, plant.stderr
    policy = replace(POLICIES["complete"], **chosen)
    clean.write_bytes(deidentify(planted.read_bytes(), policy=policy, secret=bytes(32)).content)
    options = ["--option", option] if option else []
    check = subprocess.run([sys.executable, CHECKER, "check", clean, "--manifest", manifest, "--strict", "--summary", *options], capture_output=True, text=True, check=False)  # fmt: skip
    survivors = 1 if option == "rtnUIDsOpt" else 0  # the meta information repeats the identifier that is kept
    assert f'"survivor_count": {survivors}, "action_mismatch_count": 0, "flags_ok": true' in check.stdout
