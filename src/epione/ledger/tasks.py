"""Work of the ledger that starts by itself."""

from typing import Any
from uuid import UUID

from epione.kernel.jobs import Progress, schedule, task

from .services import make_checkpoint, verify


@task("ledger.checkpoint")
def checkpoint(progress: Progress, *, practice_id: UUID | None) -> dict[str, Any]:
    """Sign and anchor the head of the log."""
    del progress, practice_id  # one short step, for the whole installation
    made = make_checkpoint()
    return {"size": made.size, "anchored": made.anchored, "failed": made.failed}


@task("ledger.verify")
def verification(progress: Progress, *, practice_id: UUID | None, full: bool = False) -> dict[str, Any]:
    """Verify the ledger; the outcome is shown on the audit page and by `epione ledger verify`."""
    del progress, practice_id  # it cannot be cancelled half way, and concerns the whole installation
    report = verify(full=full)
    return {"sound": report.sound, "size": report.size, "first_bad": report.first_bad}


schedule("ledger.checkpoint", task="ledger.checkpoint", hourly=5)
schedule("ledger.verify", task="ledger.verify", daily="03:30", payload={"full": True})
