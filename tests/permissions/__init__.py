"""Who may reach which address: one hand-written table."""
