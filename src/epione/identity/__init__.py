"""Practices, people, their roles, their sign-in and their rights."""
