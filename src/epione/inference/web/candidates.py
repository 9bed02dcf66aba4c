"""Models that could be entered: those of the folder, and the one that the environment names."""

from collections.abc import Iterator
from dataclasses import dataclass

from epione.inference.domain.manifest import Engine, Manifest
from epione.inference.providers.configured import configured
from epione.inference.providers.folder import found
from epione.inference.queries import ModelView
from epione.inference.words import said
from epione.kernel.errors import Expected

ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that is not entered yet; `fault` says why it cannot be. `is_remote` ones need a word on the data."""

    name: str
    title: str
    version: str
    fault: str
    is_remote: bool


def candidates(models: list[ModelView]) -> list[Candidate]:
    """What could be entered and is not."""
    known = {(model.key, version.label) for model in models for version in model.versions}
    return [
        _candidate(name, manifest, fault)
        for name, manifest, fault in _offered()
        if manifest is None or (manifest.id, manifest.version) not in known
    ]


def _offered() -> Iterator[tuple[str, Manifest | None, str]]:
    for one in found():
        yield one.name, one.manifest, "; ".join(one.faults)
    try:
        named = configured()
    except Expected as refused:
        yield ENVIRONMENT, None, str(refused)
    else:
        if named is not None:
            yield ENVIRONMENT, named, ""


def _candidate(name: str, manifest: Manifest | None, fault: str) -> Candidate:
    if manifest is None:
        return Candidate(name, "AI_PROVIDER" if name == ENVIRONMENT else f"{name}.json", "", fault, is_remote=False)
    remote = manifest.engine is Engine.OPENAI and name == ENVIRONMENT
    return Candidate(name, said(manifest.card.title), manifest.version, fault, is_remote=remote)


def manifest_of(name: str, *, allow_data: bool) -> Manifest | None:
    """The manifest of a candidate."""
    if name == ENVIRONMENT:
        return configured(allow_data=allow_data)
    return next((one.manifest for one in found() if one.name == name), None)
