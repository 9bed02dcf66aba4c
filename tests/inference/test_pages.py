"""The registry's pages: who sees what, what an administrator can switch, and what stands where nothing is."""

import json

import pytest

from epione.inference.public import deploy, model_of, register_version
from tests.inference.conftest import manifest_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(manifest, admin):
    return register_version(manifest=manifest, by=admin)


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Aucun modèle d’IA n’est installé."), ("en", "No AI model is installed.")]
)
def test_where_no_model_is_the_page_says_so_and_how_to_add_one(client_as, tmp_path, monkeypatch, language, said):
    monkeypatch.setenv("EPIONE_MODELS", str(tmp_path / "none"))
    page = client_as("admin").get("/models/", headers={"accept-language": language}).content.decode()
    assert said in page
    assert "name.onnx" in page or "nom.onnx" in page
    assert str(tmp_path) in page
    assert str(tmp_path) not in client_as("radiologist").get("/models/").content.decode()


def test_an_administrator_enters_a_model_of_the_folder_and_puts_it_in_service(client_as, folder, practice):
    browser = client_as("admin")
    assert "Clair ou sombre" in browser.get("/models/").content.decode()
    entered = browser.post("/models/enter/", {"name": "bright"})
    model = model_of(practice.id, "bright")
    assert entered.url == f"/models/{model.id}/"
    done = browser.post(f"/models/{model.id}/deploy/", {"version_id": model.versions[0].id, "channel": "live"})
    assert done.status_code == 302
    assert model_of(practice.id, "bright").live.label == "1.0"
    page = browser.get(f"/models/{model.id}/").content.decode()
    assert manifest_of()["weights_sha256"] in page
    assert "Jamais calibrée" in page


def test_a_model_is_switched_off_with_a_reason_and_on_again(client_as, version, admin, practice):
    deploy(version_id=version.id, by=admin)
    browser = client_as(by=admin)
    refused = browser.post(f"/models/{version.model_id}/off/", {"reason": ""})
    assert refused.status_code == 422
    assert "Dites pourquoi" in refused.content.decode()
    browser.post(f"/models/{version.model_id}/off/", {"reason": "réponses étranges"})
    page = browser.get(f"/models/{version.model_id}/").content.decode()
    assert "réponses étranges" in page
    assert model_of(practice.id, "bright").live is None
    browser.post(f"/models/{version.model_id}/on/", {"reason": "vérifié"})
    assert model_of(practice.id, "bright").live.label == "1.0"
    assert browser.post(f"/models/{version.model_id}/back/", {"reason": "x"}).status_code == 409


@pytest.mark.parametrize("share", ["abc", "²", "", "100", "0", "-5"])
def test_a_share_that_is_none_is_refused(client_as, version, admin, share):
    deploy(version_id=version.id, by=admin)
    given = {"version_id": version.id, "channel": "canary", "share": share}
    assert client_as(by=admin).post(f"/models/{version.model_id}/deploy/", given).status_code == 422


@pytest.mark.parametrize("act", ["enter/", "{}/deploy/", "{}/off/", "{}/on/", "{}/back/"])
def test_clinicians_read_and_do_not_switch(client_as, version, act):
    browser = client_as("radiologist")
    assert browser.get(f"/models/{version.model_id}/").status_code == 200
    assert browser.post("/models/" + act.format(version.model_id), {"reason": "x"}).status_code == 403
    page = browser.get(f"/models/{version.model_id}/").content.decode()
    assert "Arrêter ce modèle" not in page


def test_another_practice_finds_no_such_model(client_as, version, other_practice):
    browser = client_as("admin", practice=other_practice)
    assert browser.get(f"/models/{version.model_id}/").status_code == 404
    assert browser.post(f"/models/{version.model_id}/off/", {"reason": "x"}).status_code == 404


def test_a_description_with_faults_is_shown_with_them_and_cannot_be_entered(client_as, folder):
    (folder / "odd.json").write_text(json.dumps(manifest_of(id="odd", modalities=["XX"])))
    browser = client_as("admin")
    assert "XX is no DICOM modality" in browser.get("/models/").content.decode()
    assert browser.post("/models/enter/", {"name": "odd"}).status_code == 404


def test_the_mock_of_the_environment_is_refused_outside_of_the_demo_with_its_reason(client_as, folder, monkeypatch):
    monkeypatch.setenv("AI_PROVIDER", "mock")
    browser = client_as("admin")
    assert "invente ses réponses" in browser.get("/models/").content.decode()
    assert browser.post("/models/enter/", {"name": "environment"}).status_code == 403


def test_a_remote_model_is_entered_without_the_right_to_receive_data_unless_an_administrator_gives_it(
    client_as, folder, monkeypatch, practice
):
    monkeypatch.setenv("AI_PROVIDER", "openai")
    monkeypatch.setenv("OPENAI_MODEL", "seer-1")
    browser = client_as("admin")
    browser.post("/models/enter/", {"name": "environment"})
    model = model_of(practice.id, "openai")
    assert model.versions[0].manifest.endpoint.allowed_data == ()
    refused = browser.post(f"/models/{model.id}/deploy/", {"version_id": model.versions[0].id})
    assert refused.status_code == 403
    browser.post("/models/enter/", {"name": "environment", "allow_data": "yes"})
    model = model_of(practice.id, "openai")
    assert len(model.versions) == 2
    assert browser.post(f"/models/{model.id}/deploy/", {"version_id": model.versions[0].id}).status_code == 302
