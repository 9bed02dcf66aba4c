"""Updating the catalogue from the official source: everything is downloaded first, then imported together."""

import httpx
from django.db import transaction

from epione.kernel.actor import Actor
from epione.medications.errors import SourceUnreachable
from epione.medications.providers.official_site import UnreachableError, download

from .importing import ImportReport, import_table


def update_catalogue(*, by: Actor, client: httpx.Client | None = None) -> list[ImportReport]:
    """Import the official files of today; if one is missing or refused, nothing changes."""
    try:
        files = list(download(client))
    except UnreachableError as error:
        raise SourceUnreachable(address=error.address) from error
    with transaction.atomic():
        return [import_table(kind=table, content=content, file_name=name, by=by) for table, name, content in files]
