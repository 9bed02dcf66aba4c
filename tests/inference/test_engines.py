"""Engines: models that hang, lie or run elsewhere give typed answers; nothing leaves that was not allowed."""

import base64
import hashlib
import io
import json
import sys
import types

import httpx
import numpy as np
import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from epione.inference.domain.contract import Frame, ImageRef, Request, Status
from epione.inference.domain.described import described
from epione.inference.domain.manifest import Manifest
from epione.inference.errors import (
    AddressRefused,
    DataNotAllowed,
    DemonstrationRefused,
    EngineMissing,
    ManifestRefused,
    WeightsMissing,
)
from epione.inference.pictured import reply_of
from epione.inference.providers import outbound
from epione.inference.providers.configured import configured
from epione.inference.providers.engines import provider_of
from epione.inference.providers.folder import hash_of
from epione.inference.services.answering import run_version

from .conftest import CARD, LABELS, manifest_of, onnx_bytes, request_of

ALLOWED = {"model": "seer", "allowed_data": ["deidentified-pixels"]}


def built(**changed):
    return Manifest.model_validate(manifest_of(**changed))


def remote(server, engine="kserve", **endpoint):
    given = {"engine": engine, "weights_sha256": None, "endpoint": ALLOWED | {"url": server.url} | endpoint}
    return built(**given)


def test_onnx_runs_in_a_process_and_answers_the_same_each_time(manifest):
    first, _seconds = run_version(manifest, request_of(0.8))
    again, _seconds = run_version(manifest, request_of(0.8))
    assert first.status is Status.OK
    assert first.findings == again.findings
    assert first.evidence == again.evidence
    assert set(first.timings) == {"decode", "prepare", "infer"}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"input": {"name": "other", "rows": 16, "columns": 16}}, "no_such_input"),
        ({"output": {"name": "other", "labels": LABELS}}, "no_such_output"),
        ({"input": {"rows": 32, "columns": 32}}, "model_failed"),
        ({"output": {"name": "logits", "labels": LABELS[:1]}}, "unexpected_output_size"),
    ],
)
def test_a_description_that_does_not_fit_the_model_is_an_error(folder, changed, reason):
    result, _seconds = run_version(built(**changed), request_of())
    assert (result.status, result.reason) == (Status.ERROR, reason)


def test_a_file_that_is_no_model_is_an_error(folder):
    (folder / "bright.onnx").write_bytes(b"not a model")
    digest = hashlib.sha256(b"not a model").hexdigest()
    result, _seconds = run_version(built(weights_sha256=digest), request_of())
    assert (result.status, result.reason) == (Status.ERROR, "model_failed")


def test_weights_are_found_by_their_hash_whatever_their_name(folder):
    (folder / "bright.onnx").rename(folder / "renamed.onnx")
    result, _seconds = run_version(built(), request_of())
    assert result.status is Status.OK


@pytest.mark.parametrize(
    ("pixels", "reason"),
    [
        (np.zeros((0, 0)), "unsupported_shape"),
        (np.zeros((8, 8, 2)), "unsupported_shape"),
        (np.full((8, 8), np.nan), "values_not_finite"),
        (np.ones((8, 8)), "no_contrast"),
    ],
)
def test_an_image_that_cannot_become_the_input_is_rejected(folder, pixels, reason):
    request = request_of(frames=lambda: [Frame(pixels)])
    result, _seconds = run_version(built(), request)
    assert (result.status, result.reason) == (Status.REJECTED, reason)


def test_an_unsure_model_abstains_and_says_its_scores(folder):
    unsure = built(output={"name": "logits", "labels": LABELS, "abstain_below": 0.9})
    result, _seconds = run_version(unsure, request_of(0.52))
    assert (result.status, result.reason, result.findings) == (Status.ABSTAIN, "score_below_threshold", ())
    assert len(result.evidence) == 2


def test_of_several_frames_the_middle_one_is_said_to_be_the_only_one_seen(folder):
    frames = [Frame(np.full((8, 8), level), window=(0.5, 1.0), number=n) for n, level in ((1, 0.1), (2, 0.9), (3, 0.1))]
    result, _seconds = run_version(built(), request_of(frames=lambda: frames))
    assert result.findings[0].label_en == "Bright"
    assert "one-frame-of-several" in result.limitations


def test_kserve_is_asked_in_its_protocol_and_its_numbers_are_read(server):
    server.answers.append(
        (200, {"outputs": [{"name": "logits", "shape": [1, 2], "datatype": "FP32", "data": [4, -4]}]})
    )
    result, _seconds = run_version(remote(server), request_of(0.9))
    path, _headers, body = server.asked[0]
    assert path == "/v2/models/seer/infer"
    [asked] = body["inputs"]
    assert (asked["name"], asked["shape"], asked["datatype"]) == ("input", [1, 1, 16, 16], "FP32")
    assert asked["data"] == pytest.approx([0.9] * 256, abs=1e-5)
    assert body["outputs"] == [{"name": "logits"}]
    assert result.findings[0].label_fr == "Claire"
    assert {"weights-not-verifiable", "scores-not-calibrated"} <= set(result.limitations)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, {}), "remote_status_500"),
        ((302, {}), "remote_status_302"),
        ((200, b"not json"), "remote_answer_not_json"),
        ((200, {"outputs": []}), "remote_answer_unreadable"),
        ((200, []), "remote_answer_unreadable"),
        ((200, {"outputs": [{"name": "logits", "data": ["x", True]}]}), "remote_answer_unreadable"),
        ((200, {"outputs": [{"name": "logits", "data": [1, 2, 3]}]}), "unexpected_output_size"),
        ((200, b"[" * 200_000), "remote_answer_not_json"),
        ((200, b" " * (outbound.MOST + 1)), "remote_answer_too_large"),
    ],
)
def test_a_remote_model_that_answers_anything_else_gives_a_typed_error(server, answer, reason):
    server.answers.append(answer)
    result, _seconds = run_version(remote(server), request_of())
    assert (result.status, result.reason) == (Status.ERROR, reason)


def test_a_remote_model_that_is_away_gives_a_typed_error(server, monkeypatch):
    monkeypatch.setenv("EPIONE_MODEL_HOSTS", "127.0.0.1:1")
    manifest = remote(server, url="http://127.0.0.1:1")
    result, _seconds = run_version(manifest, request_of())
    assert (result.status, result.reason) == (Status.ERROR, "remote_unreachable")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/v1",
        "https://127.0.0.1/v1",
        "https://localhost/v1",
        "https://10.0.0.3/v1",
        "https://169.254.169.254/latest",
        "https://[::1]/v1",
        "https://[::ffff:10.0.0.1]/v1",
        "https://[64:ff9b::7f00:1]/v1",
        "https://0.0.0.0/v1",
        "https://user:word@93.184.216.34/v1",
        "https://93.184.216.34/v1?x=1",
        "ftp://93.184.216.34/v1",
        "https://93.184.216.34:99999/v1",
    ],
)
def test_addresses_inside_or_without_tls_are_refused(url, monkeypatch):
    monkeypatch.delenv("EPIONE_MODEL_HOSTS", raising=False)
    with pytest.raises(AddressRefused):
        outbound.vetted(url)


def test_a_public_https_address_and_a_listed_one_are_reached_by_the_number_that_was_checked(monkeypatch):
    assert outbound.vetted("https://93.184.216.34/v1/").url == "https://93.184.216.34:443/v1"
    monkeypatch.setenv("EPIONE_MODEL_HOSTS", "localhost:8080")
    listed = outbound.vetted("http://localhost:8080/v1")
    assert listed.host == "localhost"
    assert listed.number in {"127.0.0.1", "::1"}
    with pytest.raises(AddressRefused):
        outbound.vetted("http://localhost:8081/v1")


def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(monkeypatch):
    monkeypatch.delenv("EPIONE_MODEL_HOSTS", raising=False)
    answers = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *a, **k: answers)
    with pytest.raises(AddressRefused):
        outbound.vetted("https://models.example/v1")


def reply(**changed):
    finding = {"label_fr": "Opacité", "label_en": "Opacity", "location": "base droite", "severity": "mild"}
    said = {"abstain": False, "findings": [finding]} | changed
    return {"choices": [{"message": {"content": json.dumps(said)}}]}


def test_a_describing_model_gets_pixels_alone_and_gives_no_confidence(server, monkeypatch):
    monkeypatch.setenv("EPIONE_MODEL_KEY_SEER", "k-123")
    server.answers.append((200, reply()))
    manifest = remote(server, "openai", credential="EPIONE_MODEL_KEY_SEER")
    request = request_of(name="VASSEUR Jeanne")
    result, _seconds = run_version(manifest, request)
    [finding] = result.findings
    assert (finding.label_fr, finding.confidence, finding.severity.value) == ("Opacité", None, "mild")
    assert "no-confidence" in result.limitations
    path, headers, body = server.asked[0]
    assert path == "/chat/completions"
    assert headers["Authorization"] == "Bearer k-123"
    assert "VASSEUR" not in json.dumps(body)
    assert body["response_format"]["type"] == "json_schema"
    assert "confidence" not in json.dumps(body["response_format"])
    address = body["messages"][0]["content"][1]["image_url"]["url"]
    picture = Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))
    assert picture.size == (32, 32)
    assert picture.info == {}


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (reply(abstain=True, findings=[]), Status.ABSTAIN, "model_abstained"),
        (reply(confidence=0.99), Status.ERROR, "reply_not_of_the_schema"),
        ({"choices": [{"message": {"content": "Rien à signaler."}}]}, Status.ERROR, "reply_not_of_the_schema"),
        ({"choices": [{"message": {"refusal": "I cannot", "content": None}}]}, Status.ERROR, "remote_refused"),
        ({"choices": []}, Status.ERROR, "remote_answer_unreadable"),
        ({"choices": [{"message": {"content": 3}}]}, Status.ERROR, "remote_answer_unreadable"),
    ],
)
def test_words_that_are_not_of_the_schema_are_never_shown(server, answer, status, reason):
    server.answers.append((200, answer))
    result, _seconds = run_version(remote(server, "openai"), request_of())
    assert (result.status, result.reason, result.findings) == (status, reason, ())


def test_a_missing_key_is_said_by_its_name(server, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    result, _seconds = run_version(remote(server, "openai", credential="OPENAI_API_KEY"), request_of())
    assert (result.status, result.reason) == (Status.ERROR, "credential-missing")
    assert server.asked == []


@pytest.mark.parametrize("engine", ["kserve", "openai"])
def test_a_remote_model_without_the_right_to_the_data_is_not_asked(server, engine):
    manifest = remote(server, engine, allowed_data=[])
    with pytest.raises(DataNotAllowed):
        provider_of(manifest)
    result, _seconds = run_version(manifest, request_of())
    assert result.reason == "data-not-allowed"
    assert server.asked == []


@given(st.text())
def test_no_text_breaks_the_reading_of_a_reply(text):
    assert described(text, method="x").status in {Status.ERROR, Status.ABSTAIN, Status.OK}


def test_the_demonstration_is_refused_outside_of_the_demo():
    facts = {"id": "demonstration", "version": "1", "engine": "demo", "modalities": ["DX"], "card": CARD}
    manifest = Manifest.model_validate(facts)
    with override_settings(DEMO=False), pytest.raises(DemonstrationRefused):
        provider_of(manifest)
    with override_settings(DEMO=True):
        result, _seconds = run_version(manifest, request_of())
    for words in (result.text, *result.limitations, result.findings[0].label_fr, result.findings[0].label_en):
        assert "DEMONSTRATION" in words
    assert result.findings[0].confidence is None


def test_the_environment_names_a_model_by_the_names_of_the_specification(monkeypatch, tmp_path):
    for name in ("AI_PROVIDER", "HUGGINGFACE_MODEL", "OPENAI_MODEL", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert configured() is None
    monkeypatch.setenv("AI_PROVIDER", "none")
    assert configured() is None
    monkeypatch.setenv("AI_PROVIDER", "mock")
    with override_settings(DEMO=False), pytest.raises(DemonstrationRefused) as refused:
        configured()
    assert "EPIONE" not in str(refused.value)
    with override_settings(DEMO=True):
        assert configured().id == "demonstration"
    monkeypatch.setenv("AI_PROVIDER", "wizard")
    with pytest.raises(ManifestRefused):
        configured()
    monkeypatch.setenv("AI_PROVIDER", "openai")
    with pytest.raises(ManifestRefused):
        configured()
    monkeypatch.setenv("OPENAI_MODEL", "seer-1")
    assert configured().endpoint.allowed_data == ()
    assert configured(allow_data=True).version != configured().version
    monkeypatch.setenv("AI_PROVIDER", "huggingface")
    with pytest.raises(WeightsMissing):
        configured()
    monkeypatch.setenv("HUGGINGFACE_MODEL", str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    assert configured().weights_sha256 == hash_of(tmp_path)


def hugging_face(folder):
    made = folder / "bright"
    made.mkdir()
    (made / "config.json").write_text("{}")
    return built(engine="huggingface", weights_sha256=hash_of(made))


def test_a_hugging_face_model_without_its_packages_says_which(folder, monkeypatch):
    monkeypatch.setattr("epione.inference.providers.engines.huggingface.find_spec", lambda name: None)
    with pytest.raises(EngineMissing) as missing:
        provider_of(hugging_face(folder))
    assert "torch" in str(missing.value)


def test_a_hugging_face_model_is_asked_in_its_own_process_and_checked(folder, monkeypatch):
    """Against a double: the packages are not among those that Epione installs."""
    monkeypatch.setattr("epione.inference.providers.engines.huggingface.find_spec", lambda name: object())
    asked = []

    def words(question, picture, path, *, megabytes, seconds):
        asked.append((question, picture[:4], path.name))
        return reply()["choices"][0]["message"]["content"]

    monkeypatch.setattr("epione.inference.providers.engines.huggingface.run_pictured", words)
    manifest = hugging_face(folder)
    result, _seconds = run_version(manifest, request_of())
    assert result.findings[0].label_en == "Opacity"
    assert asked[0][1:] == (b"\x89PNG", "bright")
    (folder / "bright" / "model.safetensors").write_bytes(b"changed")
    assert run_version(manifest, request_of())[0].reason == "weights-differ"


def test_the_process_of_a_hugging_face_model_loads_nothing_from_outside(monkeypatch):
    """Against a double of the library: how it is called is what is checked here."""
    calls = {}

    def pipeline(task, **given):
        calls.update(given, task=task)
        return lambda **question: [{"generated_text": "words"}]

    monkeypatch.setitem(sys.modules, "transformers", types.SimpleNamespace(pipeline=pipeline))
    picture = io.BytesIO()
    Image.new("L", (4, 4)).save(picture, "PNG")
    assert reply_of("/models/seer", {"prompt": "?", "tokens": 5}, picture.getvalue()) == "words"
    assert calls["trust_remote_code"] is False
    assert calls["model_kwargs"] == {"local_files_only": True, "use_safetensors": True}


def test_a_hugging_face_model_that_cannot_be_loaded_is_an_error(folder, monkeypatch):
    monkeypatch.setattr("epione.inference.providers.engines.huggingface.find_spec", lambda name: object())
    result, _seconds = run_version(hugging_face(folder), request_of())
    assert (result.status, result.reason) == (Status.ERROR, "model_failed")


def test_the_library_for_remote_calls_keeps_no_proxy_of_the_environment(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    server.answers.append((200, {"outputs": [{"name": "logits", "data": [1, 2]}]}))
    assert run_version(remote(server), request_of())[0].status is Status.OK
    assert httpx.__version__


def test_the_first_weights_of_a_hash_are_those_that_answer(folder):
    other = onnx_bytes(gain=-8.0)
    (folder / "other.onnx").write_bytes(other)
    reverse = built(id="reverse", weights_sha256=hashlib.sha256(other).hexdigest())
    assert run_version(reverse, request_of(0.9))[0].findings[0].label_en == "Dark"
    assert run_version(built(), request_of(0.9))[0].findings[0].label_en == "Bright"


def test_a_request_without_an_image_is_rejected():
    result, _seconds = run_version(built(), Request((), "DX", list))
    assert result.reason == "no_image"
    result, _seconds = run_version(built(), Request((ImageRef("x", "0" * 64),), "US", list))
    assert result.reason == "modality_not_supported"


def test_the_check_of_the_installation_tells_of_a_mock_and_of_a_missing_model(monkeypatch):
    from epione.project.diagnosis import Level, Profile, models

    monkeypatch.delenv("AI_PROVIDER", raising=False)
    assert [one.level for one in models(Profile.LOCAL)] == [Level.OK]
    monkeypatch.setenv("AI_PROVIDER", "mock")
    with override_settings(DEMO=False):
        [told] = models(Profile.LOCAL)
    assert told.level is Level.FAILURE
