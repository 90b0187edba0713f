"""What happened to away notices: ids only."""

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
