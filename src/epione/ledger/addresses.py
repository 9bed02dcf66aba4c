"""Which anchors are in use: `EPIONE_ANCHORS`, or the names that the imaging specification gives them."""

import hashlib
import os
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured

from epione.kernel.engines import connect

from .providers.base import AnchorPlace

PROVIDERS = "epione.ledger.providers"


def anchor_addresses() -> list[str]:
    """The addresses of the anchors, in order; by default a folder on the disk.

    Without `EPIONE_ANCHORS`, `BLOCKCHAIN_TYPE` (`ledger`, `ipfs`, `fabric`) adds one to the folder, at `IPFS_HOST` and
    `IPFS_PORT`, or as the file `FABRIC_NETWORK_CONFIG` says. Raises `ImproperlyConfigured` for any other type.
    """
    given = [url.strip() for url in os.environ.get("EPIONE_ANCHORS", "").split(",") if url.strip()]
    if given:
        return given
    kind = os.environ.get("BLOCKCHAIN_TYPE", "ledger").strip().lower() or "ledger"
    if kind == "ledger":
        return ["disk:"]
    if kind == "ipfs":
        return ["disk:", f"ipfs://{os.environ.get('IPFS_HOST', '127.0.0.1')}:{os.environ.get('IPFS_PORT', '5001')}"]
    if kind == "fabric":
        path = os.environ.get("FABRIC_NETWORK_CONFIG", "")
        if not path:
            raise ImproperlyConfigured("BLOCKCHAIN_TYPE=fabric needs FABRIC_NETWORK_CONFIG, the path of a JSON file.")
        return ["disk:", f"fabric:?config={quote(path)}"]
    why = "A pretended registration proves nothing: " if kind == "mock" else ""
    raise ImproperlyConfigured(f"{why}BLOCKCHAIN_TYPE is one of ledger, ipfs, fabric; '{kind}' is not.")


def anchor_places() -> list[AnchorPlace]:
    """The anchors in use. Of several of one kind, the later ones bear the hash of their address in their name."""
    places: list[AnchorPlace] = []
    for url in anchor_addresses():
        place: AnchorPlace = connect(PROVIDERS, url)
        if any(place.name == other.name for other in places):
            place.name = f"{place.name}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
        places.append(place)
    return places
