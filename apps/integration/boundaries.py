"""Where a system may call from and where its links may lead: pure."""

import ipaddress
import re
from urllib.parse import urlsplit

from apps.core.errors import ValidationFailed

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:\d{1,5})?"
)
MOST_LINES = 50
SCHEMES = ("https", "http")


def lines_of(text: str) -> list[str]:
    """What was written, one a line, without blanks and repetitions. Raises `ValidationFailed` beyond `MOST_LINES`."""
    found = list(dict.fromkeys(part for part in re.split(r"[\s,，;；]+", text) if part))
    if len(found) > MOST_LINES:
        raise ValidationFailed(f"最多填写 {MOST_LINES} 行。")
    return found


def networks_of(text: str) -> list[Network]:
    """The addresses and networks (`10.1.0.0/16`). Raises `ValidationFailed` naming the first line that is none."""
    found = []
    for line in lines_of(text):
        try:
            found.append(ipaddress.ip_network(line, strict=False))
        except ValueError:
            raise ValidationFailed(
                f"“{line[:60]}”不是 IP 地址或网段，请写成 10.1.2.3 或 10.1.0.0/16。"
            ) from None
    return found


def comes_from(address: str, text: str) -> bool:
    """Whether a call from `address` is within the listed addresses; without a list from anywhere."""
    networks = networks_of(text)
    if not networks:
        return True
    caller = ipaddress.ip_address(address)
    return any(caller.version == network.version and caller in network for network in networks)


def hosts_of(text: str) -> list[str]:
    """Host names, with a port where it is not the usual one. Raises `ValidationFailed` naming the first line that is none."""
    found = lines_of(text.lower())
    for line in found:
        if not HOST.fullmatch(line):
            raise ValidationFailed(
                f"“{line[:60]}”不是主机名，请写成 czyth.daihai.gov.cn 或带端口的形式，不写 http。"
            )
    return found


def link_checked(url: str, hosts: str) -> str:
    """The link. Raises `ValidationFailed` unless it is https or http, names no password and leads to a registered host."""
    try:
        parts = urlsplit(url)
        place, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise ValidationFailed("链接格式不正确。") from None
    if parts.scheme not in SCHEMES or not place or not url.isprintable() or " " in url or "\\" in url:
        raise ValidationFailed("链接须以 https:// 或 http:// 开头。")
    if parts.username is not None or parts.password is not None:
        raise ValidationFailed("链接中不能带用户名或口令。")
    named = {place, f"{place}:{port}"} if port is None or port in (80, 443) else {f"{place}:{port}"}
    if not named & set(hosts_of(hosts)):
        raise ValidationFailed(f"链接的主机“{parts.netloc[:80]}”没有登记，请联系系统管理员登记后再推送。")
    return url
