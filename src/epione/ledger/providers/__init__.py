"""Places outside the database that keep checkpoints, one file each, picked by `EPIONE_ANCHORS`."""
