"""Holders of the key-encryption key, one file each, picked by `EPIONE_KEYS_URL`."""
