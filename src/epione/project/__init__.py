"""Composition root: settings, addresses, roles and the command line."""
