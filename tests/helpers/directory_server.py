"""An LDAP server on loopback, by the letters of RFC 4511 and without the client's library: bind, search with filters, pages, StartTLS.

It knows as much as the tests need and answers the rest with `unwillingToPerform`. What it does is what OpenLDAP did when asked
the same (pages, result codes, references).
"""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PAGES = b"1.2.840.113556.1.4.319"
START_TLS = b"1.3.6.1.4.1.1466.20037"
Values = dict[str, list[str | bytes]]


@dataclass
class Directory:
    """What it holds and how it behaves."""

    entries: dict[str, Values] = field(default_factory=dict)
    reader: tuple[str, str] = ("cn=reader,dc=daihai,dc=cn", "Reader-2026")
    is_anonymous: bool = False
    most: int = 0  # entries of one answer, 0 without limit
    references: list[str] = field(default_factory=list)
    moved_to: str = ""
    tls: ssl.SSLContext | None = None
    is_ldaps: bool = False
    port: int = 0
    binds: list[str] = field(default_factory=list)
    pages: int = 0

    def add(self, dn: str, **values: str | bytes) -> None:
        """An entry; its number is its name unless told."""
        self.entries[dn] = {"entryuuid": [f"uuid of {dn}"], **{k.lower(): [v] for k, v in values.items()}}

    def person(self, dn: str, **values: str) -> None:
        """A person."""
        self.add(dn, objectClass="inetOrgPerson", **values)

    def unit(self, dn: str, **values: str) -> None:
        """An organizational unit, called as its name says."""
        self.add(
            dn,
            objectClass="organizationalUnit",
            ou=dn.split(",", maxsplit=1)[0].removeprefix("ou="),
            **values,
        )


@contextmanager
def directory_server(directory: Directory) -> Iterator[Directory]:
    """Serves as long as the block."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            _Talk(self.request, directory).run()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, *_: object) -> None:
            """A client that hangs up is nothing to print."""

    server = Server(("127.0.0.1", 0), Handler)
    directory.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield directory
    finally:
        server.shutdown()
        server.server_close()


def tlv(tag: int, *parts: bytes) -> bytes:
    """Tag, length, content."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def items(body: bytes) -> list[tuple[int, bytes]]:
    """Tags and contents one after another."""
    found, at = [], 0
    while at < len(body):
        tag, length, at = body[at], body[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(body[at : at + size], "big"), at + size
        found.append((tag, body[at : at + length]))
        at += length
    return found


class _Talk:
    """One connection."""

    def __init__(self, sock: ssl.SSLSocket, directory: Directory) -> None:
        self.directory = directory
        self.sock = sock
        self.is_bound = False
        if directory.tls and directory.is_ldaps:
            self._secure()

    def _secure(self) -> None:
        assert self.directory.tls is not None
        self.sock = self.directory.tls.wrap_socket(self.sock, server_side=True)

    def run(self) -> None:
        while (message := self._read()) is not None:
            (_, number), (tag, body), *rest = items(message)
            controls = items(rest[0][1]) if rest else []
            if tag == 0x60:
                self._bind(number, items(body))
            elif tag == 0x63:
                self._search(number, items(body), controls)
            elif tag == 0x77:
                self._extended(number, items(body))
            elif tag == 0x42:
                return
            else:
                self._done(number, tag + 1, 53)

    def _read(self) -> bytes | None:
        head = self._exactly(2)
        if head is None:
            return None
        length = head[1]
        if length & 0x80:
            length = int.from_bytes(self._exactly(length & 0x7F) or b"", "big")
        return self._exactly(length)

    def _exactly(self, count: int) -> bytes | None:
        data = b""
        while len(data) < count:
            more = self.sock.recv(count - len(data))
            if not more:
                return None
            data += more
        return data

    def _send(self, number: bytes, operation: bytes, controls: bytes = b"") -> None:
        self.sock.sendall(tlv(0x30, tlv(2, number), operation, controls))

    def _done(self, number: bytes, tag: int, code: int, *extra: bytes, controls: bytes = b"") -> None:
        self._send(number, tlv(tag, tlv(10, bytes([code])), tlv(4), tlv(4), *extra), controls)

    def _bind(self, number: bytes, parts: list[tuple[int, bytes]]) -> None:
        name, secret = parts[1][1].decode(), parts[2][1].decode()
        self.directory.binds.append(name)
        self.is_bound = (name, secret) == self.directory.reader or (
            self.directory.is_anonymous and not name and not secret
        )
        self._done(number, 0x61, 0 if self.is_bound else 49 if name else 48)

    def _extended(self, number: bytes, parts: list[tuple[int, bytes]]) -> None:
        if parts[0][1] != START_TLS or self.directory.tls is None:
            self._done(number, 0x78, 2)
            return
        self._done(number, 0x78, 0)
        self._secure()

    def _search(
        self, number: bytes, parts: list[tuple[int, bytes]], controls: list[tuple[int, bytes]]
    ) -> None:
        base, wanted = parts[0][1].decode(), [one.decode().lower() for _, one in items(parts[7][1])]
        directory = self.directory
        if not self.is_bound:
            self._done(number, 0x65, 50)
            return
        if directory.moved_to:
            self._done(number, 0x65, 10, tlv(0xA3, tlv(4, directory.moved_to.encode())))
            return
        if not any(dn.lower().endswith(base.lower()) for dn in directory.entries):
            self._done(number, 0x65, 32)
            return
        found = [
            (dn, values)
            for dn, values in directory.entries.items()
            if dn.lower().endswith(base.lower()) and _fits(parts[6], values)
        ]
        page = self._page(controls)
        start, size = page or (0, len(found))
        chosen = found[start : start + size]
        if directory.most and len(found) > directory.most:
            chosen = chosen[: directory.most]
        for dn, values in chosen:
            self._entry(number, dn, {name: values[name] for name in wanted if name in values})
        for url in directory.references if start == 0 else ():
            self._send(number, tlv(0x73, tlv(4, url.encode())))
        is_cut = bool(directory.most) and len(found) > directory.most
        self._done(number, 0x65, 4 if is_cut else 0, controls=self._next(page, len(found)))

    def _page(self, controls: list[tuple[int, bytes]]) -> tuple[int, int] | None:
        for _, control in controls:
            parts = items(control)
            if parts[0][1] == PAGES:
                (_, size), (_, cookie) = items(items(parts[-1][1])[0][1])
                self.directory.pages += 1
                return int(cookie or b"0"), int.from_bytes(size, "big")
        return None

    @staticmethod
    def _next(page: tuple[int, int] | None, count: int) -> bytes:
        if page is None:
            return b""
        start, size = page
        cookie = str(start + size).encode() if start + size < count else b""
        value = tlv(0x30, tlv(2, b"\0"), tlv(4, cookie))
        return tlv(0xA0, tlv(0x30, tlv(4, PAGES), tlv(4, value)))

    def _entry(self, number: bytes, dn: str, values: Values) -> None:
        attributes = [
            tlv(
                0x30,
                tlv(4, name.encode()),
                tlv(0x31, *(tlv(4, one if isinstance(one, bytes) else one.encode()) for one in many)),
            )
            for name, many in values.items()
        ]
        self._send(number, tlv(0x64, tlv(4, dn.encode()), tlv(0x30, *attributes)))


def _fits(part: tuple[int, bytes], values: Values) -> bool:
    """Whether an entry passes a filter of and, or, not, equal and present."""
    tag, body = part
    if tag == 0xA0:
        return all(_fits(one, values) for one in items(body))
    if tag == 0xA1:
        return any(_fits(one, values) for one in items(body))
    if tag == 0xA2:
        return not _fits(items(body)[0], values)
    if tag == 0xA3:
        (_, name), (_, value) = items(body)
        held = [one for one in values.get(name.decode().lower(), []) if isinstance(one, str)]
        return value.decode().lower() in [one.lower() for one in held]
    assert tag == 0x87, f"filter {tag:x} is not known"
    return body.decode().lower() in values
