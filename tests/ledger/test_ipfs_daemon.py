"""A real IPFS daemon: js-ipfs, which speaks the RPC of Kubo, keeps checkpoints and names contents as computed here."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from tests.services import free_port

from epione.ledger.domain.cid import cid_of, written
from epione.ledger.providers.base import AnchorAway
from epione.ledger.providers.ipfs import connect

from .kubo import base32_cid

SIGNER_NAME = "epione.invalid/log/test"
NOTE = f"{SIGNER_NAME}\n12\n{'A' * 43}=\n\n— signature\n".encode()

POLYFILLS = """
Promise.withResolvers ??= function () { const made = {}; made.promise = new this((yes, no) => { made.resolve = yes; made.reject = no }); return made }
Array.fromAsync ??= async (items) => { const all = []; for await (const one of items) all.push(one); return all }
AbortSignal.any ??= (signals) => { const control = new AbortController(); for (const one of signals) one.addEventListener('abort', () => control.abort(one.reason)); return control.signal }
"""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """js-ipfs 0.18 (deprecated, 300 MB): where `EPIONE_TEST_IPFS` says that `npm install ipfs@0.66.1` was run."""
    node, installed = shutil.which("node"), os.environ.get("EPIONE_TEST_IPFS")
    if not node or not installed:
        pytest.skip("no IPFS daemon: npm install ipfs@0.66.1 in a folder, and name it in EPIONE_TEST_IPFS")
    folder = tmp_path_factory.mktemp("ipfs")
    (folder / "polyfills.cjs").write_text(POLYFILLS)
    command = [node, "-r", str(folder / "polyfills.cjs"), f"{installed}/node_modules/ipfs/src/cli.js"]
    variables = {**os.environ, "IPFS_PATH": str(folder / "repo")}
    subprocess.run([*command, "init", "--empty-repo"], env=variables, check=True, capture_output=True)
    port = free_port()
    config = json.loads((folder / "repo" / "config").read_text())
    config["Addresses"] = {"Swarm": [], "API": f"/ip4/127.0.0.1/tcp/{port}", "Gateway": "", "RPC": "", "Delegates": []}
    config["Bootstrap"], config["Discovery"] = [], {"MDNS": {"Enabled": False}, "webRTCStar": {"Enabled": False}}
    (folder / "repo" / "config").write_text(json.dumps(config))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen([*command, "daemon", "--offline"], env=variables, stdout=output, stderr=output)
    try:
        _await_daemon(port, process)
        yield f"ipfs://127.0.0.1:{port}?timeout=5"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _await_daemon(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(150):
        assert process.poll() is None, "the daemon ended"
        try:
            httpx.post(f"http://127.0.0.1:{port}/api/v0/version", trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the daemon does not answer")


@pytest.mark.services
def test_a_real_daemon_keeps_checkpoints(daemon: str) -> None:
    place = connect(daemon)
    assert httpx.get(f"{place._url}/api/v0/version", trust_env=False).status_code == 405
    proof = place.anchor(NOTE)
    assert place.anchor(NOTE) == proof
    place.check(NOTE, proof)
    assert place.pinned(proof.decode())
    assert place.fetch(proof.decode()) == NOTE
    assert list(place.holding(SIGNER_NAME, []).notes) == [NOTE]
    assert place.holding(SIGNER_NAME, [NOTE, NOTE + b"x"]).lost == 1
    assert place.holding(f"another log {uuid4()}", []).notes == []
    with pytest.raises(AnchorAway):
        place.fetch(base32_cid(b"nobody has this"))


@pytest.mark.services
@pytest.mark.parametrize("size", [0, 1, 262_144, 262_145, 1_000_000, 175 * 262_144])
def test_a_real_daemon_names_contents_of_every_size_as_computed(daemon: str, size: int) -> None:
    content = os.urandom(size)
    assert connect(daemon).keep(content) == written(cid_of(content))
