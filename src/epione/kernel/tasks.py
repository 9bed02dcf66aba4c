"""Work of the kernel that starts by itself."""

import os
from typing import Any
from uuid import UUID

from epione.kernel.backup import create, verify
from epione.kernel.jobs import Progress, schedule, task
from epione.kernel.storage import sweep


@task("backup.create")
def back_up(progress: Progress, *, practice_id: UUID | None) -> dict[str, Any]:
    """Make the daily backup, and read it back."""
    del practice_id  # a backup is of the whole installation
    made = create()
    progress.step(1, 2, made.path.name)
    report = verify(made.path)
    return {"name": made.path.name, "size": made.size, "sound": report.sound, "pruned": len(made.pruned)}


@task("storage.sweep")
def sweep_files(progress: Progress, *, practice_id: UUID | None) -> dict[str, Any]:
    """Delete the files whose transaction never committed."""
    del progress, practice_id  # one step, for the whole installation
    return {"deleted": sweep()}


schedule("backup.daily", task="backup.create", daily=os.environ.get("EPIONE_BACKUP_AT", "02:30"))
schedule("storage.sweep", task="storage.sweep", daily="04:10")
