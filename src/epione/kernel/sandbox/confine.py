"""What a child process gives up before it sees untrusted bytes. Each measure says whether it holds on this machine."""

import contextlib
import ctypes
import math
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from .landlock import only_the_program

OPEN_FILES = 64
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET of sched.h
NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS of linux/prctl.h
CAPSET, CAPABILITIES_V3 = {"x86_64": 126, "aarch64": 91}, 0x20080522  # linux/capability.h
GRACE = 3  # seconds past the deadline after which the child ends itself, should nobody kill it


def leave_the_network() -> bool:
    """Move to a network of its own without any interface. Before threads exist, hence before heavy imports."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.unshare(NEW_NETWORK) == 0 or libc.unshare(NEW_USER | NEW_NETWORK) == 0)


def settle(memory: int) -> dict[str, bool]:
    """Bound this process for good, after imports: `memory` bytes more than the program itself takes."""
    measures: dict[str, Callable[[], bool]] = {
        "first_to_be_killed": _first_to_be_killed,
        "no_core": lambda: _limit(resource.RLIMIT_CORE, 0),
        "open_files": lambda: _limit(resource.RLIMIT_NOFILE, OPEN_FILES),
        "no_writing": lambda: _limit(resource.RLIMIT_FSIZE, 0),
        "memory": lambda: _limit_memory(memory),
        "no_new_privileges": _no_new_privileges,
        "program_files_only": only_the_program,
        "no_capabilities": _drop_capabilities,
    }
    return {name: measure() for name, measure in measures.items()}


def begin_call(seconds: float) -> None:
    """Backstops of one call, for the case in which the parent cannot kill: processor time and a clock."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = math.ceil(used.ru_utime + used.ru_stime + seconds + GRACE)
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    signal.alarm(math.ceil(seconds) + GRACE)


def end_call() -> None:
    """The clock stops between calls."""
    signal.alarm(0)


def resident() -> int:
    """Bytes of memory that the process holds now; its highest so far where the system does not say (macOS)."""
    statm = Path("/proc/self/statm")
    try:
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _limit(what: int, value: int) -> bool:
    try:
        resource.setrlimit(what, (value, value))
    except (OSError, ValueError):
        return False
    return True


def _limit_memory(memory: int) -> bool:
    """Address space is what Linux bounds; macOS takes the call and does not hold to it."""
    if sys.platform != "linux":
        return False
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return _limit(resource.RLIMIT_AS, taken + memory)


def _first_to_be_killed() -> bool:
    """When the machine itself runs out of memory, the kernel ends a decoder rather than the server."""
    if sys.platform != "linux":
        return False
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800")
        return True
    return False


def _no_new_privileges() -> bool:
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None, use_errno=True).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0)


def _drop_capabilities() -> bool:
    """Give up what root, or a user namespace, would allow beyond a plain user."""
    number = CAPSET.get(os.uname().machine) if sys.platform == "linux" else None
    if number is None:
        return False
    head, none = (ctypes.c_uint32 * 2)(CAPABILITIES_V3, 0), (ctypes.c_uint32 * 6)()
    return bool(ctypes.CDLL(None, use_errno=True).syscall(number, head, none) == 0)
