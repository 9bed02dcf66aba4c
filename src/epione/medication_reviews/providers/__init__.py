"""Where the rules come from on disk."""
