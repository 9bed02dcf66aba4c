"""A classifier on another machine, by the open inference protocol (KServe v2, also Triton and OpenVINO): REST, JSON."""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from epione.inference.domain.contract import Description, Provider, Request, Result, Status
from epione.inference.domain.interpretation import REMOTE
from epione.inference.domain.manifest import Endpoint, Manifest
from epione.inference.errors import CredentialMissing, DataNotAllowed, ManifestRefused
from epione.inference.providers.outbound import RemoteFailed, post_json
from epione.inference.providers.tensors import Tensor, classified

TYPES = {"float32": "FP32", "uint8": "UINT8"}


class KServe:
    """One model of one server."""

    def __init__(self, manifest: Manifest, endpoint: Endpoint) -> None:
        self.manifest, self.endpoint = manifest, endpoint

    def describe(self) -> Description:
        """From its manifest."""
        return self.manifest.describe()

    def analyse(self, request: Request) -> Result:
        """The answer about the middle frame."""
        try:
            result = classified(self.manifest, request, lambda tensor: self._infer(tensor, request.seconds))
        except RemoteFailed as failed:
            return Result(Status.ERROR, reason=str(failed), limitations=(REMOTE,))
        return Result(
            result.status, result.findings, result.evidence, (*result.limitations, REMOTE), result.reason,
            timings=result.timings,
        )  # fmt: skip

    def _infer(self, tensor: Tensor, seconds: float) -> list[float]:
        if self.manifest.input is None or self.manifest.output is None:
            raise ValueError("a manifest of this engine describes its input and output")
        wanted, output = self.manifest.input, self.manifest.output.name
        asked = {
            "inputs": [
                {
                    "name": wanted.name,
                    "shape": list(tensor.shape),
                    "datatype": TYPES[wanted.dtype],
                    "data": tensor.reshape(-1).tolist(),
                }
            ],
            "outputs": [{"name": output}],
        }
        path = f"/v2/models/{quote(self.endpoint.model, safe='')}/infer"
        answer = post_json(
            self.endpoint.url, path, asked, credential=credential_of(self.endpoint),
            seconds=min(seconds, self.manifest.seconds),
        )  # fmt: skip
        return _numbers(answer, output)


def _numbers(answer: Any, name: str) -> list[float]:
    """The values of the output of this name."""
    outputs = answer.get("outputs") if isinstance(answer, Mapping) else None
    for one in outputs if isinstance(outputs, list) else []:
        if isinstance(one, Mapping) and one.get("name") == name and isinstance(one.get("data"), list):
            values = one["data"]
            if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
                return [float(value) for value in values]
    raise RemoteFailed("remote_answer_unreadable")


def credential_of(endpoint: Endpoint) -> str:
    """The key that the operator set; raises `CredentialMissing`."""
    if endpoint.credential is None:
        return ""
    secret = os.environ.get(endpoint.credential, "")
    if not secret:
        raise CredentialMissing(variable=endpoint.credential)
    return secret


def connect(manifest: Manifest) -> Provider:
    """The server, if an administrator allowed it to receive de-identified images."""
    if manifest.endpoint is None:
        raise ManifestRefused(faults="endpoint")
    if "deidentified-pixels" not in manifest.endpoint.allowed_data:
        raise DataNotAllowed
    return KServe(manifest, manifest.endpoint)
