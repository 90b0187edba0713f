"""Operators' verbs of 办文, one command a module."""
