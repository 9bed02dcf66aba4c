"""The registry: versions that never change, deployments that are only added, answers with their provenance."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import DatabaseError, transaction

from epione.inference import queries
from epione.inference.domain.contract import Code, Finding, Result, Status
from epione.inference.domain.deployments import Channel
from epione.inference.domain.manifest import Manifest
from epione.inference.errors import (
    AlreadyOff,
    BadShare,
    CorrectionMissing,
    InputDiffers,
    NothingToRollBack,
    NotLive,
    ReasonMissing,
    UnknownFinding,
    VersionExists,
    WeightsDiffer,
    WeightsMissing,
)
from epione.inference.models import Answer, Deployment, ModelVersion
from epione.inference.public import (
    Subject,
    Verdicts,
    answers,
    ask,
    deploy,
    enter_shipped,
    give_verdict,
    model_of,
    models,
    register_builtin,
    register_version,
    replay,
    roll_back,
    switch_off,
    switch_on,
    verdicts_of,
)
from epione.kernel.clock import now
from epione.kernel.crypto import forget_subject
from epione.kernel.errors import Forbidden
from epione.kernel.ids import uuid7
from epione.ledger.models import Entry

from .conftest import CALIBRATION, CARD, manifest_of, onnx_bytes, request_of, request_under

pytestmark = pytest.mark.django_db


def about():
    return Subject("image", uuid7(), uuid7())


@pytest.fixture
def version(manifest, admin):
    made = register_version(manifest=manifest, by=admin)
    deploy(version_id=made.id, by=admin)
    return made


@pytest.fixture
def second(version, folder, admin):
    """A second version, calibrated."""
    return register_version(
        manifest=Manifest.model_validate(manifest_of(version="2.0", calibration=CALIBRATION)), by=admin
    )


def test_a_version_answers_once_it_is_deployed(manifest, admin, radiologist):
    made = register_version(manifest=manifest, by=admin)
    with pytest.raises(NotLive):
        ask(key="bright", request=request_of(), subject=about(), by=radiologist)
    deploy(version_id=made.id, by=admin)
    answer = ask(key="bright", request=request_of(0.9), subject=about(), by=radiologist)
    assert answer.result.status is Status.OK
    assert answer.result.findings[0].label_fr == "Claire"
    dark = ask(key="bright", request=request_of(0.1), subject=about(), by=radiologist)
    assert dark.result.findings[0].label_en == "Dark"


def test_scores_without_a_calibration_are_no_confidence(version, second, admin, radiologist):
    plain = ask(key="bright", request=request_of(), subject=about(), by=radiologist)
    assert plain.result.findings[0].confidence is None
    assert "scores-not-calibrated" in plain.result.limitations
    assert plain.result.evidence[0].value == pytest.approx(1 / (1 + np.exp(-2 * 8 * 0.4)), abs=1e-4)
    deploy(version_id=second.id, by=admin)
    calibrated = ask(key="bright", request=request_of(), subject=about(), by=radiologist)
    assert calibrated.result.findings[0].confidence == pytest.approx(plain.result.evidence[0].value, abs=1e-3)
    assert calibrated.result.findings[0].calibration_id == "cal-1"


def test_only_an_administrator_changes_what_answers(manifest, version, radiologist):
    calls = (
        lambda: register_version(manifest=manifest, by=radiologist),
        lambda: deploy(version_id=version.id, by=radiologist),
        lambda: switch_off(model_id=version.model_id, reason="x", by=radiologist),
        lambda: switch_on(model_id=version.model_id, reason="x", by=radiologist),
        lambda: roll_back(model_id=version.model_id, reason="x", by=radiologist),
    )
    for call in calls:
        with pytest.raises(Forbidden):
            call()


def test_the_same_version_twice_is_one_and_other_content_is_refused(manifest, admin):
    first = register_version(manifest=manifest, by=admin)
    assert register_version(manifest=manifest, by=admin).id == first.id
    with pytest.raises(VersionExists):
        register_version(manifest=Manifest.model_validate(manifest_of(seconds=5)), by=admin)


@pytest.mark.parametrize("table", [ModelVersion, Deployment, Answer])
def test_what_was_written_once_does_not_change(version, radiologist, table):
    ask(key="bright", request=request_of(), subject=about(), by=radiologist)
    row = table.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        table.objects.filter(id=row.id).update(practice_id=uuid7())
    with pytest.raises(TypeError):
        row.delete()


def test_weights_must_be_those_described(folder, admin):
    unknown = Manifest.model_validate(manifest_of(id="other", version="1", weights_sha256="0" * 64))
    with pytest.raises(WeightsMissing):
        register_version(manifest=unknown, by=admin)
    (folder / "bright.onnx").write_bytes(onnx_bytes(gain=1.0))
    with pytest.raises(WeightsDiffer):
        register_version(manifest=Manifest.model_validate(manifest_of()), by=admin)


def test_weights_changed_after_the_deployment_give_no_answer(version, folder, radiologist):
    (folder / "bright.onnx").write_bytes(onnx_bytes(gain=1.0))
    answer = ask(key="bright", request=request_of(), subject=about(), by=radiologist)
    assert (answer.result.status, answer.result.reason) == (Status.ERROR, "weights-differ")


def test_who_answered_when_on_which_bytes_is_one_query(version, second, admin, radiologist, practice):
    thing = about()
    first = ask(key="bright", request=request_of(), subject=thing, by=radiologist)
    between = now()
    deploy(version_id=second.id, by=admin)
    ask(key="bright", request=request_of(), subject=thing, by=radiologist)
    found = answers(practice.id, about_id=thing.id, until=between)
    assert [(one.label, one.input_hash, one.manifest.weights_sha256) for one in found] == [
        ("1.0", first.input_hash, version.manifest.weights_sha256)
    ]
    assert [one.label for one in answers(practice.id, input_hash=first.input_hash)] == ["2.0", "1.0"]


def test_the_model_in_force_at_any_time_is_known(version, second, admin, practice):
    before = now()
    deploy(version_id=second.id, by=admin, reason="calibrated")
    switch_off(model_id=version.model_id, reason="drift", by=admin)
    assert model_of(practice.id, "bright", at=before).live.label == "1.0"
    assert model_of(practice.id, "bright").live is None
    assert model_of(practice.id, "bright", at=before - timedelta(days=1)).live is None
    assert [one.channel for one in model_of(practice.id, "bright").deployments] == [
        Channel.OFF, Channel.LIVE, Channel.LIVE,
    ]  # fmt: skip


def test_going_back_is_a_new_row(version, second, admin, practice):
    with pytest.raises(NothingToRollBack):
        roll_back(model_id=version.model_id, reason="worse", by=admin)
    deploy(version_id=second.id, by=admin)
    with pytest.raises(ReasonMissing):
        roll_back(model_id=version.model_id, reason=" ", by=admin)
    roll_back(model_id=version.model_id, reason="worse", by=admin)
    model = model_of(practice.id, "bright")
    assert model.live.label == "1.0"
    assert [one.label for one in model.deployments] == ["1.0", "2.0", "1.0"]
    assert model.deployments[0].reason == "worse"


def test_a_model_switched_off_answers_nothing_until_it_is_switched_on(version, admin, radiologist):
    with pytest.raises(ReasonMissing):
        switch_off(model_id=version.model_id, reason="", by=admin)
    switch_off(model_id=version.model_id, reason="odd answers", by=admin)
    with pytest.raises(AlreadyOff):
        switch_off(model_id=version.model_id, reason="again", by=admin)
    with pytest.raises(NotLive):
        ask(key="bright", request=request_of(), subject=about(), by=radiologist)
    switch_on(model_id=version.model_id, reason="checked", by=admin)
    assert ask(key="bright", request=request_of(), subject=about(), by=radiologist).result.status is Status.OK


def test_a_canary_answers_its_share_always_for_the_same_inputs(version, second, admin, radiologist):
    for share in (0, 100):
        with pytest.raises(BadShare):
            deploy(version_id=second.id, channel=Channel.CANARY, share=share, by=admin)
    deploy(version_id=second.id, channel=Channel.CANARY, share=20, by=admin)
    inside, outside = request_under(20), request_under(20, at_most=False)
    assert ask(key="bright", request=inside, subject=about(), by=radiologist).label == "2.0"
    assert ask(key="bright", request=outside, subject=about(), by=radiologist).label == "1.0"
    assert ask(key="bright", request=inside, subject=about(), by=radiologist, again=True).channel is Channel.CANARY


def test_a_canary_needs_a_live_version(manifest, admin):
    made = register_version(manifest=manifest, by=admin)
    with pytest.raises(NotLive):
        deploy(version_id=made.id, channel=Channel.CANARY, share=10, by=admin)


def test_a_shadow_answers_beside_and_is_not_the_answer(version, second, admin, radiologist, practice):
    deploy(version_id=second.id, channel=Channel.SHADOW, by=admin)
    thing = about()
    answer = ask(key="bright", request=request_of(), subject=thing, by=radiologist)
    assert (answer.label, answer.channel) == ("1.0", Channel.LIVE)
    both = answers(practice.id, about_id=thing.id)
    assert {(one.label, one.channel) for one in both} == {("1.0", Channel.LIVE), ("2.0", Channel.SHADOW)}
    assert len({one.run_id for one in both}) == 1


def test_one_site_may_answer_with_another_version(version, second, admin, practice):
    site = uuid7()
    deploy(version_id=second.id, site_id=site, by=admin)
    assert model_of(practice.id, "bright", site_id=site).live.label == "2.0"
    assert model_of(practice.id, "bright").live.label == "1.0"
    switch_off(model_id=version.model_id, site_id=site, reason="camera changed", by=admin)
    assert model_of(practice.id, "bright", site_id=site).live is None
    deploy(version_id=version.id, by=admin)
    assert model_of(practice.id, "bright", site_id=site).live is None
    switch_on(model_id=version.model_id, site_id=site, reason="repaired", by=admin)
    assert model_of(practice.id, "bright", site_id=site).live is not None
    switch_off(model_id=version.model_id, reason="recalled", by=admin)
    assert model_of(practice.id, "bright", site_id=site).live is None


def test_the_same_question_is_not_computed_twice_and_a_new_run_is_kept_beside(version, radiologist, practice):
    thing = about()
    first = ask(key="bright", request=request_of(), subject=thing, by=radiologist)
    same = ask(key="bright", request=request_of(), subject=thing, by=radiologist)
    assert same.id == first.id
    again = ask(key="bright", request=request_of(), subject=thing, by=radiologist, again=True)
    assert again.id != first.id
    assert len(answers(practice.id, about_id=thing.id)) == 2
    assert Entry.objects.filter(action="inference.answer").count() == 2
    assert Entry.objects.filter(action="inference.reuse").count() == 1


def test_an_answer_replays_on_the_same_bytes_only(version, radiologist):
    answer = ask(key="bright", request=request_of(), subject=about(), by=radiologist)
    assert replay(answer_id=answer.id, request=request_of(), by=radiologist).is_same
    with pytest.raises(InputDiffers):
        replay(answer_id=answer.id, request=request_of(0.2), by=radiologist)


@pytest.mark.parametrize(
    ("modality", "reason"), [("ZZ", "unknown_modality"), ("MR", "modality_not_supported"), ("", "unknown_modality")]
)
def test_a_modality_that_does_not_fit_is_rejected_before_the_model_is_asked(version, radiologist, modality, reason):
    def never():
        raise AssertionError("decoded")

    answer = ask(key="bright", request=request_of(modality=modality, frames=never), subject=about(), by=radiologist)
    assert (answer.result.status, answer.result.reason) == (Status.REJECTED, reason)


def _finding(**changed):
    return {"code": {"system": "99TEST", "code": "x"}, "label_fr": "x", "label_en": "x"} | changed


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"status": "ok", "findings": [_finding(confidence=1.2, calibration_id="c")]}, "confidence"),
        ({"status": "ok", "findings": [_finding(confidence=0.9)]}, "without a calibration"),
        ({"status": "ok", "findings": [_finding(measurement={"value": 120, "unit": "%"})]}, "out of range"),
        ({"status": "ok", "findings": [_finding(measurement={"value": float("nan"), "unit": "mL"})]}, "measurement"),
        ({"status": "ok", "findings": [_finding(measurement={"value": 1, "unit": "furlong"})]}, "unknown"),
        ({"status": "ok", "findings": [_finding(severity="awful")]}, "severity"),
        ({"status": "ok", "diagnosis": "x"}, "diagnosis"),
        ({"status": "abstain"}, "reason"),
        ({"status": "abstain", "reason": "x", "findings": [_finding()]}, "findings"),
        ({}, "status"),
        ([], "dataclass"),
    ],
)
def test_an_answer_outside_of_the_contract_is_none(admin, radiologist, monkeypatch, raw, fault):
    monkeypatch.setattr("epione.inference.shipped._known", {})
    manifest = Manifest.model_validate(
        {"id": "odd", "version": "1", "engine": "builtin", "modalities": ["DX"], "card": CARD}
    )
    register_builtin(manifest, lambda request: raw)
    enter_shipped(by=admin)
    answer = ask(key="odd", request=request_of(), subject=about(), by=radiologist)
    assert (answer.result.status, answer.result.reason) == (Status.ERROR, "answer_unfit")
    assert answer.result.findings == ()
    assert fault in " ".join(str(one.value) for one in answer.result.evidence)


def test_an_answer_that_comes_too_late_is_none(admin, radiologist, monkeypatch):
    monkeypatch.setattr("epione.inference.shipped._known", {})
    manifest = Manifest.model_validate(
        {"id": "slow", "version": "1", "engine": "builtin", "modalities": ["DX"], "card": CARD}
    )
    register_builtin(manifest, lambda request: Result(Status.OK))
    enter_shipped(by=admin)
    answer = ask(key="slow", request=request_of(seconds=-1.0), subject=about(), by=radiologist)
    assert (answer.result.status, answer.result.reason) == (Status.ERROR, "timed_out")


def test_what_ships_answers_until_somebody_switches_it_off(admin, radiologist, practice, monkeypatch):
    monkeypatch.setattr("epione.inference.shipped._known", {})
    told = Result(Status.OK, (Finding(Code("99TEST", "x"), "x", "x"),))

    def ship(label):
        facts = {"id": "ours", "version": label, "engine": "builtin", "modalities": ["DX"], "card": CARD}
        register_builtin(Manifest.model_validate(facts), lambda request: told)
        enter_shipped(by=radiologist)
        return model_of(practice.id, "ours")

    assert ship("1").live.label == "1"
    assert len(ship("1").deployments) == 1
    assert ship("2").live.label == "2"
    switch_off(model_id=ship("2").id, reason="not wanted here", by=admin)
    model = ship("3")
    assert model.live is None
    assert [one.label for one in model.versions] == ["3", "2", "1"]


def test_practices_do_not_see_each_others_models(version, actor, other_practice, practice):
    assert models(other_practice.id) == []
    outsider = actor("admin", practice=other_practice)
    with pytest.raises(Exception, match=r".") as refused:
        switch_off(model_id=version.model_id, reason="x", by=outsider)
    assert refused.value.code == "model-not-found"


def test_every_word_on_a_finding_is_kept_and_the_newest_holds(version, radiologist, practice):
    answer = ask(key="bright", request=request_of(), subject=about(), by=radiologist)
    given = {"answer_id": answer.id, "finding": 0, "by": radiologist, "scope": "imaging:write"}
    with pytest.raises(UnknownFinding):
        give_verdict(**given | {"finding": 7}, verdict=Verdicts.CONFIRMED)
    with pytest.raises(CorrectionMissing):
        give_verdict(**given, verdict=Verdicts.CORRECTED)
    give_verdict(**given, verdict=Verdicts.CONFIRMED)
    said = give_verdict(**given, verdict=Verdicts.CORRECTED, text="Plutôt sombre")
    assert said.verdicts[0].verdict == "corrected"
    assert [(one.verdict, one.text) for one in verdicts_of(practice.id, answer.id)] == [
        ("confirmed", ""),
        ("corrected", "Plutôt sombre"),
    ]
    assert said.result == answer.result
    assert Entry.objects.filter(action="inference.verdict").count() == 2


def test_only_those_who_write_in_the_workspace_give_a_verdict(version, radiologist, actor):
    answer = ask(key="bright", request=request_of(), subject=about(), by=radiologist)
    with pytest.raises(Forbidden):
        give_verdict(
            answer_id=answer.id, finding=0, verdict=Verdicts.CONFIRMED, by=actor("physician"), scope="imaging:write"
        )


def test_what_was_answered_is_sealed(version, radiologist):
    ask(key="bright", request=request_of(), subject=about(), by=radiologist)
    row = Answer.objects.get()
    assert b"Claire" not in bytes(row.sealed)
    assert queries.answer_view(row).result.findings[0].label_fr == "Claire"


def test_of_an_erased_person_only_who_answered_is_left(version, radiologist, practice):
    thing = about()
    answer = ask(key="bright", request=request_of(), subject=thing, by=radiologist)
    given = {"answer_id": answer.id, "finding": 0, "by": radiologist, "scope": "imaging:write"}
    give_verdict(**given, verdict=Verdicts.REJECTED, text="Autre chose")
    forget_subject(practice.id, thing.key_id)
    [left] = answers(practice.id, about_id=thing.id)
    assert (left.label, left.input_hash, left.result.findings) == ("1.0", answer.input_hash, ())
    assert left.verdicts[0].text == ""
