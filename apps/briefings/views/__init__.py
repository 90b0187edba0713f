"""Pages of information reporting."""
