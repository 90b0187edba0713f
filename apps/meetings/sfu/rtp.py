"""RTP headers (RFC 3550 §5.1) and the loudness a browser writes into them (RFC 6464, RFC 8285). Pure; nothing raises."""

import struct

SMALLEST = 12
ONE_BYTE = 0xBEDE
MODULUS = 1 << 16


def is_rtp(packet: bytes) -> bool:
    """Whether it is long enough and of version 2, with all its fixed parts there."""
    return len(packet) >= SMALLEST and packet[0] >> 6 == 2 and len(packet) >= SMALLEST + 4 * (packet[0] & 15)


def ssrc_of(packet: bytes) -> int:
    """Whose stream it is."""
    return int.from_bytes(packet[8:12], "big")


def sequence_of(packet: bytes) -> int:
    """Its place in the stream, modulo 2^16."""
    return (packet[2] << 8) | packet[3]


def retyped(packet: bytes, payload_type: int) -> bytes:
    """The same with another payload type."""
    return bytes((packet[0], (packet[1] & 0x80) | payload_type)) + packet[2:]


def ahead(later: int, earlier: int) -> int:
    """How far `later` is ahead of `earlier`, negative when it is behind: at most half the circle."""
    return (later - earlier + MODULUS // 2) % MODULUS - MODULUS // 2


def payload_at(packet: bytes) -> int:
    """Where what it carries begins; perhaps beyond its end."""
    place = SMALLEST + 4 * (packet[0] & 15)
    if packet[0] & 0x10 and place + 4 <= len(packet):
        place += 4 + 4 * int.from_bytes(packet[place + 2 : place + 4], "big")
    return place


def loudness_of(packet: bytes, extension: int) -> int | None:
    """0 (silent) to 127 (loudest), None when the header does not tell."""
    if not packet[0] & 0x10:
        return None
    place = SMALLEST + 4 * (packet[0] & 15)
    if len(packet) < place + 4:
        return None
    profile, words = struct.unpack_from("!HH", packet, place)
    place, end = place + 4, place + 4 + 4 * words
    if profile != ONE_BYTE or end > len(packet):
        return None
    while place < end:
        number, size = packet[place] >> 4, (packet[place] & 15) + 1
        if number == 15:
            return None
        if number == 0:
            place += 1
            continue
        if number == extension:
            return 127 - (packet[place + 1] & 127) if place + 1 < end else None
        place += 1 + size
    return None
