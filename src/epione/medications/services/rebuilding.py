"""Rebuilding the files of imported tables from the database: after a restore, or on a machine that joins."""

from epione.identity.public import require
from epione.kernel.actor import Actor
from epione.medications import queries

from .corrections import publish_corrections
from .storing import publish_all


def rebuild_catalogue(*, by: Actor) -> tuple[str, ...]:
    """Write every imported table, and the corrections, under `EPIONE_HOME/catalogue`; the names of what was written.

    Nothing of the record changes: these files only repeat what the database holds.
    """
    require(by, "medications:write")
    tables = publish_all()
    if queries.corrections():
        publish_corrections()
        tables = (*tables, "validated")
    return tables
