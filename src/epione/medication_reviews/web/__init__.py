"""Pages and API of medication reviews."""
