"""Pages of notices and announcements."""
