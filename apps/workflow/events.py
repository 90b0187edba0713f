"""What happened to to-dos, reads and runs: ids only."""

from dataclasses import dataclass, field

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class TaskOpened(Event):
    """A to-do stands on a person's list; `is_return` when it was sent back."""

    task_id: int
    person_id: int
    matter_id: int
    is_return: bool = False


@dataclass(frozen=True, kw_only=True)
class TaskClosed(Event):
    """A to-do left a person's list: done, done by another, taken back or handed over."""

    task_id: int
    person_id: int
    matter_id: int


@dataclass(frozen=True, kw_only=True)
class RunFinished(Event):
    """A run came to its end or was terminated."""

    run_id: int
    matter_id: int


@dataclass(frozen=True, kw_only=True)
class TaskUrged(Event):
    """Somebody urges the holder of an open to-do."""

    task_id: int


@dataclass(frozen=True, kw_only=True)
class DeadlineMoved(Event):
    """The date of an open to-do has changed with the working calendar."""

    task_id: int


@dataclass(frozen=True, kw_only=True)
class ReadingSent(Event):
    """A matter was sent to people to read."""

    matter_id: int
    reading_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ReadingUrged(Event):
    """Somebody urges a person who has not read."""

    reading_id: int
