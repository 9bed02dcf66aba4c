"""Downloading the official files of the public medicines database."""

import os
from collections.abc import Iterator

import httpx

from epione.medications.domain.reading import MAX_BYTES
from epione.medications.domain.tables import TABLES

ADDRESS = "https://base-donnees-publique.medicaments.gouv.fr/download/file/"
# Codes are kept from the edition before and given by generic groups: groups come first, official codes last.
ORDER = (
    "generics",
    "composition",
    "presentations",
    "conditions",
    "availability",
    "specialities",
    "mitm",
    "smr",
    "asmr",
)


class UnreachableError(Exception):
    """The source did not answer, or not with a file."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def address_of(table: str) -> str:
    """Where a table's official file is (`EPIONE_BDPM_URL` names a mirror)."""
    return os.environ.get("EPIONE_BDPM_URL", ADDRESS).rstrip("/") + "/" + TABLES[table].official.name


def download(client: httpx.Client | None = None) -> Iterator[tuple[str, str, bytes]]:
    """Table, file name and content of each official file; `UnreachableError` at the first that does not come."""
    with client or httpx.Client(timeout=60, follow_redirects=True) as http:
        for table in ORDER:
            address = address_of(table)
            try:
                answer = http.get(address).raise_for_status()
            except httpx.HTTPError as error:
                raise UnreachableError(address) from error
            if "text/html" in answer.headers.get("content-type", "") or len(answer.content) > MAX_BYTES:
                raise UnreachableError(address)
            yield table, TABLES[table].official.name, answer.content
