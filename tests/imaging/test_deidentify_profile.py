"""Each attribute of the confidentiality profile, planted at three depths: nothing stays but what an option keeps."""

import re
from dataclasses import replace

import pytest

from epione.imaging.domain.deid import POLICIES, Dates, Policy, deidentify
from tests.imaging.planting import Planted, Planter, outcome, planted_bytes, planted_file, values

COMPLETE = POLICIES["complete"]
SECRET = bytes(range(32))
EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
DEFLATED, BIG_ENDIAN = "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"
MARK = re.compile(rb"QQ[A-Z]{2,8}\d{0,5}|1\.3\.999\.7\.\d+")
ALLOWED = {"removed": "X", "emptied": "XZ", "replaced": "ZDU"}
OPTIONS = {
    "uids": {"retain_uids": True},
    "device": {"retain_device": True},
    "institution": {"retain_institution": True},
    "characteristics": {"retain_patient_characteristics": True, "cap_ages": False},
    "dates_kept": {"dates": Dates.KEEP},
    "descriptors": {"clean_descriptors": True},
    "structured": {"clean_structured_content": True},
    "graphics": {"clean_graphics": True},
    "private": {"retain_safe_private": True},
}


def rewritten(policy: Policy, syntax: str = EXPLICIT) -> tuple[bytes, Planter]:
    file, planter = planted_file()
    return deidentify(planted_bytes(file, syntax), policy=policy, secret=SECRET).content, planter


def wrong(planter: Planter, content: bytes, kept: str = "") -> list[tuple[Planted, str]]:
    """Values that are still there though no option keeps them, and actions that the profile does not allow."""
    found = values(content)
    results = [(one, outcome(one, found)) for one in planter.planted]
    return [(one, result) for one, result in results if not _allowed(one, result, kept)]


def _allowed(one: Planted, result: str, kept: str) -> bool:
    if result == "kept":
        return kept in one.kept_by
    return any(letter in one.basic for letter in ALLOWED[result])


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, DEFLATED, BIG_ENDIAN])
def test_the_complete_profile_leaves_no_value_at_any_depth_in_any_encoding(syntax: str):
    content, planter = rewritten(COMPLETE, syntax)
    assert len(planter.planted) > 1850
    assert wrong(planter, content) == []
    assert MARK.findall(content) == []


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_keeps_what_its_column_says_and_nothing_else(option: str):
    content, planter = rewritten(replace(COMPLETE, **OPTIONS[option]))
    assert wrong(planter, content, kept=option) == []
    found = values(content)
    kept = [one for one in planter.planted if outcome(one, found) == "kept"]
    assert bool(kept) == any(option in one.kept_by for one in planter.planted)


def test_moved_dates_leave_no_original_date_and_times_of_day_as_they_are():
    content, planter = rewritten(replace(COMPLETE, dates=Dates.SHIFT))
    found = values(content)
    dated = [one for one in planter.planted if one.vr in {"DA", "DT"}]
    assert len(dated) > 300
    assert [one for one in dated if outcome(one, found) == "kept"] == []
    kept = {one.vr for one in planter.planted if outcome(one, found) == "kept"}
    assert kept == {"TM"}


@pytest.mark.parametrize("name", POLICIES)
def test_no_policy_lets_names_private_data_overlays_curves_or_the_preamble_through(name: str):
    content, planter = rewritten(POLICIES[name])
    found = values(content)
    never = [
        one
        for one in planter.planted
        if one.vr == "PN" or not one.basic or one.tag >> 16 & 1 or one.tag >> 28 in (5, 6)
    ]
    assert [one for one in never if one.tag >> 16 != 0x5200 and outcome(one, found) == "kept"] == []
    assert re.findall(rb"QQPREAMBLE|QQSOURCE|QQPRIVATEMETA|QQNOM", content) == []


def test_a_sequence_whose_action_is_a_dummy_is_built_afresh():
    content, _ = rewritten(COMPLETE)
    observers = values(content)[(), 0x0040A073].value
    assert [str(observers[0].VerifyingObserverName), observers[0].VerifyingOrganization] == ["Removed", "Removed"]


def test_a_report_tells_each_change_by_its_path_and_no_value():
    file, planter = planted_file()
    report = deidentify(planted_bytes(file, EXPLICIT), policy=COMPLETE, secret=SECRET).report.to_dict()
    assert MARK.findall(str(report).encode()) == []
    paths = {change["path"]: change["action"] for change in report["changes"]}
    assert paths["(0010,0010)"] == "pseudonymised"
    assert paths["(5200,9229)[0](0008,0050)"] == "emptied"
    assert paths["(5200,9230)[1](0028,9415)[0](0018,9346)[0](0008,0080)"] in {"removed", "replaced", "emptied"}
    assert report["table"] == "2025a+2026c" and len(report["changes"]) > len(planter.planted) * 0.9
