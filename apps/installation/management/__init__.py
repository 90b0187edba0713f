"""Operators' verbs of the set-up."""
