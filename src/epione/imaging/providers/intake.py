"""The child processes that read, draw and count in received bytes."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

import structlog

from epione.imaging.domain.deid import Rect
from epione.imaging.domain.facts import facts_of
from epione.imaging.domain.taken import Taken
from epione.imaging.errors import DecoderBusy, FileRefused, ImageHasNoPixels
from epione.kernel.sandbox import Busy, Refused, Sandbox, SandboxError

log = structlog.get_logger(__name__)
MEGABYTE = 1024 * 1024
MEMORY = 1536 * MEGABYTE
SECONDS = 60.0
"""How long one file may take; the largest real multi-frame objects need a few."""
MOST_PROCESSES = 8
MEDIA = {"png": "image/png", "png16": "image/png", "jpeg": "image/jpeg"}


class IntakeRefused(Exception):
    """A file that is not taken; `code` is stable and says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn frame; `facts` say what was drawn (window, size, spacing)."""

    content: bytes = field(repr=False)
    media: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Settled:
    """A de-identified object that a person has looked at."""

    content: bytes = field(repr=False)
    preview: bytes | None = field(repr=False)
    header: dict[str, Any]
    transfer_syntax: str


def processes() -> int:
    """How many files are handled at once (`EPIONE_IMAGING_PROCESSES`, by default one for each processor, 8 at most)."""
    return int(os.environ.get("EPIONE_IMAGING_PROCESSES") or min(os.cpu_count() or 1, MOST_PROCESSES))


@cache
def sandbox() -> Sandbox:
    """The pool of this process; its children start at the first file."""
    return Sandbox("epione.imaging.sandboxed", processes=processes(), memory=MEMORY)


def take(content: bytes, *, policy: str, secret: bytes, lenient: bool) -> Taken:
    """De-identify and draw one received file; raises `IntakeRefused`, or `DecoderBusy` when it should come again."""
    asked = {"policy": policy, "secret": secret.hex(), "lenient": lenient}
    try:
        said, made = sandbox().call("intake", asked, content, seconds=SECONDS)
    except Busy as busy:
        raise DecoderBusy from busy
    except SandboxError as error:
        _log(error)
        raise IntakeRefused(error.code) from error
    risk, fault = said["risk"], said["pixel_fault"]
    reasons = list(risk["reasons"]) or [risk["level"]] if risk["level"] != "clean" else []
    facts = facts_of(said["header"], said["transfer_syntax"], pixels=said["pixels"])
    if not (facts.study_uid and facts.series_uid):
        # Cut between two elements, or never filed: nobody could say to which examination it belongs.
        raise IntakeRefused("bad_uid")
    return Taken(
        facts=facts,
        original=_flat(said["original"]),
        header=said["header"],
        report=said["report"] | {"face": risk["face"], "date_offset_days": said["date_offset_days"]},
        reasons=(*reasons, *([fault] if fault.startswith("truncated") else [])),
        pixel_fault=fault,
        content=made[0],
        preview=made[1] if len(made) > 1 else None,
    )


def draw(content: bytes, view: Any) -> Picture:
    """Draw a frame; raises `ImageHasNoPixels` for what cannot be drawn, with its code."""
    asked = {name: value for name, value in asdict(view).items() if value is not None}
    facts, made = call("render", asked, content)
    return Picture(made[0], MEDIA[facts["form"]], facts)


def region(content: bytes, frame: int, points: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Mean, deviation, minimum and maximum within the ellipse whose box has these two corners."""
    (a, b), (c, d) = points
    box = [min(a, c), min(b, d), max(a, c), max(b, d)]
    found, _none = call("statistics", {"frame": frame, "box": box, "ellipse": True}, content)
    return found


def samples(content: bytes, frames: Sequence[int]) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Decoded samples of frames (from 1), little endian, with how they lie and what they mean."""
    said, made = call("frames", {"frames": list(frames)}, content)
    return said["frames"], made


def settle(content: bytes, *, masks: Sequence[Rect]) -> Settled:
    """Paint regions in every frame, then have the header say that nothing is burned in."""
    boxes = [[mask.x, mask.y, mask.width, mask.height] for mask in masks]
    said, made = call("masked", {"boxes": boxes}, content)
    return Settled(made[0], made[1] if len(made) > 1 else None, said["header"], said["transfer_syntax"])


def call(function: str, asked: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Call one of `imaging.sandboxed` on stored bytes; raises `DecoderBusy`, `ImageHasNoPixels` or `FileRefused`."""
    try:
        return sandbox().call(function, asked, content, seconds=SECONDS)
    except Busy as busy:
        raise DecoderBusy from busy
    except Refused as refused:
        _log(refused)
        raise ImageHasNoPixels(reason=refused.code) from refused
    except SandboxError as error:
        raise FileRefused(error.code) from error


def _log(error: SandboxError) -> None:
    """A fault of ours in the child is told to the operator by its kind and its line, never by its content."""
    if isinstance(error, Refused) and error.code != "failed":
        return
    log.warning("imaging.child", code=error.code, kind=getattr(error, "kind", ""), place=getattr(error, "place", ""))


def _flat(original: Mapping[str, Any]) -> dict[str, str]:
    """The identifiers without those that are empty."""
    plain = {name: str(value) for name, value in original.items() if name != "other" and value}
    return plain | {name: str(value) for name, value in original.get("other", {}).items() if value}
