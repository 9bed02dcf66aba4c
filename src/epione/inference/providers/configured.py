"""The model that the environment names: `AI_PROVIDER` with `HUGGINGFACE_MODEL`, `OPENAI_MODEL`, `OPENAI_BASE_URL`."""

import os
from pathlib import Path

from django.conf import settings

from epione.inference.domain.cards import demonstration_card, written_card
from epione.inference.domain.checks import MODALITIES
from epione.inference.domain.hashing import sha256_of
from epione.inference.domain.manifest import Endpoint, Engine, Manifest
from epione.inference.errors import DemonstrationRefused, ManifestRefused, WeightsMissing

from .folder import hash_of

PICTURES = tuple(sorted(MODALITIES & {"CR", "CT", "DX", "ES", "GM", "MG", "MR", "OP", "OT", "US", "XA", "XC"}))


def configured(*, allow_data: bool = False) -> Manifest | None:
    """The model of the environment, None when there is none; raises a sentence that says what to set.

    `allow_data` is an administrator's word that de-identified images may leave the practice.
    """
    name = os.environ.get("AI_PROVIDER", "").strip().lower()
    if name in {"", "none"}:
        return None
    if name == "mock":
        return _demonstration()
    if name == "huggingface":
        return _huggingface()
    if name == "openai":
        return _openai(allow_data=allow_data)
    raise ManifestRefused(faults=f"AI_PROVIDER={name} (huggingface, openai, none)")


def _demonstration() -> Manifest:
    if not settings.DEMO:
        raise DemonstrationRefused
    return Manifest(id="demonstration", version="1", engine=Engine.DEMO, modalities=PICTURES, card=demonstration_card())


def _huggingface() -> Manifest:
    folder = Path(os.environ.get("HUGGINGFACE_MODEL", ""))
    if not folder.name or not (folder / "config.json").is_file():
        raise WeightsMissing
    digest = hash_of(folder)
    return Manifest(
        id="huggingface", version=digest[:12], engine=Engine.HUGGINGFACE, weights_sha256=digest, modalities=PICTURES,
        card=written_card(folder.name, "HUGGINGFACE_MODEL"), seconds=120, memory_mb=32_768,
    )  # fmt: skip


def _openai(*, allow_data: bool) -> Manifest:
    model = os.environ.get("OPENAI_MODEL", "").strip()
    if not model:
        raise ManifestRefused(faults="OPENAI_MODEL")
    endpoint = Endpoint(
        url=os.environ.get("OPENAI_BASE_URL") or "https://api.openai.com/v1",
        model=model,
        credential="OPENAI_API_KEY",
        allowed_data=("deidentified-pixels",) if allow_data else (),
    )
    version = sha256_of(endpoint.model_dump(mode="json"))[:12]
    return Manifest(
        id="openai", version=version, engine=Engine.OPENAI, modalities=PICTURES, card=written_card(model, endpoint.url),
        endpoint=endpoint, seconds=60,
    )  # fmt: skip
