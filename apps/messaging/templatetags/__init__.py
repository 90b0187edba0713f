"""Presentation of messaging."""
