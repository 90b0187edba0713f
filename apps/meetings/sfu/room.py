"""Rooms: who is there, who is heard by whom, who speaks."""

import time
from dataclasses import dataclass, field
from typing import Any

from apps.meetings.sfu.member import Counts, Member, Tell
from apps.meetings.sfu.recorder import Recorder
from apps.meetings.sfu.tape import FULL, Shelf
from apps.meetings.sfu.track import Track
from apps.meetings.sfu.wire import Wire

SPEAKING = 70.0
MOST_SPEAKING = 3
HOLD_SECONDS = 1.0  # between two sentences somebody still speaks
KEPT_SECONDS = 120.0  # an empty room remembers whom it shut out for longer than a ticket lives


@dataclass
class Room:
    """Everybody of one meeting. `blocked`: sources the host has shut; `removed`: who may not come back.

    `recorded`: recordings that have ended, and in a word why.
    """

    name: str
    wire: Wire
    counts: Counts
    members: dict[str, Member] = field(default_factory=dict)
    blocked: set[tuple[str, str]] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    speakers: list[str] = field(default_factory=list)
    speaking: list[str] = field(default_factory=list)
    spoke_at: dict[str, float] = field(default_factory=dict)
    is_stale: bool = False
    emptied_at: float = field(default_factory=time.monotonic)
    recorder: Recorder | None = None
    recorded: dict[str, str] = field(default_factory=dict)

    def has(self, ssrc: int) -> bool:
        """Whether somebody sends under this number."""
        return any(ssrc in one.tracks for one in self.members.values())

    def live_tracks(self) -> list[Track]:
        """What can be heard and seen, by who came first."""
        return [track for one in self.members.values() for track in one.tracks.values() if track.is_live]

    def join(self, who: str, tell: Tell, *, speaks: bool) -> Member:
        """Come in; the same person's other window gives way."""
        if old := self.members.get(who):
            old.tell({"t": "replaced"})
            self.leave(old)
        member = self.members[who] = Member(self, who, tell, speaks=speaks)
        self.counts.joins += 1
        member.tell({"t": "joined", "me": who, "people": self.people()})
        if self.recorder is not None:
            member.tell({"t": "recording", "on": True})
        member.offer()
        self.is_stale = True
        return member

    def leave(self, member: Member) -> None:
        """Go; everybody else forgets what they sent."""
        if self.members.get(member.who) is not member:
            return
        del self.members[member.who]
        self.wire.forget(member.sends)
        self.wire.forget(member.hears)
        for one in self.members.values():
            for track in one.tracks.values():
                if member.hears in track.listeners:
                    track.listeners.remove(member.hears)
            for ssrc in member.tracks:
                one.hears.forget_stream(ssrc)
        self.emptied_at = time.monotonic()
        self.is_stale = True
        self.agree()

    def agree(self) -> None:
        """Everybody sends what the others decode; who is shown what follows."""
        changed = [one.agree() for one in list(self.members.values())]
        if any(changed):
            for one in list(self.members.values()):
                one.choose()

    def refresh(self) -> None:
        """Everybody hears who is here and is offered what there is now; once a tick, however much has changed."""
        if not self.is_stale:
            return
        self.is_stale = False
        line = {"t": "people", "people": self.people()}
        for one in list(self.members.values()):
            one.tell(line)
            one.offer()

    def record(self, name: str, agreed: frozenset[str], shelf: Shelf | None) -> str:
        """Record those who have agreed, from now on or as before; why not, empty when it is done."""
        if self.recorder is None or self.recorder.tape.name != name:
            if name in self.recorded or shelf is None:
                return self.recorded.get(name, "unfit")
            self.unrecord("stopped")
            try:
                self.recorder = Recorder(self, shelf.begin(name))
            except OSError as error:
                return "full" if error.errno in FULL else "failed"
            self._all_hear({"t": "recording", "on": True})
        self.recorder.agreed = agreed
        return ""

    def unrecord(self, why: str) -> None:
        """Stop, for good; nothing happens where nothing is recorded."""
        if self.recorder is not None:
            self.recorder.close()
            self.recorded[self.recorder.tape.name] = why
            self.recorder = None
            self._all_hear({"t": "recording", "on": False})

    def _all_hear(self, line: dict[str, Any]) -> None:
        for one in list(self.members.values()):
            one.tell(line)

    def taped(self, now: float, *, is_new_second: bool) -> None:
        """A tick of the recording."""
        if self.recorder is None:
            return
        self.recorder.follow(now)
        if is_new_second and (why := self.recorder.second()):
            self.unrecord(why)

    def is_over(self, now: float) -> bool:
        """Empty for so long that no ticket from before is still good."""
        return not self.members and self.recorder is None and now - self.emptied_at > KEPT_SECONDS

    def people(self) -> list[dict[str, Any]]:
        """Who is here with what is live and what is blocked."""
        return [
            {
                "who": one.who,
                "live": sorted(track.source for track in one.tracks.values() if track.is_live),
                "blocked": sorted(source for who, source in self.blocked if who == one.who),
            }
            for one in self.members.values()
        ]

    def live(self, member: Member, source: str, *, is_on: bool) -> None:
        """A member turns a source on or off. What the host shut stays shut."""
        track = member.track_of(source)
        if track is None or track.is_live == is_on:
            return
        if is_on and not member.may_turn():
            member.tell({"t": "slow", "source": source})
            return
        if is_on and track.is_blocked:
            member.tell({"t": "blocked", "source": source})
            return
        if is_on and source == "screen":
            for other in self.live_tracks():
                if other.source == "screen":
                    member.tell({"t": "busy", "source": "screen", "who": other.who})
                    return
        track.turn(is_on=is_on)
        self.is_stale = True

    def block(self, who: str, source: str, *, is_on: bool) -> None:
        """The host shuts a source, or lets it be opened again by its owner."""
        (self.blocked.add if is_on else self.blocked.discard)((who, source))
        member = self.members.get(who)
        track = member.track_of(source) if member else None
        if member is not None and track is not None:
            track.is_blocked = is_on
            if is_on:
                track.turn(is_on=False)
            member.tell({"t": "blocked" if is_on else "unblocked", "source": source})
        self.is_stale = True

    def quiet(self, people: list[str], source: str) -> None:
        """Turn a source off; its owners may turn it on again."""
        for who in people:
            member = self.members.get(who)
            track = member.track_of(source) if member else None
            if member is not None and track is not None and track.is_live:
                track.turn(is_on=False)
                member.tell({"t": "quieted", "source": source})
        self.is_stale = True

    def listen(self, now: float) -> None:
        """Who speaks, the loudest first when that changes; speakers move to the front of what is shown."""
        loud = [(track.loud(now), one.who) for one in self.members.values() if (track := one.track_of("mic"))]
        heard = [who for level, who in sorted(loud, reverse=True) if level > SPEAKING]
        self.spoke_at |= dict.fromkeys(heard, now)
        self.spoke_at = {
            who: at for who, at in self.spoke_at.items() if now - at < HOLD_SECONDS and who in self.members
        }
        held = [who for who in self.speaking if who in self.spoke_at]
        speaking = list(dict.fromkeys([*heard, *held]))[:MOST_SPEAKING]
        if {*speaking} == {*self.speaking}:
            return
        self.speaking = speaking
        self.speakers = list(dict.fromkeys([*speaking, *self.speakers]))[:50]
        for one in list(self.members.values()):
            one.tell({"t": "speaking", "who": speaking})
            one.choose()


def tidy(rooms: dict[str, Room], now: float | None = None, *, is_new_second: bool) -> list[Member]:
    """A tick over all rooms; members whose browser has gone silent, to be hung up on."""
    moment = time.monotonic() if now is None else now
    gone = []
    for room in list(rooms.values()):
        for member in list(room.members.values()):
            sends = member.sends.ticked(moment, is_new_second=is_new_second) or not member.tracks
            hears = member.hears.ticked(moment, is_new_second=is_new_second) or not member.slots
            if not (sends and hears):
                gone.append(member)
                continue
            for track in member.tracks.values():
                track.retry(moment)
            if is_new_second:
                member.second(moment)
        room.listen(moment)
        room.taped(moment, is_new_second=is_new_second)
        room.refresh()
        if room.is_over(moment):
            rooms.pop(room.name, None)
    return gone
