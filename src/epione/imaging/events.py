"""Names of what this module tells the others, after commit."""

RECEIVED = "imaging.received"
RELEASED = "imaging.released"
