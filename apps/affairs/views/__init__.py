"""Pages of personal affairs."""
