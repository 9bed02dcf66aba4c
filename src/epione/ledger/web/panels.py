"""What the ledger says at the foot of each page and on the home page."""

from typing import Any

from django.urls import reverse

from epione.kernel.actor import Actor
from epione.kernel.kit.shell import LedgerLine, may
from epione.ledger.public import CheckpointHead, state


def line(actor: Actor) -> LedgerLine:
    """The state of the ledger; only those who may read it are led to it."""
    now = state()
    head = CheckpointHead.parse(now.checkpoint_note).root if now.checkpoint_note else b""
    url = reverse("ledger:list") if may(actor, "audit:read") else ""
    return LedgerLine(now.size, now.verified_at, head, url, now.sound is not False)


def panel(actor: Actor) -> dict[str, Any]:
    """The panel of the home page."""
    return {"line": line(actor)}
