"""Asks an LDAP server (OpenLDAP, Active Directory, 389 DS and their kin) for everything below a base, page by page.

A harvest is whole or not at all: what the server cuts off is refused. Referrals are never followed, so the bind name's secret
goes to no other server. Raises `UpstreamFailed` with a sentence that says what to look at.
"""

import contextlib
import ssl
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from apps.core.errors import UpstreamFailed

PAGE = 500
LARGEST = 20_000
CONNECT_SECONDS = 8
ANSWER_SECONDS = 30
PORTS = {"ldaps": 636, "starttls": 389, "plain": 389}
# result codes of RFC 4511 whose meaning an administrator can act on
MEANINGS = {
    4: "服务器限制了一次返回的数量，没有取全。请在服务器上放宽该绑定名的数量限制，或缩小搜索起点和筛选。",
    8: "服务器要求更强的认证。请改用加密连接。",
    10: "搜索起点在另一台服务器上（服务器给出转介）。请直接填写那台服务器。",
    11: "服务器的管理限制中断了搜索，没有取全。请在服务器上放宽该绑定名的限制。",
    12: "服务器不支持分页取回，无法保证取全。请在服务器上启用分页控制。",
    13: "服务器要求加密连接。请改用 LDAPS 或 StartTLS。",
    32: "没有这个搜索起点。请核对搜索起点，或确认绑定名有权读取它。",
    34: "搜索起点或绑定名的写法不正确。请按 ou=机关,dc=example,dc=cn 的格式填写。",
    48: "服务器不接受匿名或这种绑定方式。请填写绑定名和口令。",
    49: "绑定名或口令不正确，或该账号已停用、口令已过期。",
    50: "绑定名没有读取权限。请在服务器上授予它只读权限。",
    51: "服务器忙，请稍后再试。",
    52: "服务器暂不可用，请稍后再试。",
    53: "服务器拒绝了这一操作，通常是不接受匿名读取。请填写绑定名和口令。",
}

# words in the library's errors, the first that fits: what an administrator has to look at
TROUBLES = (
    (("certificate has expired",), "{place} 的证书已过期，请在服务器上更换证书。"),
    (
        ("doesn't match", "not match", "is not valid for"),
        "{place} 的证书不是签给“{host}”的。请按证书上的名称填写服务器。",
    ),
    (("certificate",), "{place} 的证书不受信任。请把签发它的 CA 证书填入“CA 证书”。"),
    (("invalid server address", "getaddrinfo", "name or service"), "找不到服务器 {place}，请核对主机名。"),
    (("refused",), "{place} 拒绝连接，请核对端口，并确认目录服务已启动。"),
    (("starttls",), "{place} 不支持 StartTLS。请改用 LDAPS，或在服务器上启用。"),
    (("socket ssl wrapping",), "{place} 没有用 TLS 回答。请核对端口是不是加密端口（LDAPS 通常 636）。"),
    (("timed out", "timeout"), "{place} 没有在规定时间内回答，请核对网络和防火墙。"),
    (("password is mandatory",), "填写了绑定名而没有口令。请填写口令；匿名读取的，两项都留空。"),
    (
        ("attribute type not present", "invalid dn", "attribute value not present"),
        "搜索起点或绑定名的写法不正确。请按 ou=机关,dc=example,dc=cn 的格式填写。",
    ),
    (("filter", "matching assertion"), "筛选条件的写法不正确，请按 (objectClass=inetOrgPerson) 的格式填写。"),
)


@dataclass(frozen=True, kw_only=True)
class Way:
    """How to reach the directory and who asks."""

    host: str
    port: int | None
    security: str
    ca_pem: str = ""
    bind_name: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry: its name (DN) and the first value of each attribute asked for, in small letters, absent ones empty."""

    dn: str
    values: dict[str, str]

    def __getitem__(self, attribute: str) -> str:
        return self.values.get(attribute.lower(), "") if attribute else ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A search below a base."""

    base: str
    filter: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything found, and the places the server pointed to elsewhere."""

    entries: tuple[Entry, ...] = ()
    referrals: tuple[str, ...] = ()


def fetched(way: Way, searches: Iterable[Asked]) -> list[Answer]:
    """The answer to each search, over one connection."""
    with _bound(way) as connection:
        return [_searched(connection, asked) for asked in searches]


@contextlib.contextmanager
def _bound(way: Way) -> Iterator[Any]:
    """A connection on which the bind succeeded."""
    ldap3 = _library()
    place = f"{way.host}:{way.port or PORTS[way.security]}"
    try:
        tls = ldap3.Tls(
            validate=ssl.CERT_REQUIRED, ca_certs_data=way.ca_pem or None, sni=way.host, version=None
        )
        server = ldap3.Server(
            way.host,
            port=way.port or PORTS[way.security],
            use_ssl=way.security == "ldaps",
            tls=None if way.security == "plain" else tls,
            get_info=ldap3.NONE,
            connect_timeout=CONNECT_SECONDS,
        )
        connection = ldap3.Connection(
            server,
            user=way.bind_name or None,
            password=way.secret or None,
            authentication=ldap3.SIMPLE if way.bind_name else ldap3.ANONYMOUS,
            auto_bind=ldap3.AUTO_BIND_NONE,
            auto_referrals=False,
            read_only=True,
            raise_exceptions=False,
            receive_timeout=ANSWER_SECONDS,
        )
        connection.open()
        if way.security == "starttls":
            connection.start_tls()
        connection.bind()
        _require_success(connection, place)
        yield connection
    except ldap3.core.exceptions.LDAPException as error:
        raise UpstreamFailed(_trouble(place, error)) from error
    except OSError as error:
        raise UpstreamFailed(_trouble(place, error)) from error
    finally:
        if "connection" in locals():
            _close(ldap3, connection)


def _library() -> Any:
    """ldap3, loaded only where a directory is asked; it speaks to pyasn1 by names that are going out of use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import ldap3  # noqa: PLC0415  # 40 ms and used by one page
    return ldap3


def _close(ldap3: Any, connection: Any) -> None:
    with contextlib.suppress(ldap3.core.exceptions.LDAPException, OSError):  # the other side closed first
        connection.unbind()


def _searched(connection: Any, asked: Asked) -> Answer:
    entries: list[Entry] = []
    referrals: list[str] = []
    cookie: bytes | None = None
    while True:
        connection.search(
            asked.base,
            asked.filter,
            search_scope="SUBTREE",
            attributes=list(asked.attributes),
            paged_size=PAGE,
            paged_cookie=cookie,
        )
        _require_success(connection, asked.base)
        for found in connection.response or ():
            if found["type"] == "searchResEntry":
                entries.append(_entry(found))
            elif found["type"] == "searchResRef":
                referrals.extend(found["uri"])
        if len(entries) > LARGEST:
            raise UpstreamFailed(f"“{asked.filter}”找到的条目超过 {LARGEST} 个。请缩小搜索起点或筛选。")
        cookie = _cookie(connection.result)
        if not cookie:
            return Answer(entries=tuple(entries), referrals=tuple(dict.fromkeys(referrals)))


def _cookie(result: dict[str, Any]) -> bytes | None:
    control = (result.get("controls") or {}).get("1.2.840.113556.1.4.319")
    found: bytes | None = control["value"]["cookie"] if control else None
    return found


def _entry(found: dict[str, Any]) -> Entry:
    values = {}
    for name, raw in found["raw_attributes"].items():
        if raw:
            values[name.lower()] = _text(raw[0])
    return Entry(dn=found["dn"], values=values)


def _text(raw: bytes) -> str:
    """As text; what is none (objectGUID) in hexadecimal."""
    try:
        text = " ".join(raw.decode().split())
    except UnicodeDecodeError:
        return raw.hex()
    return text if text.isprintable() else raw.hex()


def _require_success(connection: Any, where: str) -> None:
    result = connection.result
    code = result["result"]
    if code == 0:
        return
    meaning = MEANINGS.get(code, f"服务器回答：{result['description']} {result['message']}".strip() + "。")
    raise UpstreamFailed(f"{where}：{meaning}")


def _trouble(place: str, error: Exception) -> str:
    """What kept the server from answering, for the administrator."""
    text = str(error)
    low = text.lower()
    for signs, sentence in TROUBLES:
        if any(sign in low for sign in signs):
            return sentence.format(place=place, host=place.rpartition(":")[0])
    return f"{place} 没有正常回答（{text}）。请核对端口和加密方式是否一致。"
