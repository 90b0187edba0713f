"""Session descriptions (RFC 8866, RFC 8829): what a browser wants to send, and what it is told. Pure."""

import re
import secrets
from dataclasses import dataclass

LARGEST = 64 * 1024
MOST_SECTIONS = 4
LOUDNESS = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
CODECS = {"audio": "opus/48000/2", "video": "vp8/90000"}
OUT_TYPES = {"audio": 111, "video": 96}
FEEDBACK: tuple[str, ...] = ("nack", "nack pli", "ccm fir", "goog-remb")


class SdpRefused(Exception):
    """Not a description this server takes; the text says why."""


@dataclass(frozen=True, slots=True)
class Section:
    """One medium a browser offers to send. `loudness`: number of its loudness extension, 0 when it has none."""

    mid: str
    kind: str
    ssrc: int
    payload_type: int
    loudness: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What a browser wants to send, and the fingerprint of its certificate (upper case, with colons)."""

    fingerprint: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Local:
    """Our end of a connection: credentials, certificate, and where it is reached."""

    name: str
    password: str
    fingerprint: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Line:
    """One medium offered to a browser; `ssrc` None for a slot that is empty now."""

    kind: str
    ssrc: int | None
    label: str


def read_offer(text: str) -> Offer:
    """What a browser offers. Raises `SdpRefused`."""
    if len(text) > LARGEST:
        raise SdpRefused("too long")
    _, *parts = re.split(r"(?m)^(?=m=)", text.replace("\r", ""))
    if not 1 <= len(parts) <= MOST_SECTIONS:
        raise SdpRefused("number of media")
    sections = tuple(_section(part) for part in parts)
    if len({one.mid for one in sections}) != len(sections) or len({one.ssrc for one in sections}) != len(
        sections
    ):
        raise SdpRefused("the same medium twice")
    return Offer(fingerprint_of(text), sections)


def fingerprint_of(text: str) -> str:
    """The certificate's SHA-256 fingerprint named in a description. Raises `SdpRefused`."""
    found = re.search(r"(?m)^a=fingerprint:sha-256 ((?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})[ \r]*$", text)
    if found is None:
        raise SdpRefused("no fingerprint")
    return found[1].upper()


def _section(part: str) -> Section:
    kind = "audio" if part.startswith("m=audio ") else "video" if part.startswith("m=video ") else ""
    if not kind:
        raise SdpRefused("neither sound nor picture")
    mid = _found(part, r"^a=mid:([0-9A-Za-z_-]{1,16})$")
    payload_type = int(_found(part, rf"^a=rtpmap:(\d{{1,3}}) {re.escape(CODECS[kind])}$"))
    ssrc = int(_found(part, r"^a=ssrc:(\d{1,10})(?= |$)"))
    level = re.search(rf"(?m)^a=extmap:(\d{{1,2}})(?:/\w+)? {re.escape(LOUDNESS)}$", part)
    number = int(level[1]) if level and kind == "audio" else 0
    if not 0 < ssrc < 1 << 32 or not 0 <= payload_type < 128 or number > 14:
        raise SdpRefused("number out of range")
    return Section(mid, kind, ssrc, payload_type, number)


def _found(part: str, pattern: str) -> str:
    found = re.search(pattern, part, re.MULTILINE | re.IGNORECASE)
    if found is None:
        raise SdpRefused(f"nothing like {pattern[1:16]}")
    return found[1]


def write_answer(offer: Offer, local: Local) -> str:
    """The answer that takes everything offered."""
    lines = _session([one.mid for one in offer.sections], 1)
    for one in offer.sections:
        lines += _medium(one.kind, one.payload_type, one.mid, ("passive", "recvonly"), local)
        if one.loudness:
            lines.append(f"a=extmap:{one.loudness} {LOUDNESS}")
    return _joined(lines)


def write_offer(version: int, media: list[Line], local: Local) -> str:
    """The offer of everything a browser is to hear and see; slots keep their places."""
    lines = _session([str(place) for place in range(len(media))], version)
    for place, one in enumerate(media):
        way = "inactive" if one.ssrc is None else "sendonly"
        lines += _medium(one.kind, OUT_TYPES[one.kind], str(place), ("actpass", way), local)
        if one.ssrc is not None:
            lines += [f"a=msid:{one.label} {one.label}-{place}", f"a=ssrc:{one.ssrc} cname:{one.label}"]
    return _joined(lines)


def _session(mids: list[str], version: int) -> list[str]:
    origin = f"o=- {secrets.randbits(31)} {version} IN IP4 127.0.0.1"
    bundle = "a=group:BUNDLE " + " ".join(mids)
    return ["v=0", origin, "s=-", "t=0 0", "a=ice-lite", bundle, "a=msid-semantic: WMS *"]


def _medium(kind: str, payload_type: int, mid: str, role: tuple[str, str], local: Local) -> list[str]:
    family = "IP6" if ":" in local.host else "IP4"
    udp = f"a=candidate:1 1 udp 2130706431 {local.host} {local.port} typ host"
    tcp = f"a=candidate:2 1 tcp 1518280447 {local.host} {local.port} typ host tcptype passive"
    lines = [
        f"m={kind} {local.port} UDP/TLS/RTP/SAVPF {payload_type}",
        f"c=IN {family} {local.host}",
        f"a=mid:{mid}",
        f"a=ice-ufrag:{local.name}",
        f"a=ice-pwd:{local.password}",
        f"a=fingerprint:sha-256 {local.fingerprint}",
        *(udp, tcp, "a=end-of-candidates"),
        f"a=setup:{role[0]}",
        f"a={role[1]}",
        *("a=rtcp-mux", "a=rtcp-rsize"),
        f"a=rtpmap:{payload_type} {'VP8/90000' if kind == 'video' else CODECS[kind]}",
    ]
    if kind == "audio":
        return [*lines, f"a=fmtp:{payload_type} minptime=10;useinbandfec=1;usedtx=1"]
    return [*lines, *(f"a=rtcp-fb:{payload_type} {what}" for what in FEEDBACK)]


def _joined(lines: list[str]) -> str:
    return "\r\n".join(lines) + "\r\n"
