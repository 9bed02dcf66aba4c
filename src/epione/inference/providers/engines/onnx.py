"""Any classifier in ONNX, run by onnxruntime on the processor, in a process that can be killed."""

import numpy as np

from epione.inference.domain.contract import Description, Provider, Request, Result, Status
from epione.inference.domain.manifest import Manifest
from epione.inference.providers.folder import weights_path
from epione.inference.providers.isolated import ModelFailed, run_onnx
from epione.inference.providers.tensors import Tensor, classified


class Onnx:
    """One version of one model."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.path = weights_path(manifest)

    def describe(self) -> Description:
        """From its manifest."""
        return self.manifest.describe()

    def analyse(self, request: Request) -> Result:
        """The answer about the middle frame."""
        seconds = min(request.seconds, self.manifest.seconds)
        try:
            return classified(self.manifest, request, lambda tensor: self._run(tensor, seconds))
        except ModelFailed as failed:
            return Result(Status.ERROR, reason=str(failed))

    def _run(self, tensor: Tensor, seconds: float) -> list[float]:
        if self.manifest.input is None or self.manifest.output is None:
            raise ValueError("an ONNX manifest describes its input and output")
        header = {
            "sha256": self.manifest.weights_sha256,
            "input": self.manifest.input.name,
            "output": self.manifest.output.name,
            "shape": list(tensor.shape),
            "dtype": tensor.dtype.str,
        }
        megabytes = self.manifest.memory_mb
        made = run_onnx(header, tensor.tobytes(), self.path, megabytes=megabytes, seconds=seconds)
        return [float(value) for value in np.frombuffer(made, dtype="<f4")]


def connect(manifest: Manifest) -> Provider:
    """The model whose weights are in the folder; raises `WeightsMissing` or `WeightsDiffer`."""
    return Onnx(manifest)
