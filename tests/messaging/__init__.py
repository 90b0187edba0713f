"""Messaging: conversations, messages, who has read, what reaches whom."""
