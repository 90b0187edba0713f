"""The way out to a system's address, which must not become a way in: public addresses only, and those the installation lists.

The name is resolved once, every address it has is looked at, and the connection is made to the very address that was looked at:
a name that changes its mind in between (DNS rebinding) gains nothing. No proxy, no redirect, no more than a few bytes read back.
"""

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT = 5.0
READ_BYTES = 512
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Answer:
    """What came of it: taken (2xx), or the `reason` why not, in words."""

    reason: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it."""
        return not self.reason


class _Pinned(HTTPConnection):
    """A connection to one address, with TLS for the name where the scheme asks for it."""

    def __init__(self, host: str, port: int, address: str, *, is_secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._address, self._is_secure = address, is_secure

    def connect(self) -> None:
        """To the address that was looked at."""
        plain = socket.create_connection((self._address, self.port), TIMEOUT)
        if not self._is_secure:
            self.sock = plain
            return
        try:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send `body`. Every refusal and failure is an answer in words; nothing is raised."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    try:
        address = _address_of(host, port)
    except OSError as error:
        return Answer(f"主机名“{host}”无法解析：{error}")
    if address is None:
        return Answer(f"“{host}”指向内部地址，没有列入允许的网段（TONGZHOU_WEBHOOK_NETWORKS），没有投递")
    connection = _Pinned(host, port, address, is_secure=parts.scheme == "https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, dict(headers))
        response = connection.getresponse()
        said = response.read(READ_BYTES).decode("utf-8", "replace")
    except (OSError, HTTPException, ValueError) as error:
        return Answer(f"连接失败：{str(error) or type(error).__name__}")
    finally:
        connection.close()
    if 200 <= response.status < 300:
        return Answer()
    return Answer(f"对方答复 {response.status}：{' '.join(said.split())[:120]}")


def _address_of(host: str, port: int) -> str | None:
    """The address to connect to; None when any address of the name is one that must not be reached."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    return found[0] if found and all(may_reach(address) for address in found) else None


def may_reach(address: str) -> bool:
    """Whether the address is public, or the installation lists its network."""
    there = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(there, "ipv4_mapped", None) or there
    listed = (ipaddress.ip_network(line, strict=False) for line in settings.WEBHOOK_NETWORKS)
    if any(mapped.version == network.version and mapped in network for network in listed):
        return True
    return mapped.is_global and not mapped.is_multicast
