"""Reads of information reporting."""
