"""The tamper-evident log of everything that is read or written."""
