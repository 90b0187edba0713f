"""Pages of 办文."""
