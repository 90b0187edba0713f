"""Pages and acts of messaging."""
