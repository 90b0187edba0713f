"""Session descriptions (RFC 8866, RFC 8829): what a browser wants to send, and what it is told. Pure."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

LARGEST = 64 * 1024
MOST_SECTIONS = 4
LOUDNESS = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
NAMES = {"opus": "opus/48000/2", "vp8": "VP8/90000", "h264": "H264/90000"}
CODECS = {"audio": ("opus",), "video": ("vp8", "h264")}  # the first is taken where all else is equal
OUT_TYPES = {"opus": 111, "vp8": 96, "h264": 102}
# constrained baseline at 3.1 in pieces as small as packets: what every browser and conference terminal decodes (RFC 7742 §6.2)
H264_FORM = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
CONSTRAINED = 0x40  # in the second byte of profile-level-id
FEEDBACK: tuple[str, ...] = ("nack", "nack pli", "ccm fir", "goog-remb")


class SdpRefused(Exception):
    """Not a description this server takes; the text says why."""


@dataclass(frozen=True, slots=True)
class Section:
    """One medium a browser offers to send, in one of `payload_types` by codec. `loudness`: number of its loudness extension, 0 when it
    has none.
    """

    mid: str
    kind: str
    ssrc: int
    payload_types: Mapping[str, int]
    loudness: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What a browser wants to send, and the fingerprint of its certificate (upper case, with colons)."""

    fingerprint: str
    sections: tuple[Section, ...]

    @property
    def videos(self) -> frozenset[str]:
        """Codecs in which all its pictures can be sent."""
        found = [frozenset(one.payload_types) for one in self.sections if one.kind == "video"]
        return frozenset.intersection(*found) if found else frozenset(CODECS["video"])


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
    payload_types = _payload_types(kind, part)
    ssrc = int(_found(part, r"^a=ssrc:(\d{1,10})(?= |$)"))
    level = re.search(rf"(?m)^a=extmap:(\d{{1,2}})(?:/\w+)? {re.escape(LOUDNESS)}$", part)
    number = int(level[1]) if level and kind == "audio" else 0
    if not 0 < ssrc < 1 << 32 or max(payload_types.values()) > 127 or number > 14:
        raise SdpRefused("number out of range")
    return Section(mid, kind, ssrc, payload_types, number)


def _payload_types(kind: str, part: str) -> dict[str, int]:
    """The codecs that are forwarded among those offered. Raises `SdpRefused` when there is none."""
    found: dict[str, int] = {}
    for codec in CODECS[kind]:
        for named in re.finditer(rf"(?mi)^a=rtpmap:(\d{{1,3}}) {re.escape(NAMES[codec])}$", part):
            if codec != "h264" or _is_constrained(named[1], part):
                found.setdefault(codec, int(named[1]))
    if not found:
        raise SdpRefused("no codec that is forwarded")
    return found


def _is_constrained(number: str, part: str) -> bool:
    """Whether this H.264 is the one that every receiver decodes."""
    form = re.search(rf"(?mi)^a=fmtp:{number} (.{{1,200}})$", part)
    level = form and re.search(r"(?i)(?:^|;) ?profile-level-id=42([0-9a-f]{2})[0-9a-f]{2}(?:;|$)", form[1])
    is_small = form and re.search(r"(?:^|;) ?packetization-mode=1(?:;|$)", form[1])
    return bool(level and is_small and int(level[1], 16) & CONSTRAINED)


def _found(part: str, pattern: str) -> str:
    found = re.search(pattern, part, re.MULTILINE | re.IGNORECASE)
    if found is None:
        raise SdpRefused(f"nothing like {pattern[1:16]}")
    return found[1]


def write_answer(offer: Offer, local: Local, video: str) -> str:
    """The answer that takes everything offered, pictures in the codec `video`."""
    lines = _session([one.mid for one in offer.sections], 1)
    for one in offer.sections:
        codec = video if one.kind == "video" else "opus"
        lines += _medium(one.kind, {codec: one.payload_types[codec]}, one.mid, ("passive", "recvonly"), local)
        if one.loudness:
            lines.append(f"a=extmap:{one.loudness} {LOUDNESS}")
    return _joined(lines)


def write_offer(version: int, media: list[Line], local: Local) -> str:
    """The offer of everything a browser is to hear and see, pictures in any codec: who sends them may change it at any time."""
    lines = _session([str(place) for place in range(len(media))], version)
    for place, one in enumerate(media):
        way = "inactive" if one.ssrc is None else "sendonly"
        types = {codec: OUT_TYPES[codec] for codec in CODECS[one.kind]}
        lines += _medium(one.kind, types, str(place), ("actpass", way), local)
        if one.ssrc is not None:
            lines += [f"a=msid:{one.label} {one.label}-{place}", f"a=ssrc:{one.ssrc} cname:{one.label}"]
    return _joined(lines)


def _session(mids: list[str], version: int) -> list[str]:
    origin = f"o=- {secrets.randbits(31)} {version} IN IP4 127.0.0.1"
    bundle = "a=group:BUNDLE " + " ".join(mids)
    return ["v=0", origin, "s=-", "t=0 0", "a=ice-lite", bundle, "a=msid-semantic: WMS *"]


def _medium(kind: str, types: Mapping[str, int], mid: str, role: tuple[str, str], local: Local) -> list[str]:
    family = "IP6" if ":" in local.host else "IP4"
    udp = f"a=candidate:1 1 udp 2130706431 {local.host} {local.port} typ host"
    tcp = f"a=candidate:2 1 tcp 1518280447 {local.host} {local.port} typ host tcptype passive"
    return [
        f"m={kind} {local.port} UDP/TLS/RTP/SAVPF {' '.join(map(str, types.values()))}",
        f"c=IN {family} {local.host}",
        f"a=mid:{mid}",
        f"a=ice-ufrag:{local.name}",
        f"a=ice-pwd:{local.password}",
        f"a=fingerprint:sha-256 {local.fingerprint}",
        *(udp, tcp, "a=end-of-candidates"),
        f"a=setup:{role[0]}",
        f"a={role[1]}",
        *("a=rtcp-mux", "a=rtcp-rsize"),
        *(line for codec, number in types.items() for line in _codec(codec, number)),
    ]


def _codec(codec: str, number: int) -> list[str]:
    lines = [f"a=rtpmap:{number} {NAMES[codec]}"]
    if codec == "opus":
        return [*lines, f"a=fmtp:{number} minptime=10;useinbandfec=1;usedtx=1"]
    if codec == "h264":
        lines.append(f"a=fmtp:{number} {H264_FORM}")
    return [*lines, *(f"a=rtcp-fb:{number} {what}" for what in FEEDBACK)]


def _joined(lines: list[str]) -> str:
    return "\r\n".join(lines) + "\r\n"
