"""Checks of the house: its rules are tools, not prose."""
