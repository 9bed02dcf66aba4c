"""Files outside of the program are out of sight (Landlock, Linux 5.13 and later; userspace-api/landlock)."""

import ctypes
import os
import struct
import sys
from pathlib import Path

CREATE, ADD, RESTRICT = 444, 445, 446  # the same numbers on x86-64 and arm64
VERSION = 1  # LANDLOCK_CREATE_RULESET_VERSION
# Per version of the interface: kinds of access to files that it knows (run, read, write, make, remove, ...).
FILE_ACCESS = {1: 13, 2: 14, 3: 15, 4: 15}
LATEST_FILE_ACCESS = 16
TCP, OTHER_PROCESSES = 0b11, 0b11  # bind and connect; abstract sockets and signals
READING = 1 << 0 | 1 << 2 | 1 << 3  # EXECUTE, READ_FILE, READ_DIR
BENEATH = 1  # LANDLOCK_RULE_PATH_BENEATH
SYSTEM = ("/usr", "/lib", "/lib64")
OWN_MEMORY_FIGURES = "/proc/self"


def only_the_program() -> bool:
    """From now on only interpreter, libraries and modules can be opened, for reading; nothing can be written."""
    if sys.platform != "linux" or sys.maxsize < 1 << 32:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    asked = _everything(libc.syscall(CREATE, None, ctypes.c_size_t(0), VERSION))
    rules = libc.syscall(CREATE, asked, ctypes.c_size_t(len(asked)), 0)
    if rules < 0:
        return False
    try:
        held = all(_allow(libc, rules, folder) for folder in program_folders())
        return held and libc.syscall(RESTRICT, rules, 0) == 0
    finally:
        os.close(rules)


def program_folders() -> list[str]:
    """Folders that a module imported late, or a library, may need."""
    named = {*SYSTEM, OWN_MEMORY_FIGURES, sys.prefix, sys.base_prefix, *sys.path}
    return sorted(folder for folder in named if folder and Path(folder).is_dir())


def _everything(version: int) -> bytes:
    """All that this kernel can refuse: `struct landlock_ruleset_attr`, as long as its version knows it."""
    files = (1 << FILE_ACCESS.get(version, LATEST_FILE_ACCESS)) - 1
    network, processes = TCP if version >= 4 else 0, OTHER_PROCESSES if version >= 6 else 0
    return struct.pack("<QQQ", files, network, processes)[: 24 if version >= 6 else 16 if version >= 4 else 8]


def _allow(libc: ctypes.CDLL, rules: int, folder: str) -> bool:
    opened = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        return bool(libc.syscall(ADD, rules, BENEATH, struct.pack("<Qi", READING, opened), 0) == 0)
    finally:
        os.close(opened)
