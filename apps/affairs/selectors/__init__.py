"""Reads of personal affairs."""
