"""Files whose transaction never committed."""

from datetime import timedelta
from uuid import UUID

from epione.kernel.clock import now
from epione.kernel.models.blobs import Blob

from .blobs import store

GRACE = timedelta(days=1)


def sweep(grace: timedelta = GRACE) -> int:
    """Delete stored files without a row, once older than any transaction could last; returns how many.

    The age is read from the name of the file (a UUIDv7 carries its time).
    """
    limit_ms = (now() - grace).timestamp() * 1000
    files, old = store(), {}
    for name in files.names():
        blob_id = UUID(name.rpartition("/")[2])
        if blob_id.int >> 80 < limit_ms:
            old[blob_id] = name
    known = set(Blob.objects.values_list("id", flat=True))
    orphans = [name for blob_id, name in old.items() if blob_id not in known]
    for name in orphans:
        files.delete(name)
    return len(orphans)
