"""Operators' verbs of safekeeping."""
