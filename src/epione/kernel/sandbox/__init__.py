"""Untrusted bytes are handled in child processes that can be killed: decoders of images, parsers, foreign models.

    sandbox = Sandbox("epione.imaging.sandboxed", processes=2, memory=1 << 30)
    facts, [png] = sandbox.call("render", {"frame": 0}, content, seconds=10)

A child gets no setting, secret or database address: its environment is a short list, its memory, processor time and
open files are bounded, it writes no file. On Linux it also loses the network, its privileges and the sight of files
outside of the program, as far as the kernel allows it: `Sandbox.confinement` says what holds here. Where a measure does
not hold (macOS has few of them), the child runs as the user of the server and could open what that user may open, the
database included.
"""

from .errors import Busy as Busy
from .errors import Crashed as Crashed
from .errors import OutOfMemory as OutOfMemory
from .errors import Refused as Refused
from .errors import SandboxError as SandboxError
from .errors import TimedOut as TimedOut
from .pool import Sandbox as Sandbox

__all__ = ["Busy", "Crashed", "OutOfMemory", "Refused", "Sandbox", "SandboxError", "TimedOut"]
