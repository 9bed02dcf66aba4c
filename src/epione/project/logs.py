"""Logs: one JSON object a line, with the correlation id, without what could identify a patient or open a door."""

import logging
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from epione.kernel.context import current_origin

ALLOWED_EXTRA = {"request_id", "status_code"}


def correlate(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Say which request, job or command the line belongs to."""
    correlation = current_origin().correlation_id
    if correlation:
        event.setdefault("correlation_id", correlation)
    return event


def without_messages(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its kinds and places: its message and its variables may quote a patient's data."""
    given = event.pop("exc_info", None)
    error = (
        given if isinstance(given, BaseException) else sys.exc_info()[1] if given is True else (given or [None] * 2)[1]
    )
    if error is not None:
        event["exception"] = [_outline(one) for one in _chain(error)]
    return event


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _outline(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"kind": type(error).__name__, "at": places[-12:]}


def plain_record(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Lines of other packages: their sentence, without arguments when these could be a request or a query."""
    record = event.pop("_record", None)
    event.pop("_from_structlog", None)
    if record is not None and record.name.startswith("django.db"):
        event["event"] = "database"
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    correlate,
]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED,
            "processors": [without_messages, plain_record, structlog.processors.JSONRenderer(ensure_ascii=False)],
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("EPIONE_LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "_granian": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        # It names the signers of the files that it verifies.
        "pyhanko": {"level": "CRITICAL"},
        "pyhanko_certvalidator": {"level": "CRITICAL"},
    },
}


def configure() -> None:
    """Send structlog through the standard library, so that every line is rendered in one place."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
