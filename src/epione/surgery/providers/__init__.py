"""Engines of surgery: the solver of plans."""
