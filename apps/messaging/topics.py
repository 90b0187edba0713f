"""Live topics of messaging: one per conversation, heard by its members alone."""

PREFIX = "chat."


def topic_of(conversation_id: int) -> str:
    """Topic of a conversation's entries."""
    return f"{PREFIX}{conversation_id}"


def conversation_of(topic: str) -> int:
    """The conversation a topic belongs to."""
    return int(topic.removeprefix(PREFIX))
