"""The folder where an operator puts models: `name.json` beside `name.onnx`, or a folder `name/` of a Hugging Face one.

`EPIONE_MODELS` names it; by default `models` in the home of Epione. Weights are found by the hash that the manifest
states, and read again by whoever runs them: a file that changed meanwhile is not run.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from epione.inference.domain.hashing import sha256_of
from epione.inference.domain.manifest import BadManifest, Engine, Manifest, read_manifest
from epione.inference.errors import WeightsDiffer, WeightsMissing

MAX_MANIFEST = 1_000_000
FOLDER_FILES = {".json", ".safetensors", ".txt", ".model", ".jinja"}
"""What a Hugging Face folder may hold: no pickles, no code."""


@dataclass(frozen=True, slots=True)
class Found:
    """A manifest of the folder; `faults` says why it cannot be used."""

    name: str
    manifest: Manifest | None
    faults: tuple[str, ...] = ()


def folder() -> Path:
    """The folder of models."""
    return Path(os.environ.get("EPIONE_MODELS") or Path(settings.HOME) / "models")


def found() -> list[Found]:
    """Every manifest of the folder, by name."""
    if not folder().is_dir():
        return []
    return [_read(path) for path in sorted(folder().glob("*.json"))]


def _read(path: Path) -> Found:
    if path.stat().st_size > MAX_MANIFEST:
        return Found(path.stem, None, ("this file is too large",))
    try:
        return Found(path.stem, read_manifest(path.read_bytes()))
    except BadManifest as bad:
        return Found(path.stem, None, tuple(bad.faults))


def weights_path(manifest: Manifest) -> Path:
    """The weights of a version by their hash, whatever their name; raises `WeightsMissing` or `WeightsDiffer`."""
    candidates = list(_candidates(manifest))
    for path in candidates:
        if hash_of(path) == manifest.weights_sha256:
            return path
    named = {path.stem for path in candidates}
    raise WeightsDiffer if manifest.id in named or _manifest_name(manifest) in named else WeightsMissing


def _manifest_name(manifest: Manifest) -> str:
    return next((one.name for one in found() if one.manifest == manifest), "")


def _candidates(manifest: Manifest) -> Iterator[Path]:
    """Files or folders that may be the weights, the one named as the manifest first."""
    inside = sorted(folder().iterdir()) if folder().is_dir() else []
    if manifest.engine is Engine.ONNX:
        paths = [path for path in inside if path.suffix == ".onnx"]
    else:
        given = [Path(os.environ["HUGGINGFACE_MODEL"])] if os.environ.get("HUGGINGFACE_MODEL") else []
        paths = [path for path in [*given, *inside] if (path / "config.json").is_file()]
    first = {manifest.id, _manifest_name(manifest)}
    yield from sorted(paths, key=lambda path: path.stem not in first)


def hash_of(path: Path) -> str:
    """SHA-256 of a file, or of the names and hashes of the files of a folder."""
    if path.is_dir():
        inside = sorted(one for one in path.rglob("*") if one.suffix in FOLDER_FILES and one.is_file())
        return sha256_of([[str(one.relative_to(path)), _file_hash(one)] for one in inside])
    return _file_hash(path)


def _file_hash(path: Path) -> str:
    about = path.stat()
    return _hashed(path, about.st_ino, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=256)
def _hashed(path: Path, _inode: int, _size: int, _changed: int) -> str:
    """Gigabytes are not read again for each answer; a file that was written to meanwhile is."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
