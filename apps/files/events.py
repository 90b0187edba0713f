"""What the files app tells."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class FileReceived(Event):
    """All bytes of an upload are here; it waits to be inspected."""

    file_id: int


@dataclass(frozen=True, kw_only=True)
class FileReady(Event):
    """A file may leave the house; its page images can be made."""

    file_id: int
