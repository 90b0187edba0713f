"""The media server as browsers and Django meet it: a process of its own, spoken to over the wire."""

import json
import socket
import time
from collections.abc import Iterator

import pytest

from apps.meetings.media import Embedded
from apps.meetings.sfu import rtcp, sdp
from apps.meetings.sfu.door import Server
from apps.meetings.sfu.leg import Identity
from apps.meetings.sfu.member import LAST_VIDEOS, POOR_SECONDS, Counts
from apps.meetings.sfu.room import KEPT_SECONDS, Room, tidy
from apps.meetings.sfu.ticket import issue, read
from apps.meetings.sfu.wire import Wire
from config.stack.media import Media
from tests.helpers.depth import first_quick
from tests.helpers.media import Bot, fingerprint_of, media_server

WHOLE_PICTURE, PART_OF_PICTURE = b"\x10\x00", b"\x10\x01"  # VP8


@pytest.fixture(scope="module")
def media() -> Iterator[Media]:
    """One server for the module; every test has a room of its own."""
    with media_server() as running:
        yield running


def control(media: Media) -> Embedded:
    """Django's end."""
    host, port = media.control.getsockname()[:2]
    return Embedded(f"{host}:{port}", media.secret)


def pair(media: Media, room: str, *, is_tcp: bool = False) -> tuple[Bot, Bot]:
    """One who sends sound and pictures, one who hears them."""
    speaker, listener = Bot(media, "1", room=room, is_tcp=is_tcp), Bot(media, "2", room=room, is_tcp=is_tcp)
    speaker.publish()
    listener.hear("people")
    for source in ("mic", "camera"):
        speaker.live(source)
        while len(listener.hear("offer")["tracks"]) < (1 if source == "mic" else 2):
            continue
    listener.hear("shown")
    time.sleep(0.2)
    return speaker, listener


def test_packets_reach_the_others_unchanged(media: Media) -> None:
    """Sound and pictures go on with their stream and their numbers; the server's certificate is the one it named."""
    speaker, listener = pair(media, "plain")
    for number in range(1, 21):
        speaker.send("mic", number)
        speaker.send("camera", number)
    heard = listener.heard()
    assert sorted(heard) == [(1001, one) for one in range(1, 21)] + [(2001, one) for one in range(1, 21)]
    assert listener.hears is not None
    assert fingerprint_of(listener.hears)
    speaker.leave()
    listener.leave()


def test_what_a_listener_lost_is_sent_again(media: Media) -> None:
    """NACK: exactly the packets asked for come once more."""
    speaker, listener = pair(media, "lost")
    for number in range(1, 11):
        speaker.send("camera", number)
    assert listener.hears is not None
    assert listener.hears.tx is not None
    listener.hears.lose()
    listener.hears.socket.send(listener.hears.tx.protect_rtcp(rtcp.resend_asked(2001, [3, 4, 9])))
    assert sorted(listener.heard(0.5)) == [(2001, 3), (2001, 4), (2001, 9)]


def test_what_the_server_lost_it_asks_for(media: Media) -> None:
    """A gap on the way in is asked for at once, and again until it comes."""
    speaker, listener = pair(media, "gap")
    for number in (1, 2, 5):
        speaker.send("camera", number)
    assert speaker.sends is not None
    asked: set[int] = set()
    for packet in speaker.sends.told(0.5):
        asked |= set(rtcp.read(packet).lost.get(2001, []))
    assert asked == {3, 4}
    for number in (3, 4):
        speaker.send("camera", number)
    assert sorted(number for _, number in listener.heard(0.5)) == [1, 2, 3, 4, 5]


def test_a_shut_source_is_heard_by_nobody(media: Media) -> None:
    """The server drops the packets whatever the browser does; opening again is the owner's."""
    speaker, listener = pair(media, "shut")
    control(media).apply("shut", "block", who="1", source="mic")
    assert speaker.hear("blocked")["source"] == "mic"
    speaker.live("mic")
    speaker.hear("blocked")
    for number in range(1, 6):
        speaker.send("mic", number)
        speaker.send("camera", number)
    assert {stream for stream, _ in listener.heard(0.5)} == {2001}
    control(media).apply("shut", "unblock", who="1", source="mic")
    speaker.hear("unblocked")
    speaker.live("mic")
    listener.hear("offer")
    listener.hear("offer")
    time.sleep(0.3)
    speaker.send("mic", 9)
    assert (1001, 9) in listener.heard(0.5)


def test_a_stream_that_was_not_offered_is_dropped(media: Media) -> None:
    """Nobody speaks under another's number; two may not offer the same one."""
    speaker, listener = pair(media, "forged")
    speaker.send("mic", 1, ssrc=4242)
    speaker.send("mic", 2)
    assert listener.heard(0.5) == [(1001, 2)]
    listener.ssrcs = {"mic": 1001, "camera": 2001}
    with pytest.raises(AssertionError, match="stream taken"):
        listener.publish()


def test_a_ticket_is_good_once_and_not_for_long(media: Media) -> None:
    """Used, expired or forged ones are refused in a word."""
    text = issue(media.secret, room="once", who="1", now=time.time(), speaks=True)
    assert Bot(media, "1", token=text).hear("joined")["me"] == "1"
    assert Bot(media, "1", token=text).hear("refused")["why"] == "used"
    old = issue(media.secret, room="once", who="1", now=time.time() - 100, speaks=True)
    assert Bot(media, "1", token=old).hear("refused")["why"] == "expired"
    assert Bot(media, "1", token="x" + text).hear("refused")["why"] == "unsigned"


def test_who_was_removed_does_not_come_back(media: Media) -> None:
    """Not even with a ticket from before; let in again, the door is open."""
    kept = issue(media.secret, room="out", who="2", now=time.time(), speaks=True)
    first = Bot(media, "1", room="out")
    first.hear("joined")
    second = Bot(media, "2", room="out")
    second.hear("joined")
    assert control(media).apply("out", "remove", who="2") == ["1"]
    assert second.hear("removed")["t"] == "removed"
    assert second.hear("anything")["t"] == "gone"
    assert Bot(media, "2", token=kept).hear("refused")["why"] == "removed"
    control(media).apply("out", "readmit", who="2")
    assert Bot(media, "2", room="out").hear("joined")["me"] == "2"


def test_a_second_window_takes_the_place_of_the_first(media: Media) -> None:
    """One person, one place; the old window is told why it ends."""
    first = Bot(media, "1", room="twice")
    first.hear("joined")
    second = Bot(media, "1", room="twice")
    assert second.hear("joined")["t"] == "joined"
    assert first.hear("replaced")["t"] == "replaced"
    assert control(media).apply("twice", "roster") == ["1"]


def test_the_end_is_told_to_all(media: Media) -> None:
    """Everybody hears the word and is hung up on."""
    bots = [Bot(media, str(one), room="end") for one in (1, 2, 3)]
    for bot in bots:
        bot.hear("joined")
    assert control(media).apply("end", "end") == []
    assert [bot.hear("ended")["t"] for bot in bots] == ["ended"] * 3
    assert control(media).apply("end", "roster") == []


def test_who_speaks_is_known(media: Media) -> None:
    """Loudness in the headers makes a speaker within a second; silence unmakes one."""
    speaker, listener = pair(media, "speaks")
    for number in range(1, 40):
        speaker.send("mic", number, level=5)
        time.sleep(0.01)
    assert listener.hear("speaking")["who"] == ["1"]
    assert listener.hear("speaking")["who"] == []


def test_nonsense_ends_only_its_own_connection(media: Media) -> None:
    """No JSON, no object, an endless line, noise on the port: the server goes on."""
    for noise in (b"\xff\xfe\n", b"[1]\n", b"x" * 300_000 + b"\n", b"{}\n"):
        with socket.create_connection(media.control.getsockname()[:2], 5) as wire:
            wire.sendall(noise)
            wire.settimeout(5)
            assert b"joined" not in wire.recv(4096)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for size in (1, 20, 200, 1400):
            stranger.sendto(bytes(range(256)) * 6, ("127.0.0.1", media.port))
            stranger.sendto(b"\0" * size, ("127.0.0.1", media.port))
    bot = Bot(media, "1", room="noise")
    bot.hear("joined")
    bot.say({"t": "publish", "sdp": "v=0", "labels": {}})
    assert bot.hear("refused")["why"]
    bot.wire.sendall(json.dumps({"t": "live", "source": ["odd"]}).encode() + b"\n")
    bot.say({"t": "dance"})
    assert bot.hear("refused")["why"] == "unknown"
    assert control(media).apply("noise", "roster") == ["1"]


def test_where_udp_is_blocked_the_same_port_serves_tcp(media: Media) -> None:
    """Both ends over TCP, and one over each: packets arrive in order, and what was lost before the server is not asked for."""
    speaker, listener = pair(media, "tcp", is_tcp=True)
    for number in range(1, 21):
        speaker.send("camera", number)
    assert listener.heard(0.5) == [(2001, one) for one in range(1, 21)]
    udp = Bot(media, "3", room="tcp")
    while len(udp.hear("offer")["tracks"]) < 2:
        continue
    udp.hear("shown")
    time.sleep(0.2)
    speaker.send("camera", 21)
    assert (2001, 21) in udp.heard(0.5)
    for bot in (speaker, listener, udp):
        bot.leave()


def test_who_connects_and_says_nothing_is_let_go(media: Media) -> None:
    """A connection that is no member's, and one whose packets are too long, end; others are not disturbed."""
    with socket.create_connection(("127.0.0.1", media.port), 5) as wire:
        wire.sendall(b"\xff\xff" + b"x" * 100)
        wire.settimeout(5)
        assert wire.recv(10) == b""


@pytest.mark.long
def test_forged_numbers_leave_nothing_behind(media: Media) -> None:
    """Thousands of streams nobody offered are dropped before they are decrypted; the honest one goes on."""
    speaker, listener = pair(media, "numbers")
    before = control(media).stats()["foreign"]
    for number in range(1500):
        speaker.send("mic", number, ssrc=900_000 + number)
    time.sleep(1.2)
    assert control(media).stats()["foreign"] - before >= 1000
    speaker.send("mic", 2000)
    assert (1001, 2000) in listener.heard(0.5)
    speaker.leave()
    listener.leave()


def test_an_oversized_offer_is_refused_in_a_word(media: Media) -> None:
    """Too many media, too much text: the member stays and may offer anew."""
    bot = Bot(media, "1", room="large")
    bot.hear("joined")
    for text in ("v=0\r\n" + "m=audio 9 X 1\r\n" * 40, "v=0\r\n" + "a=x\r\n" * 15_000):
        bot.say({"t": "publish", "sdp": text, "labels": {}})
        assert bot.hear("refused")["why"] in {"number of media", "too long"}
    bot.publish()
    bot.leave()


def test_a_flood_from_one_machine_does_not_keep_others_out(media: Media) -> None:
    """Checks beyond the limit are dropped unread; a member who was there goes on being heard."""
    speaker, listener = pair(media, "flood")
    assert speaker.sends is not None
    before = control(media).stats()["dropped"]
    forged = speaker.sends.check()[:-20] + b"\0" * 20
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(3000):
            stranger.sendto(forged, ("127.0.0.1", media.port))
    speaker.send("mic", 5)
    assert (1001, 5) in listener.heard(0.5)
    assert control(media).stats()["dropped"] > before
    speaker.leave()
    listener.leave()


def test_turning_on_and_off_without_end_is_slowed_down(media: Media) -> None:
    """Each turn is told to everybody: after a few in a second the source stays off, and its owner hears why."""
    bot = Bot(media, "1", room="turns")
    bot.publish()
    for _ in range(12):
        bot.live("mic")
        bot.live("mic", is_on=False)
    assert bot.hear("slow")["source"] == "mic"
    bot.leave()


def test_a_deep_line_ends_only_its_own_connection(media: Media) -> None:
    """Nesting without end is no reason to fall over."""
    bot = Bot(media, "1", room="deep")
    bot.hear("joined")
    bot.wire.sendall(b"[" * 100_000 + b"\n")
    assert bot.hear("refused")["t"] == "gone"
    assert Bot(media, "1", room="deep").hear("joined")["me"] == "1"


def test_a_full_room_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last place is given once; who is inside already may come back by another window. An empty room is forgotten in time."""
    monkeypatch.setattr("apps.meetings.sfu.door.MOST_MEMBERS", 1)
    server = Server(Wire(Identity(), host="127.0.0.1", port=1), "secret")
    room = server.rooms["9"] = Room("9", server.wire, server.counts)
    member = room.join("1", lambda _: None, speaks=True)

    def refusal(who: str) -> str:
        text = issue("secret", room="9", who=who, now=time.time())
        return server.refusal(read("secret", text, now=time.time()))

    assert [refusal("2"), refusal("1")] == ["full", ""]
    room.leave(member)
    room.removed.add("2")
    now = time.monotonic()
    tidy(server.rooms, now + 60, is_new_second=True)
    assert refusal("2") == "removed"
    tidy(server.rooms, now + KEPT_SECONDS + 1, is_new_second=True)
    assert server.rooms == {}


@pytest.mark.long
def test_a_picture_is_asked_for_until_it_begins(media: Media) -> None:
    """A request may be lost or come too soon for the camera: it is repeated, and no more when a whole picture has begun."""
    speaker, listener = pair(media, "asked")
    assert speaker.sends is not None

    def asked(seconds: float) -> int:
        return (
            sum(rtcp.read(one).pictures.count(2001) for one in speaker.sends.told(seconds))
            if speaker.sends
            else 0
        )

    speaker.send("camera", 1, first=PART_OF_PICTURE)
    assert 2 <= asked(1.2) <= 5
    speaker.send("camera", 2, first=WHOLE_PICTURE)
    time.sleep(0.1)
    asked(0.3)
    assert asked(0.8) == 0
    speaker.leave()
    listener.leave()


@pytest.mark.long
def test_a_terminal_that_knows_only_h264_is_spoken_to_in_h264(media: Media) -> None:
    """Browsers send VP8 until somebody comes who cannot decode it; the same streams are offered anew, nobody has to look again."""
    speaker, listener = Bot(media, "1", room="codec"), Bot(media, "2", room="codec")
    assert [one.publish(("vp8", "h264")) for one in (speaker, listener)] == ["vp8", "vp8"]
    terminal = Bot(media, "3", room="codec")
    assert terminal.publish(("h264",)) == "h264"
    assert speaker.hear("codec")["codec"] == "h264"
    assert speaker.publish(("vp8", "h264")) == "h264"
    speaker.live("camera")
    for one in (listener, terminal):
        while not one.hear("offer")["tracks"]:
            continue
        assert one.hear("shown") == {"t": "shown", "who": ["1"], "foreign": []}
    time.sleep(0.2)
    speaker.send("camera", 1, codec="h264", first=b"\x65\x88")
    for one in (listener, terminal):
        assert one.hears is not None
        assert {packet[1] & 0x7F for packet in one.hears.media(0.5)} == {sdp.OUT_TYPES["h264"]}
    terminal.leave()
    for one in (speaker, listener):
        one.leave()


def test_whose_pictures_cannot_be_decoded_is_said(media: Media) -> None:
    """One knows only VP8, the other only H.264: they hear each other, and the page is told why it is dark."""
    old, terminal = Bot(media, "1", room="dark"), Bot(media, "2", room="dark")
    old.publish(("vp8",))
    terminal.publish(("h264",))
    for source in ("mic", "camera"):
        old.live(source)
    assert terminal.hear("shown") == {"t": "shown", "who": [], "foreign": ["1"]}
    time.sleep(0.3)
    for source in ("mic", "camera"):
        old.send(source, 1)
    assert terminal.heard(0.5) == [(1001, 1)]
    old.leave()
    terminal.leave()


def test_a_second_offer_may_bring_nothing_new(media: Media) -> None:
    """The same streams for another codec, yes; others, or another certificate, no."""
    bot = Bot(media, "1", room="again")
    bot.publish()
    bot.publish(("vp8", "h264"))
    bot.ssrcs["camera"] = 4242
    with pytest.raises(AssertionError, match="offered twice"):
        bot.publish()
    bot.leave()


def test_over_a_poor_line_fewer_cameras_are_sent_and_more_again_when_it_is_good() -> None:
    """One bad second says nothing; several halve what is sent, the last camera stays; it comes back one by one."""
    room = Room("9", Wire(Identity(), host="127.0.0.1", port=1), Counts())
    member = room.join("1", lambda _: None, speaks=True)
    member.shown = ["2", "3", "4", "5"]
    now = 1000.0

    def passes(loss: float, seconds: int) -> int:
        nonlocal now
        for _ in range(seconds):
            now += 1
            member._loss = [loss]
            member.second(now)
        return member.videos

    assert passes(0.5, POOR_SECONDS - 1) == passes(0.0, 1) == LAST_VIDEOS
    assert passes(0.5, POOR_SECONDS) == 2
    assert passes(0.5, 20) == 1
    assert passes(0.0, 7) == 2


@pytest.mark.parametrize("forged", first_quick([":".join(["AB"] * 32), ""]))
def test_a_fingerprint_may_come_after_the_handshake(media: Media, forged: str) -> None:
    """It goes through the site, the handshake does not: whichever is first, media wait for it, and a wrong one gets none."""
    room = f"late{bool(forged)}"
    speaker, listener = Bot(media, "1", room=room), Bot(media, "2", room=room)
    listener.is_late, listener.forged = True, forged
    speaker.publish()
    speaker.live("mic")
    while not listener.hear("offer")["tracks"]:
        continue
    time.sleep(0.3)
    for number in range(1, 6):
        speaker.send("mic", number)
    assert listener.heard(0.5) == ([] if forged else [(1001, number) for number in range(1, 6)])
    speaker.leave()
    listener.leave()


@pytest.mark.long
def test_last_words_of_a_handshake_that_are_lost_are_said_again(media: Media) -> None:
    """The server has shaken hands, the browser has not heard so: it repeats itself and is answered."""
    speaker, listener = Bot(media, "1", room="words"), Bot(media, "2", room="words")
    speaker.deaf = listener.deaf = 1
    speaker.publish()
    speaker.live("mic")
    while not listener.hear("offer")["tracks"]:
        continue
    time.sleep(0.2)
    speaker.send("mic", 1)
    assert listener.heard(0.5) == [(1001, 1)]
    speaker.leave()
    listener.leave()
