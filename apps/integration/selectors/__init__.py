"""Reads of systems and of what they brought."""
