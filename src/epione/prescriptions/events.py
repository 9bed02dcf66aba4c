"""Names of what this module tells the others, after commit."""

CHANGED = "prescriptions.changed"
VALIDATED = "prescriptions.validated"
