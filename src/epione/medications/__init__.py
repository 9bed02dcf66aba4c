"""The French medicines catalogue and what is known between two of them."""
