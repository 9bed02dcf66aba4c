"""The daily backup in the timetable of jobs; a worker runs it."""

from epione.kernel.clock import now
from epione.kernel.jobs.registry import SCHEDULES
from epione.kernel.models.jobs import Schedule

DAILY = "backup.daily"


def daily() -> Schedule:
    """The row of the daily backup: on unless somebody switched it off."""
    row, _ = Schedule.objects.get_or_create(name=DAILY, defaults={"next_run": SCHEDULES[DAILY].after(now())})
    return row


def switch(on: bool) -> None:
    """Switch it on or off; on again, it waits for the next time rather than running at once."""
    row = daily()
    row.enabled, row.next_run = on, SCHEDULES[DAILY].after(now())
    row.save(update_fields=["enabled", "next_run"])
