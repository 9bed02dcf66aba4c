"""Durable jobs: a table, a worker, or a broker."""
