"""Medication review (bilan partagé de médication): analysis, decisions, documents, follow-up."""
