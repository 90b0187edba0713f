"""Refusals of messaging."""

from apps.core.errors import Conflict, ValidationFailed


class NotAMember(Conflict):
    """The person is no longer in the conversation."""

    code = "not_a_member"


class MarkedText(ValidationFailed):
    """A secrecy mark stands in the text."""

    code = "marked_text"
