"""Plain medication knowledge: drugs, interactions, duplicates, scores."""
