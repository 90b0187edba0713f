"""One packet to many listeners at once: whatever is wrong with one of them is nobody else's trouble."""

import ctypes
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from pylibsrtp import Policy, Session

from apps.meetings.sfu import leg as legs
from apps.meetings.sfu import outgoing, stun, wire
from apps.meetings.sfu.leg import PROFILES, Identity, Leg, send_to_all
from apps.meetings.sfu.outgoing import ENVELOPE_SIZE, HAS_DOORS, LARGEST, Door, Outgoing, name_of

IDENTITY = Identity()
SSRC = 77


def packet(sequence: int, body: bytes = b"sound") -> bytes:
    """One of the stream."""
    return struct.pack("!BBHII", 0x80, 111, sequence, sequence * 960, SSRC) + body


def udp(host: str = "127.0.0.1") -> socket.socket:
    """A socket of a browser."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    made.bind((host, 0))
    made.settimeout(0.3)
    return made


class Listener:
    """A leg that has shaken hands, and the browser at its end."""

    def __init__(
        self, pipe: Any, *, profile: bytes = b"SRTP_AEAD_AES_128_GCM", host: str = "127.0.0.1"
    ) -> None:
        self.leg = Leg(
            IDENTITY, on_rtp=_nothing, on_rtcp=_nothing, on_up=lambda: None, on_foreign=lambda: None
        )
        number, size, salt = PROFILES[profile]
        key = os.urandom(size + salt)
        self.leg._tx = Outgoing(legs._policy(key, Policy.SSRC_ANY_OUTBOUND, number))
        self.rx = Session(legs._policy(key, Policy.SSRC_ANY_INBOUND, number))
        self.pipe, self.socket = pipe, udp(host)
        self.leg.checked(self._request(), self.socket.getsockname(), pipe)
        self.answered()

    def _request(self, *, nominates: bool = True) -> stun.Request:
        return stun.Request(b"t" * 12, self.leg.name, nominates, b"", b"")

    def moves(self) -> socket.socket:
        """To another port; the one before."""
        before, self.socket = self.socket, udp()
        self.leg.checked(self._request(), self.socket.getsockname(), self.pipe)
        self.answered()
        return before

    def answered(self) -> None:
        """The answer to the check has come, where it comes by a socket."""
        with suppress(TimeoutError):
            assert self.socket.recv(2048)[:2] == struct.pack("!H", stun.SUCCESS)

    def heard(self, count: int = 1) -> list[bytes]:
        """So many packets, or what comes of them."""
        found: list[bytes] = []
        with suppress(TimeoutError):
            while len(found) < count:
                found.append(self.rx.unprotect(self.socket.recv(2048)))
        return found


class Connection:
    """A TCP connection as legs see it."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def sendto(self, data: bytes, _address: tuple[Any, ...], /) -> None:
        """Kept."""
        self.sent.append(data)


def _nothing(_: bytes) -> None:
    """Nobody listens to what comes in."""


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """The server's UDP socket as it is opened for media."""
    with wire.widened(udp()) as opened:
        assert isinstance(opened, Door) == HAS_DOORS
        yield opened


def send(listeners: list[Listener], data: bytes) -> None:
    """To all of them."""
    send_to_all([one.leg for one in listeners], data)


@pytest.mark.parametrize("profile", PROFILES)
def test_everybody_hears_the_same(door: socket.socket, profile: bytes) -> None:
    """Each with keys of their own, whatever the length."""
    listeners = [Listener(door, profile=profile) for _ in range(5)]
    bodies = [b"", b"sound", bytes(LARGEST - 12), b"short again"]
    for sequence, body in enumerate(bodies):
        send(listeners, packet(sequence, body))
    for one in listeners:
        assert one.heard(4) == [packet(sequence, body) for sequence, body in enumerate(bodies)]


def test_udp_and_tcp_in_one_room(door: socket.socket) -> None:
    """Who has TCP is sent to by it, everybody else together."""
    line = Connection()
    first, by_tcp, last = Listener(door), Listener(line), Listener(door)
    line.sent.clear()
    send([first, by_tcp, last], packet(1))
    assert first.heard() == last.heard() == [packet(1)]
    assert [by_tcp.rx.unprotect(one) for one in line.sent] == [packet(1)]


def test_who_has_gone_is_sent_nothing(door: socket.socket) -> None:
    """A leg that is closed while it still stands in a list."""
    first, gone, last = (Listener(door) for _ in range(3))
    gone.leg.close()
    send([first, gone, last], packet(1))
    assert first.heard() == last.heard() == [packet(1)]
    assert not gone.heard()
    first.leg.close()
    last.leg.close()
    send([first, gone, last], packet(2))
    send([], packet(3))
    assert not last.heard()


def test_who_has_no_keys_yet_is_sent_nothing(door: socket.socket) -> None:
    """An address is known before the handshake ends."""
    early = Listener(door)
    early.leg._tx = None
    early.moves()
    late = Listener(door)
    send([early, late], packet(1))
    assert late.heard() == [packet(1)]
    assert not early.heard()


def test_too_old_for_one_is_heard_by_the_others(door: socket.socket) -> None:
    """Encryption refuses it where it has gone far ahead."""
    first, ahead, last = (Listener(door) for _ in range(3))
    send([ahead], packet(5000))
    send([first, ahead, last], packet(1))
    assert first.heard() == last.heard() == [packet(1)]
    assert ahead.heard(2) == [packet(5000)]


def test_too_long_is_dropped_and_the_next_goes(door: socket.socket) -> None:
    """Nobody gets it, nothing is written beyond its place."""
    listeners = [Listener(door) for _ in range(2)]
    send(listeners, packet(1, bytes(LARGEST - 11)))
    send(listeners, packet(2))
    assert [one.heard() for one in listeners] == [[packet(2)], [packet(2)]]


def test_an_address_the_system_refuses_hurts_nobody_else(door: socket.socket) -> None:
    """Nothing can be sent to port 0; before, between and after it everybody hears."""
    listeners = [Listener(door) for _ in range(5)]
    for place in (0, 2, 4):
        one = listeners[place]
        one.leg.address = ("127.0.0.1", 0)
        one.leg._seated()
    send(listeners, packet(1))
    assert [len(one.heard()) for one in listeners] == [0, 1, 0, 1, 0]


def test_who_moves_is_followed(door: socket.socket) -> None:
    """The browser names another address of its own: the one before hears nothing more."""
    moving, staying = Listener(door), Listener(door)
    send([moving, staying], packet(1))
    assert moving.heard() == [packet(1)]
    before = moving.moves()
    send([moving, staying], packet(2))
    assert moving.heard() == [packet(2)]
    assert staying.heard(2) == [packet(1), packet(2)]
    with pytest.raises(TimeoutError):
        before.recv(2048)


def test_what_was_sent_together_can_be_sent_again_alone(door: socket.socket) -> None:
    """A packet that one has lost on the way."""
    first, second = Listener(door), Listener(door)
    send([first, second], packet(1))
    second.socket.recv(2048)
    send([first, second], packet(2))
    second.leg.send_rtp(packet(1))
    assert first.heard(2) == [packet(1), packet(2)]
    assert second.heard(2) == [packet(2), packet(1)]


def test_what_the_system_cannot_take_now_is_passed_over(
    door: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is tried once: two taken, one refused, the rest taken."""
    tried: list[int] = []
    answers = [2, -1, 3]

    def call(_door: int, _place: Any, count: int, _flags: int) -> int:
        tried.append(count)
        return answers[len(tried) - 1]

    if not isinstance(door, Door):
        pytest.skip("one by one here")
    monkeypatch.setattr(outgoing, "_sendmmsg", call)
    door._post(bytearray(6 * ENVELOPE_SIZE), 6)
    assert tried == [6, 4, 3]


def test_without_the_call_packets_leave_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """On other systems: the same is heard."""
    monkeypatch.setattr(wire, "HAS_DOORS", False)
    with wire.widened(udp()) as plain:
        assert not isinstance(plain, Door)
        listeners = [Listener(plain) for _ in range(2)]
        send(listeners, packet(1))
        assert [one.heard() for one in listeners] == [[packet(1)], [packet(1)]]


def test_over_ipv6(door: socket.socket) -> None:
    """Addresses of the other family."""
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with wire.widened(udp("::1")) as six:
        listeners = [Listener(six, host="::1") for _ in range(2)]
        send(listeners, packet(1))
        assert [one.heard() for one in listeners] == [[packet(1)], [packet(1)]]


def test_addresses_as_the_system_writes_them() -> None:
    """Port and address in the order of the network; flow and scope where there are any."""
    assert name_of(("192.0.2.7", 40_000)) == struct.pack("=H", socket.AF_INET) + bytes(
        [0x9C, 0x40, 192, 0, 2, 7, *bytes(8)]
    )
    six = name_of(("fe80::1%eth0", 40_000, 0, 3))
    assert six[2:8] == bytes([0x9C, 0x40, 0, 0, 0, 0])
    assert six[8:24] == socket.inet_pton(socket.AF_INET6, "fe80::1")
    assert ctypes.c_uint32.from_buffer_copy(six[24:]).value == 3
