"""Tests mirror apps/; the cast lives in factories/world.py."""
