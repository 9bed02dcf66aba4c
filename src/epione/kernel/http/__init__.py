"""Requests, answers, problem details, correlation."""
