"""The analyses that ship with Epione."""

from epione.inference.domain.contract import Provider
from epione.inference.domain.manifest import Manifest
from epione.inference.errors import WeightsDiffer, WeightsMissing
from epione.inference.shipped import shipped


def connect(manifest: Manifest) -> Provider:
    """The analysis of this id and version: an older version is no longer in the program."""
    found = shipped().get(manifest.id)
    if found is None:
        raise WeightsMissing
    if found.manifest != manifest:
        raise WeightsDiffer
    return found
