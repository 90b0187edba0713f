"""Operators' verbs of integration."""
