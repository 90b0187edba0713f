"""Operators' verbs of files."""
