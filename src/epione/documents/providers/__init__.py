"""Formats: one file each; `render(content) -> bytes`."""
