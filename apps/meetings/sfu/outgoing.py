"""How one packet leaves to many listeners: sealed for each in a place of its own, and all of them sent in one call of the system.

One by one, `Session.protect` and `socket.sendto` spend more on copies and on reading the address anew each time than encryption takes.
Linux alone has the call and this layout of what it is given (sendmmsg(2)); elsewhere packets leave one by one.
"""

import ctypes
import socket
import struct
import sys
from typing import Any, NamedTuple

from pylibsrtp import (  # type: ignore[attr-defined]  # its binding is there, but not in its list of names
    SRTP_MAX_TRAILER_LEN,
    Policy,
    Session,
    ffi,
    lib,
)

Address = tuple[Any, ...]
_sendmmsg: Any = getattr(ctypes.CDLL(None), "sendmmsg", None)
HAS_DOORS = sys.platform == "linux" and sys.byteorder == "little" and _sendmmsg is not None
LARGEST = 1500 - SRTP_MAX_TRAILER_LEN  # what a session takes


class Message(ctypes.Structure):
    """`struct msghdr`: what is sent and where to."""

    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_size", ctypes.c_uint32),
        ("pieces", ctypes.c_void_p),
        ("piece_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_size", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    ]


class Envelope(ctypes.Structure):
    """`struct mmsghdr`: one of many messages."""

    _fields_ = [("message", Message), ("sent", ctypes.c_uint)]


ENVELOPE_SIZE = ctypes.sizeof(Envelope)


class Seat(NamedTuple):
    """A listener as `Door.send_all` meets it: encryption, where a packet is put, its size, and the envelope that names all this.

    `kept` is what the rest points to.
    """

    door: "Door"
    kept: tuple["Outgoing", Any]
    session: Any
    place: Any
    size: Any
    envelope: bytes


class Outgoing(Session):
    """Encryption towards one listener."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(policy)
        self._piece = ffi.new("size_t[2]", [int(ffi.cast("size_t", self._cdata)), 0])  # `struct iovec`

    def seat(self, door: "Door", address: Address) -> Seat:
        """Its seat at this door, for packets to this address."""
        written = name_of(address)
        name = ctypes.create_string_buffer(written, len(written))
        message = Message(ctypes.addressof(name), len(name), int(ffi.cast("size_t", self._piece)), 1)
        size = ffi.cast("int *", self._piece + 1)  # its lower half; the higher stays nought
        return Seat(door, (self, name), self._srtp[0], self._cdata, size, bytes(Envelope(message)))


def name_of(address: Address) -> bytes:
    """An address as Linux writes it (`sockaddr_in`, `sockaddr_in6`)."""
    host, port = address[0].partition("%")[0], address[1]
    if ":" not in host:
        return struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", port, socket.inet_aton(host))
    flow, scope = address[2:4]
    rest = struct.pack("!HI16s", port, flow, socket.inet_pton(socket.AF_INET6, host))
    return struct.pack("=H", socket.AF_INET6) + rest + struct.pack("=I", scope)


class Door(socket.socket):
    """The UDP socket, from which many packets leave at once."""

    def send_all(self, seats: list[Seat], packet: bytes) -> None:
        """Encrypted for each and sent; one too old or too long for the encryption is dropped, for that listener alone."""
        length = len(packet)
        if length > LARGEST:
            return
        copy, protect, envelopes = ffi.memmove, lib.srtp_protect, []
        for _, _, session, place, size, envelope in seats:
            copy(place, packet, length)
            size[0] = length
            if not protect(session, place, size):
                envelopes.append(envelope)
        if envelopes:
            self._post(bytearray().join(envelopes), len(envelopes))

    def _post(self, envelopes: bytearray, count: int) -> None:
        """Now or never: one the system will not take is dropped, the others go."""
        first, done = ctypes.c_char.from_buffer(envelopes), 0
        while done < count:
            rest = ctypes.byref(first, done * ENVELOPE_SIZE)
            done += max(1, _sendmmsg(self.fileno(), rest, count - done, socket.MSG_DONTWAIT))
