"""The analyses that ship: each module registers its own when it starts, and the registry treats them as any model."""

from collections.abc import Callable
from dataclasses import dataclass

from .domain.contract import Description, Request, Result
from .domain.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Shipped:
    """A deterministic analysis with its card; it is its own provider."""

    manifest: Manifest
    run: Callable[[Request], Result]

    def describe(self) -> Description:
        """From its manifest."""
        return self.manifest.describe()

    def analyse(self, request: Request) -> Result:
        """Run it, here."""
        return self.run(request)


_known: dict[str, Shipped] = {}


def register_builtin(manifest: Manifest, run: Callable[[Request], Result]) -> None:
    """Add or replace the analysis of this id."""
    _known[manifest.id] = Shipped(manifest, run)


def shipped() -> dict[str, Shipped]:
    """Every analysis that ships, by id."""
    return dict(_known)
