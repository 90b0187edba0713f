"""Operators' verbs of audit."""
