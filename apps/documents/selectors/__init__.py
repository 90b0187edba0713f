"""Reads of 办文."""
