"""The suite of Epione; its tree mirrors the code."""
