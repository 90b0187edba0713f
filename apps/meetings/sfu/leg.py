"""One encrypted connection with a browser: ICE-lite, DTLS as server, SRTP (RFC 8445, RFC 5764, RFC 3711)."""

import contextlib
import datetime
import secrets
import time
from collections.abc import Callable
from typing import Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from pylibsrtp import Error as SrtpError
from pylibsrtp import Policy, Session

from apps.meetings.sfu import stun
from apps.meetings.sfu.outgoing import Address, Door, Outgoing, Seat

CIPHERS = b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA"
PROFILES = {
    b"SRTP_AEAD_AES_128_GCM": (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    b"SRTP_AES128_CM_SHA1_80": (Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
}
LABEL = b"EXTRACTOR-dtls_srtp"
MTU = 1200
CONSENT_SECONDS = 20.0
HANDSHAKE_SECONDS = 30.0
MOST_ADDRESSES = 8
MOST_PACKETS = 4000  # a second: some forty times what an honest browser sends
RECORD_HEADER = 13
MOST_REPORTERS = 32  # numbers one browser may report under


class Pipe(Protocol):
    """Where packets leave by: the UDP socket, or one TCP connection."""

    def sendto(self, data: bytes, address: Address, /) -> Any:
        """Send now or drop."""


class Identity:
    """The server's certificate, made anew at each start; browsers learn its fingerprint by the signed-in page."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "media")])
        today = datetime.datetime.now(datetime.UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number()).not_valid_before(today - datetime.timedelta(1))
        certificate = made.not_valid_after(today + datetime.timedelta(400)).sign(key, hashes.SHA256())
        self.fingerprint = written(certificate.fingerprint(hashes.SHA256()))
        self.context = SSL.Context(SSL.DTLS_METHOD)
        self.context.use_certificate(certificate)
        self.context.use_privatekey(key)
        # browsers sign their own certificates: the fingerprint of the signed-in page is what is checked
        self.context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        self.context.set_tlsext_use_srtp(b":".join(PROFILES))
        self.context.set_cipher_list(CIPHERS)


def written(fingerprint: bytes) -> str:
    """A fingerprint as descriptions write it."""
    return ":".join(f"{one:02X}" for one in fingerprint)


class Leg:
    """From the first STUN check to the end. `fingerprint` of the browser must be known before the handshake ends."""

    __slots__ = (
        "_connection", "_has_shaken", "_on_foreign", "_on_rtcp", "_on_rtp", "_on_up", "_packets", "_reporters", "_rx",
        "_tx", "address", "addresses", "fingerprint", "heard_at", "is_closed", "is_up", "made_at", "name", "password",
        "pipe", "seat", "streams",
    )  # fmt: skip

    def __init__(
        self,
        identity: Identity,
        *,
        on_rtp: Callable[[bytes], None],
        on_rtcp: Callable[[bytes], None],
        on_up: Callable[[], None],
        on_foreign: Callable[[], None],
    ) -> None:
        self.name, self.password = secrets.token_hex(8), secrets.token_hex(16)
        self.fingerprint = ""
        self.address: Address | None = None
        self.addresses: list[Address] = []
        self.pipe: Pipe | None = None
        self.seat: Seat | None = None  # where packets leave together with those to others
        self.is_up = self.is_closed = self._has_shaken = False
        self.made_at = self.heard_at = time.monotonic()
        self._rx: Session | None = None
        self._tx: Outgoing | None = None
        self._packets = 0
        self.streams: frozenset[int] = (
            frozenset()
        )  # what was offered; libsrtp would remember every number it meets
        self._reporters: set[int] = set()
        self._on_rtp, self._on_rtcp, self._on_up, self._on_foreign = on_rtp, on_rtcp, on_up, on_foreign
        self._connection = SSL.Connection(identity.context, None)
        self._connection.set_accept_state()
        self._connection.set_ciphertext_mtu(MTU)

    def checked(self, request: stun.Request, address: Address, pipe: Pipe) -> bool:
        """Answer an authentic check; True when the address is one of the browser's from now on."""
        known = address in self.addresses
        if not known:
            if len(self.addresses) >= MOST_ADDRESSES:
                return False
            self.addresses.append(address)
        self.heard_at = time.monotonic()
        pipe.sendto(stun.answer(request, self.password, address[0], address[1]), address)
        if self.address is None or (request.nominates and address != self.address):
            self.address, self.pipe = address, pipe
            self._seated()
        return True

    def _seated(self) -> None:
        """Keys and an address, whichever came last: packets may leave together with those to others."""
        if self._tx is not None and self.address is not None and isinstance(self.pipe, Door):
            self.seat = self._tx.seat(self.pipe, self.address)
        else:
            self.seat = None

    def fed(self, data: bytes) -> None:
        """A packet from one of the browser's addresses."""
        self._packets += 1
        if self._packets > MOST_PACKETS or self.is_closed or not data:
            return
        if 128 <= data[0] < 192:
            self._fed_media(data)
        elif 20 <= data[0] < 64:
            self._fed_handshake(data)

    def _fed_media(self, data: bytes) -> None:
        if self._rx is None or len(data) < 12:
            return
        try:
            if 192 <= data[1] <= 223:
                if self._is_reporter(int.from_bytes(data[4:8], "big")):
                    self._on_rtcp(self._rx.unprotect_rtcp(data))
            elif int.from_bytes(data[8:12], "big") in self.streams:
                self._on_rtp(self._rx.unprotect(data))
            else:
                self._on_foreign()
        except (SrtpError, ValueError):  # forged, replayed or garbled
            return

    def _is_reporter(self, ssrc: int) -> bool:
        """One of the few numbers this browser reports under."""
        if ssrc not in self._reporters and len(self._reporters) < MOST_REPORTERS:
            self._reporters.add(ssrc)
        return ssrc in self._reporters

    def _fed_handshake(self, data: bytes) -> None:
        self._connection.bio_write(data)
        if self._has_shaken:
            # a browser that says its last words again has not heard ours: reading makes OpenSSL say them again
            with contextlib.suppress(SSL.Error):
                self._connection.recv(1500)
            self._flush()
            return
        with contextlib.suppress(SSL.Error):
            try:
                self._connection.do_handshake()
            except SSL.WantReadError:
                self._flush()
                return
            self._flush()
            self._shook_hands()

    def vouched(self, fingerprint: str) -> None:
        """The signed-in page names the browser's certificate; a handshake that came first has waited for it."""
        self.fingerprint = fingerprint
        if self._has_shaken and not self.is_up and not self.is_closed:
            self._shook_hands()

    def _shook_hands(self) -> None:
        self._has_shaken = True
        if not self.fingerprint:  # not known yet: no keys, no media, until `vouched`
            return
        certificate = self._connection.get_peer_certificate(as_cryptography=True)
        if certificate is None or written(certificate.fingerprint(hashes.SHA256())) != self.fingerprint:
            self.close()
            return
        chosen = PROFILES.get(self._connection.get_selected_srtp_profile())
        if chosen is None:  # shook hands without agreeing on how media are encrypted
            self.close()
            return
        profile, key, salt = chosen
        material = self._connection.export_keying_material(LABEL, 2 * (key + salt))
        theirs, ours = material[:key], material[key : 2 * key]
        salts = material[2 * key :]
        self._rx = Session(_policy(theirs + salts[:salt], Policy.SSRC_ANY_INBOUND, profile))
        self._tx = Outgoing(_policy(ours + salts[salt:], Policy.SSRC_ANY_OUTBOUND, profile))
        self._seated()
        self.is_up = True
        self._on_up()

    def _flush(self) -> None:
        """Send what the handshake wrote, one record a datagram."""
        while True:
            try:
                data = self._connection.bio_read(16384)
            except SSL.Error:
                return
            place = 0
            while place + RECORD_HEADER <= len(data):
                size = RECORD_HEADER + int.from_bytes(data[place + 11 : place + RECORD_HEADER], "big")
                self._send(data[place : place + size])
                place += size

    def _send(self, data: bytes) -> None:
        if self.pipe is None or self.address is None:
            return
        try:  # `suppress` would cost a microsecond a packet
            self.pipe.sendto(data, self.address)
        except OSError:
            return

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send; one too old or too long for the encryption is dropped, for this listener alone."""
        if self._tx is None:
            return
        try:
            sealed = self._tx.protect(packet)
        except (SrtpError, ValueError):
            return
        self._send(sealed)

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send."""
        if self._tx is None:
            return
        try:
            sealed = self._tx.protect_rtcp(packet)
        except (SrtpError, ValueError):
            return
        self._send(sealed)

    def forget_stream(self, ssrc: int) -> None:
        """It will not be sent again: its state goes, so that people coming and going leave nothing behind."""
        if self._tx is not None:
            with contextlib.suppress(SrtpError):
                self._tx.remove_stream(ssrc)

    def ticked(self, now: float, *, is_new_second: bool) -> bool:
        """Resend a lost handshake flight; False when the browser has gone silent."""
        if is_new_second:
            self._packets = 0
        if self.is_up:
            return now - self.heard_at < CONSENT_SECONDS
        if self.address is not None:
            with contextlib.suppress(SSL.Error):
                if self._connection.DTLSv1_get_timeout() == 0:
                    self._connection.DTLSv1_handle_timeout()
                self._flush()
        return now - self.made_at < HANDSHAKE_SECONDS

    def close(self) -> None:
        """Nothing more in or out."""
        self.is_closed, self.is_up = True, False
        self._rx = self._tx = None
        self.pipe = self.seat = None


def send_to_all(legs: list[Leg], packet: bytes) -> None:
    """Encrypt for each and send: what leaves by the UDP socket together, the rest one by one."""
    seats = [leg.seat for leg in legs if leg.seat is not None]
    if len(seats) < len(legs):
        for leg in legs:
            if leg.seat is None:
                leg.send_rtp(packet)
    if seats:
        seats[0].door.send_all(seats, packet)


def _policy(key: bytes, way: int, profile: int) -> Policy:
    policy = Policy(key=key, ssrc_type=way, srtp_profile=profile)
    policy.allow_repeat_tx = True
    policy.window_size = 1024
    return policy
