"""Template tags of workflow."""
