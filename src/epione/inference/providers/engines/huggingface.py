"""An image-text model of Hugging Face, from a local folder: no download, no code of the folder, no pickles."""

from importlib.util import find_spec

from epione.inference.domain.contract import Description, Provider, Request, Result, Status
from epione.inference.domain.described import LIMITS, PROMPT, described
from epione.inference.domain.manifest import Manifest
from epione.inference.domain.preprocessing import UnfitFrame
from epione.inference.errors import EngineMissing
from epione.inference.providers.folder import weights_path
from epione.inference.providers.isolated import ModelFailed, run_pictured
from epione.inference.providers.pictures import png_of
from epione.inference.providers.tensors import middle

TOKENS = 512


class HuggingFace:
    """One folder."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.path = weights_path(manifest)

    def describe(self) -> Description:
        """From its manifest."""
        return self.manifest.describe()

    def analyse(self, request: Request) -> Result:
        """What the model describes, or why there is nothing."""
        frames = request.frames()
        if not frames:
            return Result(Status.REJECTED, reason="no_frame")
        frame = middle(frames)
        try:
            text = self._ask(request, png_of(frame))
        except UnfitFrame as unfit:
            return Result(Status.REJECTED, reason=str(unfit))
        except ModelFailed as failed:
            return Result(Status.ERROR, reason=str(failed), limitations=LIMITS)
        method = f"{self.manifest.id} {self.manifest.version}"
        return described(text, method=method, image=frame.image, frame=frame.number)

    def _ask(self, request: Request, picture: bytes) -> str:
        prompt = PROMPT.format(modality=request.modality, body_part=request.body_part or "not stated")
        asked = {"prompt": prompt, "tokens": TOKENS}
        seconds = min(request.seconds, self.manifest.seconds)
        return run_pictured(asked, picture, self.path, megabytes=self.manifest.memory_mb, seconds=seconds)


def connect(manifest: Manifest) -> Provider:
    """The folder, if the optional packages are there; raises `EngineMissing`, `WeightsMissing` or `WeightsDiffer`."""
    if not (find_spec("transformers") and find_spec("torch")):
        raise EngineMissing
    return HuggingFace(manifest)
