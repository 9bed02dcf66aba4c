"""Pages of the registry of models."""
