"""Transactional outbox and its dispatch."""
