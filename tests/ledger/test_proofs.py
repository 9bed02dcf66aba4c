"""What an outsider checks: notes, proofs, anchors, witnesses, and the verifier that needs no Epione."""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from epione.kernel.actor import Actor
from epione.kernel.errors import Conflict, NotFound
from epione.ledger.domain.note import Checkpoint, Signer, Verifier, split
from epione.ledger.models import Anchor
from epione.ledger.providers.base import AnchorFailed
from epione.ledger.providers.disk import FolderAnchor
from epione.ledger.providers.rfc3161 import connect as connect_authority
from epione.ledger.public import (
    AuditFilter,
    NotWitnessed,
    consistency_proof,
    cosign,
    entry_proof,
    export_log,
    export_with_proof,
    log_signer,
    make_checkpoint,
    verify,
    witness_signer,
)

Fill = Callable[[int], list[UUID]]
VERIFIER = Path(__file__).parents[2] / "docs" / "verify" / "epione_verify.py"


# Notes


SIGNER = Signer("epione.invalid/log/test", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
HEAD = Checkpoint(SIGNER.name, 12, bytes(32))


def test_a_checkpoint_is_written_as_c2sp_says() -> None:
    note = SIGNER.sign(HEAD.text())
    origin, size, root, empty, signature, end = note.split("\n")
    assert (origin, size, root, empty, end) == (SIGNER.name, "12", base64.b64encode(bytes(32)).decode(), "", "")
    dash, name, blob = signature.split(" ")
    assert (dash, name) == ("—", SIGNER.name)
    assert base64.b64decode(blob)[:4] == SIGNER.verifier.id
    assert len(base64.b64decode(blob)) == 4 + 64


def test_the_example_of_the_signed_note_specification_verifies() -> None:
    """The key and note that golang.org/x/mod/sumdb/note documents."""
    key = Verifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert key.verifies(note)
    assert not key.verifies(note.replace("problem is", "problem was"))


def test_a_note_of_another_key_or_text_does_not_verify() -> None:
    note = SIGNER.sign(HEAD.text())
    other = Signer(SIGNER.name, Ed25519PrivateKey.generate())
    assert SIGNER.verifier.verifies(note)
    assert not other.verifier.verifies(note)
    assert not SIGNER.verifier.verifies(note.replace("\n12\n", "\n13\n"))


def test_a_key_comes_back_from_its_text() -> None:
    for _ in range(50):  # the base64 of some keys has a plus sign
        verifier = Signer("epione.invalid/log/x", Ed25519PrivateKey.generate()).verifier
        assert Verifier.parse(str(verifier)) == verifier


@pytest.mark.parametrize(
    "text", ["", "name", "a+b", "name+00000000+AQ==", "name+zz+!!", str(SIGNER.verifier)[:-4] + "AAAA"]
)
def test_a_damaged_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Verifier.parse(text)


@pytest.mark.parametrize(
    "text", ["", "a\nb\n", "origin\nx\nAAAA\n", "origin\n012\n" + "A" * 43 + "=\n", "origin\n1\nAAAA\n"]
)
def test_a_damaged_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "note", ["text", "text\n\nno dash AAAA\n", "text\n\n— name\n", "text\n\n— name !!\n", "text\n\n— n AAAA"]
)
def test_a_damaged_note_is_refused(note: str) -> None:
    with pytest.raises(ValueError):
        split(note)


def test_a_cosignature_verifies_beside_the_log_signature() -> None:
    witness = Signer("witness.invalid", Ed25519PrivateKey.generate())
    note = witness.cosign(SIGNER.sign(HEAD.text()), 1_790_000_000)
    assert SIGNER.verifier.verifies(note)
    assert witness.witness.verifies(note)
    assert int.from_bytes(split(note)[1][1][1][4:12]) == 1_790_000_000
    assert not witness.witness.verifies(note.replace("\n12\n", "\n13\n"))


def test_the_key_of_the_log_is_private_and_stays() -> None:
    from django.conf import settings

    first = log_signer().name
    path = Path(settings.HOME) / "keys" / "ledger.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert log_signer().name == first == json.loads(path.read_bytes())["name"]


# Anchors


def test_a_folder_keeps_each_checkpoint_once_and_read_only(tmp_path: Path) -> None:
    place = FolderAnchor(tmp_path)
    note = SIGNER.sign(HEAD.text()).encode()
    proof = place.anchor(note)
    assert place.anchor(note.replace(b"AAAA", b"BBBB")) == proof
    assert place.holding(HEAD.origin, []).notes == [note]
    place.check(note, proof)
    assert (tmp_path / proof.decode()).stat().st_mode & 0o777 == 0o400
    with pytest.raises(AnchorFailed):
        place.check(note.replace(b"AAAA", b"BBBB"), proof)
    with pytest.raises(AnchorFailed):
        place.check(note, b"000000000099.checkpoint")


CONFIG = """
[tsa]
default_tsa = own
[own]
serial = {0}/serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ext]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


def openssl(*arguments: object) -> bytes:
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A real timestamping authority: OpenSSL's, behind a small HTTP server."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "openssl.cnf").write_text(CONFIG.format(folder))
    (folder / "serial").write_text("01\n")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Root", "-days", 30,
            "-keyout", folder / "ca.key", "-out", folder / "ca.pem")  # fmt: skip
    subject = ["-subj", "/CN=TSA", "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr"]
    openssl("req", "-newkey", "rsa:2048", "-nodes", *subject)
    signed_by = ["-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", 20]
    extensions = ["-extfile", folder / "openssl.cnf", "-extensions", "ext"]
    openssl("x509", "-req", "-in", folder / "tsa.csr", *signed_by, *extensions, "-out", folder / "tsa.pem")

    class Authority(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            raw = openssl("ts", "-reply", "-config", folder / "openssl.cnf", "-queryfile", folder / "query",
                          "-signer", folder / "tsa.pem", "-inkey", folder / "tsa.key")  # fmt: skip
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    server = HTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield f"rfc3161://127.0.0.1:{server.server_port}/tsr?tls=off&ca={folder}/ca.pem", folder
    server.shutdown()
    server.server_close()


def test_a_timestamp_proves_its_note_and_no_other(authority: tuple[str, Path]) -> None:
    place = connect_authority(authority[0])
    note = SIGNER.sign(HEAD.text()).encode()
    proof = place.anchor(note)
    place.check(note, proof)
    with pytest.raises(AnchorFailed):
        place.check(note + b" ", proof)
    with pytest.raises(AnchorFailed):
        place.check(note, proof[:-5])
    with pytest.raises(AnchorFailed):
        place.check(note, b"")


def test_a_timestamp_of_an_unknown_authority_is_refused(authority: tuple[str, Path], tmp_path: Path) -> None:
    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=Other",
        "-keyout",
        tmp_path / "k",
        "-out",
        tmp_path / "c",
    )
    with pytest.raises(AnchorFailed):
        connect_authority(f"{authority[0].partition('&ca=')[0]}&ca={tmp_path}/c").anchor(b"note")


def test_an_authority_that_is_down_is_named_and_tried_again(
    fill: Fill, monkeypatch: pytest.MonkeyPatch, authority: tuple[str, Path], tmp_path: Path
) -> None:
    fill(3)
    down = authority[0].replace(authority[0].split("/")[2], "127.0.0.1:9")
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{tmp_path}/a, {down}")
    made = make_checkpoint()
    assert (made.anchored, made.failed) == (["disk"], ["rfc3161"])
    monkeypatch.setenv("EPIONE_ANCHORS", f"disk://{tmp_path}/a,{authority[0]}")
    again = make_checkpoint()
    assert (again.anchored, again.failed, again.note) == (["disk", "rfc3161"], [], made.note)
    assert Anchor.objects.count() == 2
    assert verify().sound
    Anchor.objects.filter(provider="rfc3161").update(proof=b"forged")
    assert [fault.kind for fault in verify().faults] == ["anchor"]


# Witness


def test_a_witness_cosigns_only_what_continues_what_it_saw(fill: Fill, tmp_path: Path, settings: Any) -> None:
    log_home, key = settings.HOME, str(log_signer().verifier)

    def at_the_witness(**given: Any) -> str:
        settings.HOME = tmp_path
        try:
            return cosign(key=key, **given)
        finally:
            settings.HOME = log_home

    fill(5)
    first = make_checkpoint().note
    cosigned = at_the_witness(note=first)
    settings.HOME = tmp_path
    assert witness_signer().witness.verifies(cosigned)
    settings.HOME = log_home
    assert log_signer().verifier.verifies(cosigned)
    fill(4)
    second = make_checkpoint().note
    with pytest.raises(NotWitnessed, match="nothing proves that it continues the 5 entries"):
        at_the_witness(note=second)
    with pytest.raises(NotWitnessed, match="nothing proves"):
        at_the_witness(note=second, proof={"hashes": [base64.b64encode(bytes(32)).decode()]})
    at_the_witness(note=second, proof=consistency_proof(5))
    with pytest.raises(NotWitnessed, match="has 5 entries, and this witness has already seen 9"):
        at_the_witness(note=first)
    with pytest.raises(NotWitnessed, match="not signed by the key of that log"):
        at_the_witness(note=second.replace("\n9\n", "\n8\n"))
    with pytest.raises(NotWitnessed):
        at_the_witness(note="nothing")


# The independent verifier


def run(path: Path, *arguments: str, key: str | None = None) -> tuple[int, str]:
    command = [sys.executable, "-I", str(VERIFIER), str(path), "--key", key or str(log_signer().verifier), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def written(folder: Path, content: object) -> Path:
    path = folder / f"{uuid4().hex}.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_the_verifier_is_small_and_stands_alone() -> None:
    source = VERIFIER.read_text()
    assert len(source.splitlines()) < 200
    assert "import epione" not in source
    assert "from epione" not in source


def test_the_verifier_proves_an_entry(fill: Fill, tmp_path: Path) -> None:
    ids = fill(11)
    proof = entry_proof(ids[6]).as_json()
    code, said = run(written(tmp_path, proof))
    assert (code, said.startswith("PROVEN: entry 6 of 11 is patients.update")) == (0, True)
    for name, value in [("index", 5), ("leaf", base64.b64encode(b"{}").decode()), ("hashes", proof["hashes"][:-1])]:
        assert run(written(tmp_path, {**proof, name: value}))[0] == 1
    other = str(Signer(log_signer().name, Ed25519PrivateKey.generate()).verifier)
    assert run(written(tmp_path, proof), key=other)[0] == 1


def test_the_verifier_proves_that_the_log_only_grew(fill: Fill, tmp_path: Path) -> None:
    fill(6)
    old = tmp_path / "old.txt"
    old.write_text(make_checkpoint().note)
    fill(5)
    make_checkpoint()
    proof = consistency_proof(6)
    code, said = run(written(tmp_path, proof), "--old", str(old))
    assert (code, "continues the one of 6" in said) == (0, True)
    changed = {**proof, "hashes": [base64.b64encode(bytes(32)).decode(), *proof["hashes"][1:]]}
    assert run(written(tmp_path, changed), "--old", str(old))[0] == 1
    assert run(written(tmp_path, proof))[0] == 2
    assert run(old)[0] == 0


def test_the_verifier_proves_the_whole_log_and_locates_what_is_missing(fill: Fill, tmp_path: Path) -> None:
    fill(9)
    make_checkpoint()
    lines = list(export_log())

    def file_of(rows: list[dict[str, Any]]) -> Path:
        return written(tmp_path, "".join(json.dumps(row) + "\n" for row in rows).encode())

    assert run(file_of(lines)) == (0, "PROVEN: the 9 entries make the signed root.\n")
    code, said = run(file_of(lines[:4] + lines[5:]))
    assert (code, "entry 4 is missing" in said) == (1, True)
    changed = {**lines[2], "leaf": lines[2]["leaf"].replace("patients.update", "patients.create")}
    assert run(file_of([*lines[:2], changed, *lines[3:]]))[0] == 1
    code, said = run(file_of([*lines[:7], lines[9]]))
    assert (code, "entry 7" in said) == (1, True)


def test_the_verifier_proves_every_word_of_an_audit_export(fill: Fill, pharmacist: Actor, tmp_path: Path) -> None:
    fill(5)
    raw = export_with_proof(by=pharmacist, filters=AuditFilter(action="patients."))
    code, said = run(written(tmp_path, raw))
    assert (code, said) == (0, "PROVEN: 5 entries of a log of 5; 5 of them with their details.\n")
    code, said = run(written(tmp_path, raw.replace(b'\\"dose\\":3', b'\\"dose\\":9')))
    assert (code, "is not what was recorded" in said) == (1, True)


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"type": "riddle"}', b"\xff\xfe", b"[]"])
@pytest.mark.django_db
def test_the_verifier_answers_bad_files_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    code, said = run(written(tmp_path, content))
    assert code in {1, 2}
    assert "Traceback" not in said


@pytest.mark.django_db
def test_an_unknown_entry_has_no_proof() -> None:
    with pytest.raises(NotFound):
        entry_proof(uuid4())


def test_no_log_is_the_beginning_of_a_shorter_one(fill: Fill) -> None:
    fill(3)
    make_checkpoint()
    for old in (0, 4):
        with pytest.raises(Conflict):
            consistency_proof(old)
