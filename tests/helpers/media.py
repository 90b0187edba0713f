"""A media server of its own for tests, and bots that speak to it as browsers do: STUN, DTLS, SRTP and lines of JSON."""

import hashlib
import hmac
import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from OpenSSL import SSL
from pylibsrtp import Error as SrtpError
from pylibsrtp import Policy, Session

from apps.meetings.sfu import sdp, stun
from apps.meetings.sfu.leg import LABEL, PROFILES, Identity, written
from apps.meetings.sfu.ticket import issue
from config.stack.media import Media
from tests.architecture.source import ROOT
from tests.helpers.relay import Relay

TYPES = {"opus": 111, "vp8": 96, "h264": 108}
PATIENCE = 20.0
CHECK_SECONDS = 0.4
LAST_WORDS = 20  # a record that changes the cipher opens the last flight of a handshake


@contextmanager
def media_sockets(port: int, *, recordings: Path | None = None) -> Iterator[Media]:
    """The sockets alone."""
    media = Media.opened("127.0.0.1", port, recordings=recordings)
    try:
        yield media
    finally:
        for door in (media.udp, media.tcp, media.control):
            door.close()


def media_started(media: Media, *, module: str = "") -> "subprocess.Popen[bytes]":
    """The process on these sockets, `module` in the server's place; whoever starts it ends it."""
    arguments = ["-m", module, *media.arguments[2:]] if module else media.arguments
    env = {**os.environ, "TONGZHOU_MEDIA_SECRET": media.secret}
    return subprocess.Popen([sys.executable, *arguments], env=env, cwd=ROOT, pass_fds=media.descriptors)


@contextmanager
def media_server(port: int = 21_000, *, recordings: Path | None = None) -> Iterator[Media]:
    """A running server; it is ended by its own number."""
    with media_sockets(port, recordings=recordings) as media:
        process = media_started(media)
        try:
            yield media
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def relayed_server(port: int, *, seed: int) -> Iterator[tuple[Media, Relay]]:
    """A running server whose descriptions name a relay before it."""
    with media_sockets(port) as media, Relay(media.port, seed=seed) as relay:
        behind = replace(media, address=f"127.0.0.1:{relay.port}")
        process = media_started(behind)
        try:
            yield behind, relay
        finally:
            process.terminate()
            process.wait(10)


class Leg:
    """The browser's end of one connection."""

    def __init__(
        self, name: str, password: str, port: int, identity: Identity, *, is_tcp: bool = False
    ) -> None:
        self.name, self.password, self.is_tcp = name, password, is_tcp
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM if is_tcp else socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.socket.settimeout(0.2)
        self.identity = identity
        self.connection = SSL.Connection(self.identity.context, None)
        self.connection.set_connect_state()
        self.connection.set_ciphertext_mtu(1200)
        self.rx: Session | None = None
        self.tx: Session | None = None
        self.deaf = 0

    def up(self) -> None:
        """Check the way, shake hands, derive the keys; what is lost on the way is sent again."""
        until, checked = time.monotonic() + PATIENCE, 0.0
        while True:
            now = time.monotonic()
            assert now < until, "no handshake"
            if now - checked > CHECK_SECONDS:
                self.send(self.check())
                checked = now
            if self.connection.DTLSv1_get_timeout() == 0:
                self.connection.DTLSv1_handle_timeout()
            try:
                self.connection.do_handshake()
            except SSL.WantReadError:
                self._flush()
            else:
                self._flush()
                self._keyed()
                return
            data = self.packet()
            if data is not None and data[0] == LAST_WORDS and self.deaf:
                self.deaf -= 1
            elif data is not None and 20 <= data[0] < 64:
                self.connection.bio_write(data)

    def check(self) -> bytes:
        """A binding request that nominates."""
        user = f"{self.name}:mine".encode()
        body = struct.pack("!HH", stun.USERNAME, len(user)) + user + b"\0" * (-len(user) % 4)
        body += struct.pack("!HH", stun.NOMINATED, 0)
        signed = (
            struct.pack("!HHI", stun.REQUEST, len(body) + stun.INTEGRITY_SIZE, stun.COOKIE)
            + os.urandom(12)
            + body
        )
        signature = hmac.new(self.password.encode(), signed, hashlib.sha1).digest()
        return signed + struct.pack("!HH", stun.INTEGRITY, 20) + signature

    def packet(self) -> bytes | None:
        """What comes next, None after a while."""
        try:
            if not self.is_tcp:
                return self.socket.recv(2048)
            head = self.socket.recv(2, socket.MSG_WAITALL)
            return self.socket.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL) if head else None
        except (TimeoutError, BlockingIOError, ConnectionError):
            return None

    def send(self, data: bytes) -> None:
        """One packet; over TCP with its length before it (RFC 4571)."""
        self.socket.send(struct.pack("!H", len(data)) + data if self.is_tcp else data)

    def lose(self, seconds: float = 0.5) -> None:
        """What arrives meanwhile is lost on the way."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.packet()

    def media(self, seconds: float = 1.0) -> Iterator[bytes]:
        """Decrypted media for so long."""
        assert self.rx is not None
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            data = self.packet()
            if data is not None and 128 <= data[0] < 192 and not 192 <= data[1] <= 223:
                yield self.rx.unprotect(data)

    def told(self, seconds: float = 1.0) -> Iterator[bytes]:
        """Decrypted RTCP for so long."""
        assert self.rx is not None
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            data = self.packet()
            if data is not None and 128 <= data[0] < 192 and 192 <= data[1] <= 223:
                yield self.rx.unprotect_rtcp(data)

    def waiting(self) -> Iterator[bytes]:
        """What has come since, decrypted; what comes twice is heard once. The socket must not wait."""
        assert self.rx is not None
        while (data := self.packet()) is not None:
            if 128 <= data[0] < 192:
                is_told = 192 <= data[1] <= 223
                with suppress(SrtpError):
                    yield self.rx.unprotect_rtcp(data) if is_told else self.rx.unprotect(data)

    def _keyed(self) -> None:
        profile, key, salt = PROFILES[self.connection.get_selected_srtp_profile()]
        material = self.connection.export_keying_material(LABEL, 2 * (key + salt))
        ours, theirs = material[:key], material[key : 2 * key]
        salts = material[2 * key :]
        out = Policy(key=ours + salts[:salt], ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile)
        out.allow_repeat_tx = True
        self.tx = Session(out)
        into = Policy(key=theirs + salts[salt:], ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile)
        into.allow_repeat_tx = True
        self.rx = Session(into)

    def _flush(self) -> None:
        while True:
            try:
                data = self.connection.bio_read(16384)
            except SSL.Error:
                return
            place = 0
            while place + 13 <= len(data):
                size = 13 + int.from_bytes(data[place + 11 : place + 13], "big")
                self.send(data[place : place + size])
                place += size


class Bot:
    """A member without a camera: sends numbered packets, hears what it is sent."""

    def __init__(
        self,
        media: Media,
        who: str,
        *,
        room: str = "7",
        token: str = "",
        is_tcp: bool = False,
        number: int = 0,
    ) -> None:
        self.media, self.who, self.is_tcp = media, who, is_tcp
        text = token or issue(media.secret, room=room, who=who, now=time.time(), speaks=True)
        self.wire = socket.create_connection(media.control.getsockname()[:2], PATIENCE)
        self.lines = self.wire.makefile("rb")
        self.say({"t": "join", "token": text})
        self.sends: Leg | None = None
        self.hears: Leg | None = None
        self.is_late, self.forged, self.deaf = False, "", 0
        own = number or int(who)
        self.ssrcs = {"mic": 1000 + own, "camera": 2000 + own}

    def say(self, line: dict[str, Any]) -> None:
        """One line."""
        self.wire.sendall(json.dumps(line).encode() + b"\n")

    def hear(self, *kinds: str) -> dict[str, Any]:
        """The next line of one of these kinds; offers met on the way are answered. `{"t": "gone"}` when hung up on."""
        while raw := self.lines.readline():
            line: dict[str, Any] = json.loads(raw)
            if line["t"] == "offer":
                self._answered(line)
            if line["t"] in kinds:
                return line
        return {"t": "gone"}

    def publish(self, videos: Sequence[str] = ("vp8",)) -> str:
        """Offer sound and camera in these codecs, connect; again the same streams for another codec. The codec taken."""
        identity = self.sends.identity if self.sends else Identity()
        media = [("audio", ["opus"], "mic"), ("video", videos, "camera")]
        text = "v=0\r\n" + "".join(
            f"m={kind} 9 UDP/TLS/RTP/SAVPF {' '.join(str(TYPES[one]) for one in codecs)}\r\na=mid:{place}\r\n"
            f"a=fingerprint:sha-256 {identity.fingerprint}\r\na=extmap:1 {sdp.LOUDNESS}\r\n"
            + "".join(f"a=rtpmap:{TYPES[one]} {sdp.NAMES[one]}\r\n" for one in codecs)
            + f"a=fmtp:{TYPES['h264']} {sdp.H264_FORM}\r\na=ssrc:{self.ssrcs[source]} cname:x\r\n"
            for place, (kind, codecs, source) in enumerate(media)
        )
        self.say({"t": "publish", "sdp": text, "labels": {"0": "mic", "1": "camera"}, "plays": [*videos]})
        answer = self.hear("answer", "refused")
        assert answer["t"] == "answer", answer
        if self.sends is None:
            self.sends = self._leg(answer["sdp"], identity)
            self.sends.up()
        return next(one for one in videos if f" {sdp.NAMES[one]}\r" in answer["sdp"])

    def _leg(self, text: str, identity: Identity) -> Leg:
        """Where the description says."""
        made = Leg(*credentials(text), port_of(text), identity, is_tcp=self.is_tcp)
        made.deaf = self.deaf
        return made

    def live(self, source: str, *, is_on: bool = True) -> None:
        """Turn a source on or off."""
        self.say({"t": "live", "source": source, "on": is_on})

    def send(
        self,
        source: str,
        sequence: int,
        *,
        level: int = 10,
        ssrc: int = 0,
        codec: str = "vp8",
        first: bytes = b"",
    ) -> None:
        """One packet that carries its number, after what a picture begins with."""
        assert self.sends is not None
        assert self.sends.tx is not None
        kind = TYPES["opus" if source == "mic" else codec]
        head = struct.pack(
            "!BBHII", 0x90, kind, sequence & 0xFFFF, sequence * 960, ssrc or self.ssrcs[source]
        )
        packet = head + struct.pack("!HHBBH", 0xBEDE, 1, 0x10, level, 0) + first + struct.pack("!I", sequence)
        self.sends.send(self.sends.tx.protect(packet))

    def send_packet(self, source: str, packet: bytes) -> None:
        """A packet made elsewhere, under one's own number."""
        assert self.sends is not None
        assert self.sends.tx is not None
        own = packet[:8] + struct.pack("!I", self.ssrcs[source]) + packet[12:]
        self.sends.send(self.sends.tx.protect(own))

    def _answered(self, line: dict[str, Any]) -> None:
        is_first = self.hears is None
        if self.hears is None:
            self.hears = self._leg(line["sdp"], Identity())
        answer = {"t": "answered", "fingerprint": self.forged or self.hears.identity.fingerprint}
        if not self.is_late:
            self.say(answer)
        if is_first:
            self.hears.up()
        if self.is_late:  # the fingerprint goes by another way than the handshake, perhaps a slower one
            time.sleep(0.5)
            self.say(answer)

    def heard(self, seconds: float = 1.0) -> list[tuple[int, int]]:
        """Streams and numbers of what arrives."""
        assert self.hears is not None
        return [
            (int.from_bytes(one[8:12], "big"), int.from_bytes(one[-4:], "big"))
            for one in self.hears.media(seconds)
        ]

    def leave(self) -> None:
        """Hang up."""
        self.lines.close()
        self.wire.close()


def credentials(text: str) -> tuple[str, str]:
    """User name fragment and password of a description."""
    found = {key: value for key, _, value in (line.partition(":") for line in text.split("\r\n"))}
    return found["a=ice-ufrag"], found["a=ice-pwd"]


def port_of(text: str) -> int:
    """The port a description names."""
    return int(next(line for line in text.split("\r\n") if line.startswith("a=candidate:")).split()[5])


def fingerprint_of(leg: Leg) -> str:
    """What the server's certificate turned out to be."""
    certificate = leg.connection.get_peer_certificate(as_cryptography=True)
    assert certificate is not None
    return written(certificate.fingerprint(hashes.SHA256()))
