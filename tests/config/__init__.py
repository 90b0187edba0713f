"""Set-up, the stack and its verbs."""
