"""Logging: JSON lines with the correlation id."""

from typing import Any

LOGGING: dict[str, Any] = {"version": 1, "disable_existing_loggers": False}
