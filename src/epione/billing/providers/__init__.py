"""Where the tables of tariffs come from."""
