"""Names of what this module tells the others, after commit."""

CREATED = "patients.created"
UPDATED = "patients.updated"
DELETED = "patients.deleted"
MERGED = "patients.merged"
ERASED = "patients.erased"
FACTS_ADDED = "patients.facts_added"
