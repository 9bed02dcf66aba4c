"""Envelope encryption, blind indexes and key providers."""
