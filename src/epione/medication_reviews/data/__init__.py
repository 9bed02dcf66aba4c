"""Rules that ship with the module, and their compiled form."""
