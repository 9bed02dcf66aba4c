"""Adapters of the packages that do the work of sign-in: passwords, lockout, factors, Pro Santé Connect."""
