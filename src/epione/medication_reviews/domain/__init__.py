"""The review engine: STOPP/START, findings, simulation."""
