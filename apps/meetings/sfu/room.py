"""Rooms and their members: who sends what, who hears and sees whom."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from apps.meetings.sfu import rtcp, rtp, sdp
from apps.meetings.sfu.track import Track
from apps.meetings.sfu.wire import Wire

SOURCES = {"mic": "audio", "camera": "video", "screen": "video"}
LAST_VIDEOS = 12
MOST_RESENT = 800  # a second to one listener
SPEAKING = 70.0
POOR, GOOD = 0.1, 0.02
MOST_TURNS = 6  # on and off, a second from one member
KEPT_SECONDS = 120.0  # an empty room remembers whom it shut out for longer than a ticket lives

Tell = Callable[[dict[str, Any]], None]


@dataclass
class Slot:
    """A place in what a member is offered; empty ones are used again."""

    kind: str
    track: Track | None


@dataclass
class Counts:
    """What the server has done since its start, in packets."""

    packets_in: int = 0
    packets_out: int = 0
    resent: int = 0
    foreign: int = 0
    joins: int = 0
    lost: int = 0
    refused: int = 0

    def met_foreign(self) -> None:
        """A packet of a stream nobody offered."""
        self.foreign += 1


class Member:
    """One browser in a room. `videos`: how many cameras it is sent at once; falls when its line is poor."""

    def __init__(self, room: "Room", who: str, tell: Tell, *, speaks: bool) -> None:
        self.room, self.who, self.tell, self.speaks = room, who, tell, speaks
        foreign = room.counts.met_foreign
        self.sends = room.wire.leg(
            on_rtp=self._rtp, on_rtcp=self._sender_told, on_up=lambda: None, on_foreign=foreign
        )
        self.hears = room.wire.leg(
            on_rtp=lambda _: None, on_rtcp=self._listener_told, on_up=self._listens, on_foreign=foreign
        )
        self.tracks: dict[int, Track] = {}
        self.slots: list[Slot] = []
        self.wanted: list[str] = []
        self.shown: list[str] = []
        self._offered: list[Track | None] = []
        self.videos = LAST_VIDEOS
        self._version = 0
        self._is_asking = self._asks_again = False
        self._loss: list[float] = []
        self._videos_changed_at = 0.0
        self._resent = 0
        self._turns = 0

    def may_turn(self) -> bool:
        """Each turn is told to everybody: not too often."""
        self._turns += 1
        return self._turns <= MOST_TURNS

    def track_of(self, source: str) -> Track | None:
        """The member's track of a source."""
        return next((one for one in self.tracks.values() if one.source == source), None)

    def publish(self, text: str, labels: dict[str, str]) -> str:
        """Take what the browser offers to send; the answer. Raises `sdp.SdpRefused`."""
        if not self.speaks:
            raise sdp.SdpRefused("may only listen")
        if self.tracks:
            raise sdp.SdpRefused("offered twice")
        offer = sdp.read_offer(text)
        for section in offer.sections:
            source = labels.get(section.mid, "")
            if SOURCES.get(source) != section.kind:
                raise sdp.SdpRefused("unknown source")
            if self.room.has(section.ssrc):
                raise sdp.SdpRefused("stream taken")
        self.sends.vouched(offer.fingerprint)
        for section in offer.sections:
            track = Track(self.who, labels[section.mid], section, self.sends)
            track.is_blocked = (self.who, track.source) in self.room.blocked
            self.tracks[section.ssrc] = track
        self.sends.streams = frozenset(self.tracks)
        return sdp.write_answer(offer, self.room.wire.local(self.sends))

    def _rtp(self, packet: bytes) -> None:
        counts = self.room.counts
        counts.packets_in += 1
        track = self.tracks.get(rtp.ssrc_of(packet)) if rtp.is_rtp(packet) else None
        if track is None:
            counts.foreign += 1
            return
        counts.packets_out += track.take(packet)

    def _sender_told(self, packet: bytes) -> None:
        for report in rtcp.read(packet).senders:
            track = self.tracks.get(int.from_bytes(report[4:8], "big"))
            if track is not None:
                track.sender_heard(report)

    def _listener_told(self, packet: bytes) -> None:
        heard = rtcp.read(packet)
        mine = {slot.track.ssrc: slot.track for slot in self.slots if slot.track is not None}
        for ssrc in heard.pictures:
            if ssrc in mine:
                mine[ssrc].ask_picture()
        for ssrc, sequences in heard.lost.items():
            left = max(0, MOST_RESENT - self._resent)
            if ssrc in mine and left and self.hears in mine[ssrc].listeners:
                found = mine[ssrc].resend(self.hears, sequences[:left])
                self._resent += found
                self.room.counts.resent += found
        self._loss += [
            share for ssrc, share in heard.loss.items() if ssrc in mine and mine[ssrc].kind == "video"
        ]

    def _listens(self) -> None:
        for slot in self.slots:
            if slot.track is not None and self.hears in slot.track.listeners:
                slot.track.ask_picture(at_once=True)

    def offer(self) -> None:
        """Offer all live tracks of the others, one round at a time; nothing when they are the same as before."""
        if self._is_asking:
            self._asks_again = True
            return
        wanted = [one for one in self.room.live_tracks() if one.who != self.who]
        for slot in self.slots:
            if slot.track is not None and slot.track not in wanted:
                slot.track = None
        placed = [slot.track for slot in self.slots]
        for track in wanted:
            if track not in placed:
                self._place(track)
        filled = [slot.track for slot in self.slots]
        if filled != self._offered:
            self._offered = filled
            self._is_asking = True
            self._version += 1
            self.tell({"t": "offer", "sdp": self._described(), "tracks": self._named()})

    def _described(self) -> str:
        lines = [
            sdp.Line(slot.kind, None, "")
            if slot.track is None
            else sdp.Line(slot.kind, slot.track.ssrc, f"{slot.track.who}-{slot.track.source}")
            for slot in self.slots
        ]
        return sdp.write_offer(self._version, lines, self.room.wire.local(self.hears))

    def _named(self) -> list[dict[str, str]]:
        return [
            {"mid": str(place), "who": slot.track.who, "source": slot.track.source}
            for place, slot in enumerate(self.slots)
            if slot.track is not None
        ]

    def _place(self, track: Track) -> None:
        free = next((slot for slot in self.slots if slot.track is None and slot.kind == track.kind), None)
        if free is None:
            self.slots.append(Slot(track.kind, track))
        else:
            free.track = track

    def answered(self, fingerprint: str) -> None:
        """The browser took the offer. Raises `sdp.SdpRefused` for an answer to nothing or another certificate."""
        named = sdp.fingerprint_of(f"a=fingerprint:sha-256 {fingerprint}")
        if not self._is_asking or (self.hears.fingerprint and self.hears.fingerprint != named):
            raise sdp.SdpRefused("answers nothing")
        self._is_asking = False
        self.choose()
        self.hears.vouched(named)
        if self._asks_again:
            self._asks_again = False
            self.offer()

    def choose(self) -> None:
        """All sound, all screens, and as many cameras as the line takes: those looked at, those who speak, those who came first."""
        cameras = [
            slot.track for slot in self.slots if slot.track is not None and slot.track.source == "camera"
        ]
        order = [*self.wanted, *self.room.speakers]
        rank = {who: place for place, who in reversed(list(enumerate(order)))}
        cameras.sort(key=lambda one: rank.get(one.who, len(order)))
        chosen = cameras[: self.videos]
        for slot in self.slots:
            track = slot.track
            if track is None:
                continue
            listens, should = self.hears in track.listeners, track.source != "camera" or track in chosen
            if should and not listens:
                track.listeners.append(self.hears)
                track.ask_picture(at_once=True)
            elif listens and not should:
                track.listeners.remove(self.hears)
        shown = sorted(one.who for one in chosen)
        if shown != self.shown:
            self.shown = shown
            self.tell({"t": "shown", "who": shown})

    def second(self, now: float) -> None:
        """Once a second: report, and send fewer cameras over a poor line."""
        self._resent = self._turns = 0
        for track in self.tracks.values():
            track.report()
        loss, self._loss = (sum(self._loss) / len(self._loss) if self._loss else 0.0), []
        before = self.videos
        if loss > POOR and now - self._videos_changed_at > 4:
            self.videos = max(1, self.videos // 2)
        elif loss < GOOD and now - self._videos_changed_at > 6:
            self.videos = min(LAST_VIDEOS, self.videos + 1)
        if self.videos != before:
            self._videos_changed_at = now
            self.choose()


@dataclass
class Room:
    """Everybody of one meeting. `blocked`: sources the host has shut; `removed`: who may not come back."""

    name: str
    wire: Wire
    counts: Counts
    members: dict[str, Member] = field(default_factory=dict)
    blocked: set[tuple[str, str]] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    speakers: list[str] = field(default_factory=list)
    speaking: list[str] = field(default_factory=list)
    is_stale: bool = False
    emptied_at: float = field(default_factory=time.monotonic)

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

    def refresh(self) -> None:
        """Everybody hears who is here and is offered what there is now; once a tick, however much has changed."""
        if not self.is_stale:
            return
        self.is_stale = False
        line = {"t": "people", "people": self.people()}
        for one in list(self.members.values()):
            one.tell(line)
            one.offer()

    def is_over(self, now: float) -> bool:
        """Empty for so long that no ticket from before is still good."""
        return not self.members and now - self.emptied_at > KEPT_SECONDS

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
        """Who speaks now; speakers move to the front of what is shown."""
        loud = [(track.loud(now), one.who) for one in self.members.values() if (track := one.track_of("mic"))]
        speaking = [who for level, who in sorted(loud, reverse=True) if level > SPEAKING][:3]
        if speaking == self.speaking:
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
        room.refresh()
        if room.is_over(moment):
            rooms.pop(room.name, None)
    return gone
