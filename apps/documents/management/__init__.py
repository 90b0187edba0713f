"""Operators' verbs of 办文."""
