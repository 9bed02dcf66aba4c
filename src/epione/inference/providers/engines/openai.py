"""A model that looks at pictures behind an OpenAI-compatible address: off unless an administrator allows the data.

Only the pixels of a de-identified frame leave, with modality and body part. The reply must follow a JSON schema that
has no field for a confidence.
"""

import base64
from collections.abc import Mapping
from typing import Any

from epione.inference.domain.contract import Description, Provider, Request, Result, Status
from epione.inference.domain.described import LIMITS, PROMPT, described, schema
from epione.inference.domain.interpretation import REMOTE
from epione.inference.domain.manifest import Endpoint, Manifest
from epione.inference.domain.preprocessing import UnfitFrame
from epione.inference.errors import DataNotAllowed, ManifestRefused
from epione.inference.providers.outbound import RemoteFailed, post_json
from epione.inference.providers.pictures import png_of
from epione.inference.providers.tensors import middle

from .kserve import credential_of


class OpenAI:
    """One model of one address."""

    def __init__(self, manifest: Manifest, endpoint: Endpoint) -> None:
        self.manifest, self.endpoint = manifest, endpoint

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
            reply = self._ask(request, png_of(frame))
        except UnfitFrame as unfit:
            return Result(Status.REJECTED, reason=str(unfit))
        except RemoteFailed as failed:
            return Result(Status.ERROR, reason=str(failed), limitations=(*LIMITS, REMOTE))
        method = f"{self.manifest.id} {self.manifest.version}"
        result = described(reply, method=method, image=frame.image, frame=frame.number)
        limits = (*result.limitations, REMOTE, *(("one-frame-of-several",) if len(frames) > 1 else ()))
        return Result(result.status, result.findings, limitations=limits, reason=result.reason)

    def _ask(self, request: Request, picture: bytes) -> str:
        asked = PROMPT.format(modality=request.modality, body_part=request.body_part or "not stated")
        address = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
        content = [{"type": "text", "text": asked}, {"type": "image_url", "image_url": {"url": address}}]
        shape = {"name": "description", "strict": True, "schema": schema()}
        body = {
            "model": self.endpoint.model,
            "messages": [{"role": "user", "content": content}],
            "response_format": {"type": "json_schema", "json_schema": shape},
            "seed": request.random_state,
        }
        answer = post_json(
            self.endpoint.url, "/chat/completions", body, credential=credential_of(self.endpoint),
            seconds=min(request.seconds, self.manifest.seconds),
        )  # fmt: skip
        return _text(answer)


def _text(answer: Any) -> str:
    """The words of the reply; a refusal of the model is none."""
    choices = answer.get("choices") if isinstance(answer, Mapping) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, Mapping) else None
    if not isinstance(message, Mapping):
        raise RemoteFailed("remote_answer_unreadable")
    if message.get("refusal"):
        raise RemoteFailed("remote_refused")
    if not isinstance(message.get("content"), str):
        raise RemoteFailed("remote_answer_unreadable")
    return str(message["content"])


def connect(manifest: Manifest) -> Provider:
    """The address, if an administrator allowed it to receive de-identified images."""
    if manifest.endpoint is None:
        raise ManifestRefused(faults="endpoint")
    if "deidentified-pixels" not in manifest.endpoint.allowed_data:
        raise DataNotAllowed
    return OpenAI(manifest, manifest.endpoint)
