"""One file per engine, named as manifests name it, each with `connect(manifest)`."""

import importlib

from epione.inference.domain.contract import Provider
from epione.inference.domain.manifest import Manifest


def provider_of(manifest: Manifest) -> Provider:
    """What answers for a version; raises the expected errors of its engine."""
    provider: Provider = importlib.import_module(f"{__name__}.{manifest.engine.value}").connect(manifest)
    return provider
