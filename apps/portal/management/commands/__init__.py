"""Operators' verbs of the portal."""
