"""The content of a document as plain values."""
