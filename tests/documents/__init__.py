"""Tests of 办文."""
