"""Pages and API of exchanges of records."""
