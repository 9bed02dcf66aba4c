"""Places where encrypted files lie, one file each, picked by `EPIONE_STORAGE_URL`."""
