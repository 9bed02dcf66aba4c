"""What runs in the sandbox: an ONNX model is read and run in a process that can be killed, never where records are.

The child sees no file but the program: weights come with the first question that needs them, and are kept by their
hash, which the child checks itself.
"""

import hashlib
from collections import OrderedDict
from typing import Any, Final

import numpy as np
import onnxruntime

KEPT: Final = 3
"""Models kept in memory by one child."""

_loaded: OrderedDict[str, Any] = OrderedDict()
Answer = tuple[dict[str, Any], list[bytes]]


class Unfit(Exception):
    """The model cannot answer; the parent learns the code alone."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def onnx(header: dict[str, Any], content: bytes, weights: bytes = b"") -> Answer:
    """Run an ONNX model: `sha256`, `input`, `output`, `shape` and `dtype` in the header; float32 comes back.

    `needs` is true in the answer when the weights of this hash have to be sent first.
    """
    session = _session(header["sha256"], weights)
    if session is None:
        return {"needs": True}, []
    if header["input"] not in {one.name for one in session.get_inputs()}:
        raise Unfit("no_such_input")
    if header["output"] not in {one.name for one in session.get_outputs()}:
        raise Unfit("no_such_output")
    tensor = np.frombuffer(content, dtype=header["dtype"]).reshape(header["shape"])
    made = session.run([header["output"]], {header["input"]: tensor})[0]
    return {"needs": False}, [np.ascontiguousarray(made, dtype="<f4").tobytes()]


def _session(digest: str, weights: bytes) -> Any:
    """The loaded model of this hash; None when its weights were not sent yet."""
    if digest not in _loaded:
        if not weights:
            return None
        if hashlib.sha256(weights).hexdigest() != digest:
            raise Unfit("weights_differ")
        _loaded[digest] = onnxruntime.InferenceSession(weights, _options(), providers=["CPUExecutionProvider"])
        while len(_loaded) > KEPT:
            _loaded.popitem(last=False)
    _loaded.move_to_end(digest)
    return _loaded[digest]


def _options() -> Any:
    """One thread and fixed arithmetic: the same bytes give the same answer."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4
    return options
