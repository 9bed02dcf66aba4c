"""Tariffs, billable steps and their proofs."""
