"""Which actions only read."""

import re
from typing import Final

READS: Final = r"\.(open|open_history|open_line|open_study|prove|retrieve|list|search|export|read|view|download)$"
"""An action whose verb is one of these showed something and changed nothing."""

EMERGENCY_ACTS: Final = frozenset({"identity.break_glass", "identity.close_glass"})
"""The opening and closing of an emergency access itself."""


def is_read(action: str) -> bool:
    """Whether an action only showed something."""
    return re.search(READS, action) is not None
