"""Where reference tables are read from: the pack that ships, and files an operator imports."""
