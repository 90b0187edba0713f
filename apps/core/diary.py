"""What stands in a person's calendar: every app with dates registers a source, the calendar's page draws them all.

`entries(actor, start, end)` gives what touches the stretch and concerns the actor, in a fixed number of statements.
`busy(person_ids, start, end)` says only when several people have something on, never what, likewise whatever their number.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.core.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing in somebody's day. A deadline has the same begin and end; `is_busy` ones clash with each other."""

    source: str
    title: str
    starts_at: datetime
    ends_at: datetime
    url: str = ""
    place: str = ""
    kind: str = ""
    is_busy: bool = True
    uid: str = ""

    @property
    def is_moment(self) -> bool:
        """Whether it is a deadline."""
        return self.ends_at <= self.starts_at


Source = Callable[[Actor, datetime, datetime], Sequence[Entry]]
_sources: dict[str, Source] = {}


def entries_from(name: str, source: Source) -> None:
    """Register a source; called from `ready()`."""
    _sources[name] = source


def entries_between(actor: Actor, start: datetime, end: datetime) -> list[Entry]:
    """All entries of the actor that touch the stretch, in order of time."""
    found = [entry for source in _sources.values() for entry in source(actor, start, end)]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.ends_at, entry.title))


def clashes(entries: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """Pairs of busy entries that share a moment, in order of time."""
    busy = sorted(
        (one for one in entries if one.is_busy and not one.is_moment), key=lambda one: one.starts_at
    )
    found = []
    for place, first in enumerate(busy):
        for second in busy[place + 1 :]:
            if second.starts_at >= first.ends_at:
                break
            found.append((first, second))
    return found


@dataclass(frozen=True, kw_only=True)
class Busy:
    """A stretch in which somebody has something on. `uid` tells its source which one it is, and is shown to nobody."""

    person_id: int
    starts_at: datetime
    ends_at: datetime
    uid: str = ""


BusySource = Callable[[Sequence[int], datetime, datetime], Iterable[Busy]]
_busy_sources: dict[str, BusySource] = {}


def busy_from(name: str, source: BusySource) -> None:
    """Register a source of what takes time; called from `ready()`."""
    _busy_sources[name] = source


def busy_between(person_ids: Sequence[int], start: datetime, end: datetime) -> list[Busy]:
    """When these people have something on within the stretch, whichever app it comes from."""
    people = list(dict.fromkeys(person_ids))
    return [one for source in _busy_sources.values() for one in source(people, start, end)] if people else []
