"""Where a whole picture begins in a stream: VP8 (RFC 7741 §4) and H.264 (RFC 6184 §5). Pure; nothing raises."""

from apps.meetings.sfu import rtp

WHOLE_H264 = frozenset({5, 7})  # an IDR slice, or the parameters that go before one
STAP_A, FU_A = 24, 28


def begins_whole(codec: str, packet: bytes) -> bool:
    """Whether this packet is the first of a picture that needs no other."""
    place = rtp.payload_at(packet)
    if place >= len(packet):
        return False
    return _begins_vp8(packet, place) if codec == "vp8" else _begins_h264(packet, place)


def _begins_vp8(packet: bytes, place: int) -> bool:
    first = packet[place]
    if first & 0x1F != 0x10:  # not the start of the first partition
        return False
    place += 1
    if first & 0x80:
        if place >= len(packet):
            return False
        more = packet[place]
        place += 1
        if more & 0x80 and place < len(packet):
            place += 2 if packet[place] & 0x80 else 1
        place += (1 if more & 0x40 else 0) + (1 if more & 0x30 else 0)
    return place < len(packet) and not packet[place] & 1


def _begins_h264(packet: bytes, place: int) -> bool:
    kind = packet[place] & 31
    if kind == FU_A:
        return (
            place + 1 < len(packet)
            and bool(packet[place + 1] & 0x80)
            and packet[place + 1] & 31 in WHOLE_H264
        )
    if kind != STAP_A:
        return kind in WHOLE_H264
    place += 1
    while place + 2 < len(packet):
        if packet[place + 2] & 31 in WHOLE_H264:
            return True
        place += 2 + int.from_bytes(packet[place : place + 2], "big")
    return False
