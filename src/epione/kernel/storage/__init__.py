"""Encrypted blobs."""
