"""Pages and API of notifications."""
