"""Who may do what in information reporting."""
