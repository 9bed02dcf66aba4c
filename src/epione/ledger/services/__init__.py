"""Writes of the ledger."""

from .recording import EntryRef as EntryRef
from .recording import record as record
from .sequencing import sequence as sequence
