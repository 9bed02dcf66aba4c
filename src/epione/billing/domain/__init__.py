"""Tariffs by date and the rules of billable steps, as plain values."""
