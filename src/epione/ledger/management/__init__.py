"""Commands of Django that the ledger changes."""
