"""The ledger's door: record a use case, read the audit store, prove."""

from .services import EntryRef, record, sequence

__all__ = ["EntryRef", "record", "sequence"]
