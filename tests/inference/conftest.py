"""Small models, made here, whose answers are known, and servers that play remote ones."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from epione.inference.domain.contract import Frame, ImageRef, Request
from epione.inference.domain.hashing import input_hash
from epione.inference.domain.manifest import Manifest

CARD = {
    "title": {"fr": "Clair ou sombre", "en": "Bright or dark"},
    "summary": {"fr": "Dit si l’image est claire.", "en": "Says whether the image is bright."},
    "intended_use": {"fr": "Essais.", "en": "Tests."},
    "not_for": {"fr": "Tout patient.", "en": "Any patient."},
    "licence": "Apache-2.0",
    "source": "made in a test",
}
LABELS = [
    {"system": "99TEST", "code": "bright", "fr": "Claire", "en": "Bright", "threshold": 0.0},
    {"system": "99TEST", "code": "dark", "fr": "Sombre", "en": "Dark", "threshold": 0.0},
]
CALIBRATION = {
    "id": "cal-1", "temperature": 1.0, "n": 500, "data": "made up", "on": "2026-11-01", "expected_error": 0.02,
}  # fmt: skip


def onnx_bytes(gain=8.0):
    """Mean brightness m in 0..1 -> logits (gain * (m - 0.5), -gain * (m - 0.5))."""
    weights = numpy_helper.from_array(np.array([[gain], [-gain]], dtype=np.float32), "w")
    bias = numpy_helper.from_array(np.array([-gain / 2, gain / 2], dtype=np.float32), "b")
    graph = helper.make_graph(
        [
            helper.make_node("GlobalAveragePool", ["input"], ["mean"]),
            helper.make_node("Flatten", ["mean"], ["flat"]),
            helper.make_node("Gemm", ["flat", "w", "b"], ["logits"], transB=1),
        ],
        "bright",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 1, 16, 16])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 2])],
        [weights, bias],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    return model.SerializeToString()


def manifest_of(**changed):
    """A manifest of that model as JSON."""
    return {
        "id": "bright", "version": "1.0", "engine": "onnx", "modalities": ["CR", "DX"], "card": CARD,
        "weights_sha256": hashlib.sha256(onnx_bytes()).hexdigest(),
        "input": {"rows": 16, "columns": 16}, "output": {"name": "logits", "labels": LABELS},
        "memory_mb": 512, "seconds": 30,
    } | changed  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of models, with that one in it."""
    monkeypatch.setenv("EPIONE_MODELS", str(tmp_path))
    (tmp_path / "bright.onnx").write_bytes(onnx_bytes())
    (tmp_path / "bright.json").write_text(json.dumps(manifest_of()))
    return tmp_path


@pytest.fixture
def manifest(folder):
    return Manifest.model_validate(manifest_of())


def request_of(level=0.9, name="a", **changed):
    """One frame of one grey level; `window` shows 0..1 as it is."""
    frame = Frame(np.full((32, 32), level, dtype=np.float32), image=name, window=(0.5, 1.0))
    digest = hashlib.sha256(f"{name} {level}".encode()).hexdigest()
    given = {"images": (ImageRef(name, digest),), "modality": "DX", "frames": lambda: [frame]}
    return Request(**{**given, **changed})


def request_under(share, at_most=True):
    """A request whose hash falls under a share of 100, or does not."""
    for number in range(10_000):
        request = request_of(name=f"n{number}")
        if (int(input_hash(request)[:8], 16) % 100 < share) is at_most:
            return request
    raise AssertionError("no such request")


@pytest.fixture
def admin(actor):
    return actor("admin")


@pytest.fixture
def radiologist(actor):
    return actor("radiologist")


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        status, answer = self.server.answers.pop(0)
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status in {301, 302}:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    """A server on this machine that answers what a test scripted, and keeps what it was asked."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    made.asked, made.answers = [], []
    made.url = f"http://127.0.0.1:{made.server_port}"
    monkeypatch.setenv("EPIONE_MODEL_HOSTS", f"127.0.0.1:{made.server_port}")
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()
