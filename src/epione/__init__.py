"""Epione: one patient record for every clinical workspace."""

__version__ = "0.1.0"
