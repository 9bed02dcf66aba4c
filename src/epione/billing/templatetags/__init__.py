"""Filters of the billing pages."""
