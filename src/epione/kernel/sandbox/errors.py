"""How a call in a child process can fail. Nothing of what was handled is repeated in any of them."""

from typing import Any


class SandboxError(Exception):
    """A call gave no answer; `code` is stable."""

    code: str = "sandbox"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)


class TimedOut(SandboxError):
    """The call did not answer in its seconds; the child was killed."""

    code = "timed_out"


class OutOfMemory(SandboxError):
    """The call needed more memory than it may use."""

    code = "out_of_memory"


class Crashed(SandboxError):
    """The child died, or answered what no child may answer."""

    code = "crashed"


class Busy(SandboxError):
    """Every child was at work for as long as the caller was ready to wait."""

    code = "busy"


class Refused(SandboxError):
    """The function refused what it was given.

    `code` is that of the exception raised in the child (its attribute `code`), or `failed` for an exception without
    one; then `kind` and `place` say which and where (class and line, never its message, which may hold data).
    """

    def __init__(self, code: str, *, kind: str = "", place: str = "", facts: dict[str, Any] | None = None) -> None:
        super().__init__(" ".join(filter(None, (code, kind, place))))
        self.code, self.kind, self.place, self.facts = code, kind, place, facts or {}
