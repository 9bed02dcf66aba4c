"""What a tree of processes has cost, read from /proc (proc_pid_stat(5)): processor time, memory."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(pid: int) -> list[int]:
    """A process and those below it."""
    parents = {int(stat.parent.name): int(fields[1]) for stat, fields in _all()}
    found, level = [pid], [pid]
    while level:
        level = [child for child, parent in parents.items() if parent in level]
        found += level
    return found


def processor(pid: int) -> float:
    """Seconds of processor time of a process and all below it, those that have ended included."""
    wanted = set(tree(pid))
    return sum(sum(map(int, fields[11:15])) for stat, fields in _all() if int(stat.parent.name) in wanted) / TICK


def resident(pid: int) -> dict[int, float]:
    """Megabytes in memory by process, those below `pid` included."""
    wanted = set(tree(pid))
    known = ((int(stat.parent.name), int(fields[21])) for stat, fields in _all())
    return {one: pages * PAGE / 1e6 for one, pages in known if one in wanted}


def _all() -> Iterator[tuple[Path, list[str]]]:
    """State and figures of every process, from its third field on."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            yield stat, stat.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it ended meanwhile
            continue


def quiet(pid: int, *, least: float = 1.0, most: float = 30.0) -> None:
    """Wait until a tree has done what it put off: it then uses less than a tenth of a processor."""
    until = time.monotonic() + most
    while time.monotonic() < until:
        before = processor(pid)
        time.sleep(least)
        if processor(pid) - before < least / 10:
            return


@contextmanager
def loopback_of_its_own() -> Iterator[list[str]]:
    """The words before a command that put it, and us, where nobody else can connect; needs the rights for it.

    Raises OSError when the machine does not allow it.
    """
    unshare, nsenter = shutil.which("unshare"), shutil.which("nsenter")
    if not unshare or not nsenter or os.geteuid() != 0:
        raise OSError("a network of its own needs root, unshare and nsenter")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "net"
        place.touch()
        made = subprocess.run(  # noqa: S603 -- our own words
            [unshare, f"--net={place}", "ip", "link", "set", "lo", "up"], capture_output=True, check=False
        )
        if made.returncode:
            raise OSError("this machine allows no network of its own")
        try:
            yield [nsenter, f"--net={place}"]
        finally:
            subprocess.run(["umount", str(place)], check=False, capture_output=True)  # noqa: S603, S607 -- as above
