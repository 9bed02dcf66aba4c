"""Pages and API of identity."""
