"""What happened to away notices and to complaints and suggestions: ids only."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AwayApproved(Event):
    """A notice is in force."""

    notice_id: int


@dataclass(frozen=True, kw_only=True)
class AwayEnded(Event):
    """An approved notice was taken back, or its person is back early."""

    notice_id: int


@dataclass(frozen=True, kw_only=True)
class SuggestionSaid(Event):
    """The author said something: an answer is awaited."""

    suggestion_id: int
    word_id: int


@dataclass(frozen=True, kw_only=True)
class SuggestionAnswered(Event):
    """The organ answered."""

    suggestion_id: int
    word_id: int
