"""The one source of time, in UTC; people see Europe/Paris."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """The civil date in France."""
    return now().astimezone(PARIS).date()
