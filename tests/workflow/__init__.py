"""Workflow: the engine's laws, verbs, lists."""
