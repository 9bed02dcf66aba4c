"""The pages and calls of imaging."""
