"""Plain knowledge of a treatment: posology, lines, intervals."""
