"""Holders of the key-encryption key: the key file, the environment, KMS, a PKCS#11 token and Vault."""

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from moto import mock_aws
from tests.kernel.vault_double import VaultDouble

from epione.kernel.crypto import KeysUnavailable, Place, Tampered, clear_cache, forget_subject, seal, unseal
from epione.kernel.crypto.holder import key_holder
from epione.kernel.crypto.providers import environment, file, kms, pkcs11, vault
from epione.kernel.crypto.providers.base import KeyHolder
from epione.kernel.crypto.rotation import check_keys, keys_status, remove_unused, rewrap, rotate
from epione.kernel.engines import engine_names

PLACE = Place(uuid4(), uuid4(), "patients_patient", uuid4(), "identity")
SOFTHSM = [Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")]


@pytest.fixture
def vault_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    double = type("Double", (VaultDouble,), {"versions": {1: AESGCM(AESGCM.generate_key(256))}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), double)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    monkeypatch.setenv("VAULT_TOKEN", "good")
    yield f"vault://127.0.0.1:{server.server_port}/transit/epione?tls=off"
    server.shutdown()
    server.server_close()


@pytest.fixture
def kms_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield "kms://eu-west-3/alias/epione"


@pytest.fixture
def pkcs11_url(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> str:
    library = next((path for path in SOFTHSM if path.exists()), None)
    if library is None:
        pytest.skip("SoftHSM2 is not installed (Debian: apt-get install softhsm2)")
    folder = tmp_path_factory.getbasetemp() / "softhsm"
    folder.mkdir(exist_ok=True)
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    monkeypatch.setenv("EPIONE_KEYS_PIN", "4321")
    token = f"epione-{uuid4().hex[:8]}"
    # The module reads its tokens once per process, so each test has a token of its own in one folder.
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", token, "--pin", "4321", "--so-pin", "8765"],
        check=True,
        capture_output=True,
    )
    import pkcs11 as module

    module.lib(str(library)).reinitialize()
    return f"pkcs11://{library}?token={token}&label=kek"


HOLDERS = ["file", "kms", "vault", pytest.param("pkcs11", marks=pytest.mark.services)]


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return f"file://{tmp_path}/keys/kek.json"
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def holder(url: str) -> KeyHolder:
    name = url.partition(":")[0]
    connected: KeyHolder = {"file": file, "kms": kms, "vault": vault, "pkcs11": pkcs11}[name].connect(url)
    return connected


every_holder = pytest.mark.parametrize("url", HOLDERS, indirect=True)
KEY = bytes(range(32))


@every_holder
def test_a_wrapped_key_comes_back(holder: KeyHolder) -> None:
    kek_id, wrapped = holder.wrap(KEY, b"practice and subject")
    assert kek_id == holder.active()
    assert KEY not in wrapped
    assert holder.unwrap(kek_id, wrapped, b"practice and subject") == KEY


@every_holder
def test_a_wrapped_key_opens_in_its_context_only(holder: KeyHolder) -> None:
    kek_id, wrapped = holder.wrap(KEY, b"one")
    with pytest.raises(Tampered):
        holder.unwrap(kek_id, wrapped, b"two")


@every_holder
def test_after_a_rotation_both_keys_unwrap_until_the_old_one_is_removed(holder: KeyHolder) -> None:
    old, wrapped = holder.wrap(KEY, b"context")
    new = holder.add()
    assert new != old
    assert holder.active() == new == holder.wrap(KEY, b"context")[0]
    assert set(holder.ids()) == {old, new}
    assert holder.unwrap(old, wrapped, b"context") == KEY
    holder.remove(old)
    assert holder.ids() == [new]
    if holder.name != "kms":  # moto goes on decrypting with a key that is to be deleted; AWS does not
        with pytest.raises((KeysUnavailable, Tampered)):
            holder.unwrap(old, wrapped, b"context")


@every_holder
def test_the_active_key_cannot_be_removed(holder: KeyHolder) -> None:
    with pytest.raises(KeysUnavailable):
        holder.remove(holder.active())


@pytest.mark.django_db
@every_holder
def test_the_record_is_sealed_under_the_chosen_holder(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_KEYS_URL", url)
    sealed = seal(PLACE, b"DURAND")
    clear_cache()
    assert unseal(PLACE, sealed) == b"DURAND"
    assert keys_status().holder == url.partition(":")[0]


def test_the_holders_are_those_of_the_folder() -> None:
    assert engine_names("epione.kernel.crypto.providers") == ["environment", "file", "kms", "pkcs11", "vault"]


def test_an_unknown_holder_is_named_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_KEYS_URL", "azure://vault")
    with pytest.raises(ImproperlyConfigured, match="'azure' is not one of environment, file, kms, pkcs11, vault"):
        key_holder()


# The key file


def test_the_first_run_makes_a_private_key_file_with_a_loud_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "keys" / "kek.json"
    file.FileKeys(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert f"A new encryption key was created:\n   {path}" in capsys.readouterr().err
    file.FileKeys(path)
    assert capsys.readouterr().err == ""
    assert [p.name for p in path.parent.iterdir()] == ["kek.json"]


def test_two_processes_on_their_first_run_agree_on_one_key(tmp_path: Path) -> None:
    holders: list[file.FileKeys] = []
    threads = [threading.Thread(target=lambda: holders.append(file.FileKeys(tmp_path / "kek.json"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({holder.active() for holder in holders}) == 1
    assert len(holders) == 8


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kek.json"
    file.FileKeys(path)
    path.chmod(0o640)
    with pytest.raises(KeysUnavailable, match="chmod 600"):
        file.FileKeys(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json",
        "[]",
        '{"active": "a", "keys": []}',
        '{"active": "a", "keys": [{"id": "a", "created": "", "key": "c2hvcnQ="}]}',
        '{"active": "a", "keys": [{"id": "a", "created": "", "key": "*"}]}',
    ],
)
def test_a_damaged_key_file_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "kek.json"
    path.touch(0o600)
    path.write_text(content)
    with pytest.raises(KeysUnavailable, match=r"kek\.json"):
        file.FileKeys(path)


def test_a_key_file_that_vanishes_is_noticed(tmp_path: Path) -> None:
    holder = file.FileKeys(tmp_path / "kek.json")
    (tmp_path / "kek.json").unlink()
    with pytest.raises(KeysUnavailable, match="is gone"):
        holder.wrap(KEY, b"")


def test_a_rotation_by_another_process_is_seen(tmp_path: Path) -> None:
    first, second = file.FileKeys(tmp_path / "kek.json"), file.FileKeys(tmp_path / "kek.json")
    kek_id, wrapped = second.wrap(KEY, b"c") if second.add() else ("", b"")
    assert first.unwrap(kek_id, wrapped, b"c") == KEY


# The environment


def test_a_key_given_as_64_hexadecimal_characters_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENCRYPTION_KEY", "ab" * 32)
    holder = environment.connect("environment:")
    kek_id, wrapped = holder.wrap(KEY, b"c")
    assert holder.unwrap(kek_id, wrapped, b"c") == KEY
    assert "abab" not in kek_id
    with pytest.raises(Tampered):
        holder.unwrap(kek_id, wrapped, b"d")
    for refused in (holder.add, lambda: holder.remove(kek_id), lambda: holder.unwrap("env-other", wrapped, b"c")):
        with pytest.raises(KeysUnavailable):
            refused()


@pytest.mark.parametrize("given", ["", "ab", "zz" * 32, "ab" * 33])
def test_a_key_of_another_form_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("ENCRYPTION_KEY", given)
    with pytest.raises(KeysUnavailable, match="64 hexadecimal characters"):
        environment.connect("environment:")


# Engines that are not there


def test_a_vault_that_refuses_the_token_is_unavailable(vault_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "bad")
    with pytest.raises(KeysUnavailable, match="permission denied"):
        vault.connect(vault_url).wrap(KEY, b"")


def test_a_vault_that_is_down_is_unavailable() -> None:
    with pytest.raises(KeysUnavailable, match="Vault answered"):
        vault.connect("vault://127.0.0.1:9/transit/epione?tls=off").active()


@pytest.mark.services
def test_a_wrong_pin_is_unavailable(pkcs11_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_KEYS_PIN", "0000")
    with pytest.raises(KeysUnavailable, match="PinIncorrect"):
        pkcs11.connect(pkcs11_url)


def test_a_token_library_that_is_missing_is_unavailable() -> None:
    with pytest.raises(KeysUnavailable, match="PKCS#11"):
        pkcs11.connect("pkcs11:///nowhere/lib.so?token=epione")


# Rotation


@pytest.fixture
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPIONE_KEYS_URL", f"file://{tmp_path}/kek.json")
    clear_cache()


@pytest.mark.django_db
@pytest.mark.usefixtures("own_keys")
def test_a_rotation_wraps_every_data_key_again_and_nothing_else() -> None:
    places = [replace(PLACE, subject_id=uuid4()) for _ in range(5)]
    sealed = [seal(place, b"DURAND") for place in places]
    forget_subject(PLACE.practice_id, places[0].subject_id or uuid4())
    old = keys_status()
    assert (old.wrapped_by, old.erased, old.removable) == ({old.active: 4}, 1, [])
    assert rotate() == 4
    new = keys_status()
    assert new.wrapped_by == {new.active: 4}
    assert new.removable == [old.active]
    assert remove_unused() == [old.active]
    clear_cache()
    assert [unseal(place, value) for place, value in zip(places[1:], sealed[1:], strict=True)] == [b"DURAND"] * 4


@pytest.mark.django_db
@pytest.mark.usefixtures("own_keys")
def test_an_interrupted_rotation_is_readable_and_goes_on() -> None:
    before = seal(PLACE, b"DURAND")
    key_holder().add()
    after = seal(replace(PLACE, subject_id=None), b"MARTIN")
    status = keys_status()
    assert sorted(status.wrapped_by.values()) == [1, 1]
    assert status.removable == []
    clear_cache()
    assert unseal(PLACE, before) == b"DURAND"
    assert unseal(replace(PLACE, subject_id=None), after) == b"MARTIN"
    assert (rewrap(), rewrap()) == (1, 0)


@pytest.mark.django_db
@pytest.mark.usefixtures("own_keys")
def test_data_keys_whose_key_encryption_key_is_lost_are_told(tmp_path: Path) -> None:
    seal(PLACE, b"DURAND")
    check_keys()
    lost = key_holder().active()
    (tmp_path / "kek.json").unlink()
    file.FileKeys(tmp_path / "kek.json")
    with pytest.raises(KeysUnavailable, match=lost):
        check_keys()
    clear_cache()
    with pytest.raises(KeysUnavailable, match=lost):
        seal(PLACE, b"DURAND")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_keys")
def test_no_reader_fails_while_keys_rotate() -> None:
    places = [replace(PLACE, practice_id=uuid4(), subject_id=uuid4()) for _ in range(20)]
    sealed = [seal(place, b"DURAND") for place in places]
    stop, read, failures = threading.Event(), [0], []

    def reader() -> None:
        try:
            while not stop.is_set():
                for place, value in zip(places, sealed, strict=True):
                    clear_cache()
                    assert unseal(place, value) == b"DURAND"
                    read[0] += 1
        except Exception as error:  # noqa: BLE001 -- any failure at all is what this test looks for
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=reader) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        assert rotate() == 20
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert read[0] > 20
    assert len(keys_status().removable) == 5
