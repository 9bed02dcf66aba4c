"""The catalogues of translations, compiled with Babel: no gettext of the system is needed."""

import logging
import os
import tempfile
from io import BytesIO
from pathlib import Path

logger = logging.getLogger(__name__)

PACKAGE = Path(__file__).resolve().parent.parent


def catalogues(root: Path = PACKAGE) -> list[Path]:
    """Every `.po` file of the product."""
    return sorted(root.glob("*/locale/*/LC_MESSAGES/*.po"))


def stale_catalogues(root: Path = PACKAGE) -> list[Path]:
    """Those whose `.mo` is missing or older."""
    return [source for source in catalogues(root) if _is_stale(source, source.with_suffix(".mo"))]


def _is_stale(source: Path, target: Path) -> bool:
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


def compile_catalogues(root: Path = PACKAGE) -> list[Path]:
    """Compile each catalogue that is stale; the new files are returned.

    A folder that cannot be written keeps what it has: that is said in the log, and pages fall back on English.
    """
    return [target for source in stale_catalogues(root) if (target := _compiled(source))]


def _compiled(source: Path) -> Path | None:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 -- slow import: a start with nothing to compile skips it
    from babel.messages.pofile import read_po  # noqa: PLC0415 -- as above

    compiled, target = BytesIO(), source.with_suffix(".mo")
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=source.parent.parent.name))
    try:
        _replace(target, compiled.getvalue())
    except OSError as error:
        logger.warning("Cannot write the translations %s: %s", target, error.strerror)
        return None
    return target


def _replace(target: Path, content: bytes) -> None:
    """Write beside, then rename: two processes that start together never read half a file."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".mo")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(target)
