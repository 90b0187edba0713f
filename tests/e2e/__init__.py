"""The whole platform, used in a real browser the way people use it."""
