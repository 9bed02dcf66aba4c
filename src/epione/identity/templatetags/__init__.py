"""Tags of the pages of identity."""
