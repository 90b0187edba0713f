"""Who sees what and what may be done with it."""
