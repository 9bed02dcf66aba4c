"""Which actions only read."""

from typing import Final

READS: Final = r"\.(open|open_history|open_line|list|search|export|read|view|download)$"
"""An action whose verb is one of these showed something and changed nothing."""
