"""Pages and API of treatments."""
