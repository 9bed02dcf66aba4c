"""Names of what this module tells the others, after commit."""

VALIDATED = "documents.validated"
SIGNED = "documents.signed"
