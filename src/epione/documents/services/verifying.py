"""Verifying a file that somebody brings: who signed, when, and whether it changed since."""

import hashlib
from uuid import UUID

from django.db import transaction

from epione.documents.domain.signing import Verification
from epione.documents.errors import NotVerifiable, VerifierBusy
from epione.documents.providers import timestamps
from epione.documents.providers.examination import examine
from epione.documents.providers.verification import Anchors, NotReadable
from epione.identity.public import require
from epione.kernel import clock
from epione.kernel.actor import Actor
from epione.kernel.sandbox import Busy
from epione.ledger.public import record

from .authority import revocation_lists, roots


def anchors_of(practice_id: UUID) -> Anchors:
    """What the practice trusts: its own roots, the timestamp authority it configured, its revoked certificates."""
    chosen = timestamps.configured()
    outside = [chosen.root] if isinstance(chosen, timestamps.OutsideAuthority) else []
    return Anchors(roots(practice_id), outside, revocation_lists(practice_id))


@transaction.atomic
def verify_file(*, content: bytes, by: Actor) -> Verification:
    """Verify a PDF against what the practice trusts; the file is not kept, the ledger notes that it was verified."""
    require(by, "documents:read")
    try:
        found = examine(content, anchors_of(by.practice_id), now=clock.now())
    except NotReadable as error:
        raise NotVerifiable from error
    except Busy as error:
        raise VerifierBusy from error
    record(
        action="documents.verify",
        by=by,
        entity=("file", hashlib.sha256(content).hexdigest()[:16]),
        after={"sha256": found.sha256, "signatures": len(found.verdicts), "valid": found.valid},
    )
    return found
