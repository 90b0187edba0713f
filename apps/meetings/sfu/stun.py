"""STUN binding requests as an ICE-lite server meets them (RFC 8489 §5–6, RFC 8445 §7.3). Pure; nothing raises."""

import hashlib
import hmac
import ipaddress
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

COOKIE = 0x2112A442
REQUEST, SUCCESS = 0x0001, 0x0101
USERNAME, INTEGRITY, MAPPED, NOMINATED, FINGERPRINT = 0x0006, 0x0008, 0x0020, 0x0025, 0x8028
MOST_ATTRIBUTES = 32
HEADER, INTEGRITY_SIZE, FINGERPRINT_SIZE = 20, 24, 8
FINGERPRINT_MASK = 0x5354554E


@dataclass(frozen=True, slots=True)
class Request:
    """A binding request. `name`: the user name fragment of ours it is for; `signed`: what its signature covers."""

    transaction: bytes
    name: str
    nominates: bool
    signed: bytes
    signature: bytes


def read(data: bytes) -> Request | None:
    """A well-formed signed binding request, else None."""
    if len(data) < HEADER or len(data) % 4:
        return None
    kind, length, cookie = struct.unpack_from("!HHI", data)
    if kind != REQUEST or cookie != COOKIE or length + HEADER != len(data):
        return None
    name, nominates = "", False
    for place, what, value in _attributes(data):
        if what == USERNAME:
            name = value.decode("ascii", "replace").partition(":")[0]
        elif what == NOMINATED:
            nominates = True
        elif what == INTEGRITY and len(value) == INTEGRITY_SIZE - 4 and name:
            signed = data[:2] + struct.pack("!H", place + INTEGRITY_SIZE - HEADER) + data[4:place]
            return Request(data[8:HEADER], name, nominates, signed, value)
    return None


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Place, kind and value of each attribute that is whole."""
    place = HEADER
    for _ in range(MOST_ATTRIBUTES):
        if place + 4 > len(data):
            return
        what, size = struct.unpack_from("!HH", data, place)
        value = data[place + 4 : place + 4 + size]
        if len(value) != size:
            return
        yield place, what, value
        place += 4 + size + (-size % 4)


def is_authentic(request: Request, password: str) -> bool:
    """Whether whoever sent it knows the password."""
    return hmac.compare_digest(_signature(password, request.signed), request.signature)


def answer(request: Request, password: str, host: str, port: int) -> bytes:
    """The signed answer that tells the sender from where it was heard."""
    body = _mapped(request.transaction, host, port)
    signed = _header(len(body) + INTEGRITY_SIZE, request.transaction) + body
    body += struct.pack("!HH", INTEGRITY, INTEGRITY_SIZE - 4) + _signature(password, signed)
    checked = _header(len(body) + FINGERPRINT_SIZE, request.transaction) + body
    return checked + struct.pack("!HHI", FINGERPRINT, 4, zlib.crc32(checked) ^ FINGERPRINT_MASK)


def _header(length: int, transaction: bytes) -> bytes:
    return struct.pack("!HHI", SUCCESS, length, COOKIE) + transaction


def _mapped(transaction: bytes, host: str, port: int) -> bytes:
    address = ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    mask = struct.pack("!I", COOKIE) + transaction
    hidden = bytes(a ^ b for a, b in zip(address.packed, mask, strict=False))
    family = 1 if address.version == 4 else 2
    return struct.pack("!HHBBH", MAPPED, 4 + len(hidden), 0, family, port ^ (COOKIE >> 16)) + hidden


def _signature(password: str, signed: bytes) -> bytes:
    return hmac.new(password.encode(), signed, hashlib.sha1).digest()
