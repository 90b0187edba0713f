"""Pages of the first set-up."""
