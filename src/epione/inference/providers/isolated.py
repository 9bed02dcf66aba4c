"""Models run in processes that can be killed: ONNX in the sandbox, image-text models in a process for each question."""

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from epione.kernel.sandbox import Sandbox, SandboxError

MEGABYTE = 1024 * 1024
SOURCES = Path(__file__).parents[3]


class ModelFailed(Exception):
    """The process gave no answer; the text is a stable code."""


@lru_cache(maxsize=4)
def sandbox(megabytes: int) -> Sandbox:
    """The processes for models of this size."""
    return Sandbox("epione.inference.sandboxed", processes=1, memory=megabytes * MEGABYTE, growth=megabytes * MEGABYTE)


def run_onnx(header: dict[str, Any], tensor: bytes, path: Path, *, megabytes: int, seconds: float) -> bytes:
    """The output of an ONNX model; its weights are sent when the process does not hold them. Raises `ModelFailed`."""
    pool = sandbox(megabytes)
    try:
        said, made = pool.call("onnx", header, tensor, seconds=seconds)
        if said["needs"]:
            said, made = pool.call("onnx", header, tensor, path.read_bytes(), seconds=seconds)
    except SandboxError as error:
        raise ModelFailed("model_failed" if error.code == "failed" else error.code) from error
    except OSError as error:
        raise ModelFailed("weights_missing") from error
    return made[0]


def run_pictured(asked: dict[str, Any], picture: bytes, folder: Path, *, megabytes: int, seconds: float) -> str:
    """The words of an image-text model. Raises `ModelFailed`."""
    passed = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    environment = passed | {"PYTHONPATH": str(SOURCES), "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and module
            [sys.executable, "-P", "-m", "epione.inference.pictured", str(folder), str(megabytes)],
            input=json.dumps(asked).encode() + b"\n" + picture,
            capture_output=True,
            check=True,
            timeout=seconds,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelFailed("timed_out") from error
    except subprocess.CalledProcessError as error:
        raise ModelFailed("model_failed") from error
    return done.stdout.decode(errors="replace")
