"""Doors of duty for people."""
