"""A private authority and a certificate for names and addresses of an intranet; and what there is to know of a certificate.

The authority is made once and kept, so that devices trust it once; it is constrained (RFC 5280 4.2.1.10) to the names it was
made for and to private addresses: whoever steals its key cannot pose as a bank.
"""

import datetime
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
SERVER_DAYS = 820  # the longest that iOS and macOS accept from a private authority is 825
WARN_DAYS = 30
HOUR = datetime.timedelta(hours=1)
PRIVATE = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128",
)  # fmt: skip
HOST = "abcdefghijklmnopqrstuvwxyz0123456789-."
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class CertificateRefused(RuntimeError):
    """No certificate was made or taken; the message says why and what to do."""


@dataclass(frozen=True)
class Facts:
    """What a certificate says."""

    names: tuple[str, ...]
    expires_at: datetime.datetime
    fingerprint: str

    def warning(self, moment: datetime.datetime) -> str:
        """What the operator must hear now; empty while all is well."""
        days = (self.expires_at - moment).days
        until = f"{self.expires_at.astimezone():%Y年%-m月%-d日}"
        if moment >= self.expires_at:
            return f"证书已于 {until}过期，浏览器会拒绝连接。请用 make_cert 重新签发，再重新启动。"
        if days < WARN_DAYS:
            return f"证书将于 {until}过期（还有 {days} 天）。请用 make_cert 重新签发，再重新启动。"
        return ""


def facts_of(file: Path) -> Facts:
    """Names, end and SHA-256 fingerprint of the first certificate in a PEM file. Raises `CertificateRefused`."""
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    except OSError as error:
        raise CertificateRefused(f"读不了证书 {file}：{error.strerror}。请检查路径和权限。") from error
    except ValueError as error:
        raise CertificateRefused(f"{file} 不是 PEM 格式的证书。请换用正确的文件。") from error
    digest = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    return Facts(_names_in(certificate), certificate.not_valid_after_utc, digest)


def pair_check(certificate: Path, key: Path) -> Facts:
    """The facts of a certificate whose key is in `key`. Raises `CertificateRefused` when they do not belong together."""
    facts = facts_of(certificate)
    public = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), None)
    except OSError as error:
        raise CertificateRefused(f"读不了证书私钥 {key}：{error.strerror}。请检查路径和权限。") from error
    except (ValueError, TypeError) as error:
        raise CertificateRefused(f"{key} 不是未加密的 PEM 私钥。请换用正确的文件。") from error
    if _spki(private.public_key()) != _spki(public):
        raise CertificateRefused(f"证书 {certificate} 与私钥 {key} 不配对。请换用同一次签发的两个文件。")
    return facts


def issue(folder: Path, names: list[str], *, moment: datetime.datetime, new_authority: bool) -> Facts:
    """Make `server.crt` (with the authority's after it) and `server.key` in `folder`, the authority when there is none.

    Raises `CertificateRefused` for what is no host name or address, and for names outside the authority's constraint.
    """
    hosts, addresses = _sorted_out(names)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if new_authority or not (folder / "ca.crt").exists():
        _make_authority(folder, hosts, addresses, moment)
    try:
        authority = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
        authority_key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    except (OSError, ValueError) as error:
        raise CertificateRefused(
            f"{folder} 中的根证书或其私钥读不出来。可加 --new-ca 重新建立，各设备须重新安装。"
        ) from error
    outside = [*_hosts_outside(authority, hosts), *_addresses_outside(authority, addresses)]
    if outside:
        raise CertificateRefused(
            f"{'、'.join(outside)} 不在现有根证书允许的名称之内。请加 --new-ca 重新建立根证书，各设备须重新安装。"
        )
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _server_certificate(key, authority, authority_key, (hosts, addresses), moment)  # type: ignore[arg-type]  # a key of our own making signs
    _write(folder / "server.key", _pem(key))
    chain = certificate.public_bytes(serialization.Encoding.PEM) + authority.public_bytes(
        serialization.Encoding.PEM
    )
    _write(folder / "server.crt", chain)
    return facts_of(folder / "server.crt")


def _make_authority(
    folder: Path, hosts: list[str], addresses: list[Address], moment: datetime.datetime
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    networks: list[Network] = [ipaddress.ip_network(text) for text in PRIVATE]
    networks += [ipaddress.ip_network(address) for address in addresses if not _is_inside(address, networks)]
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in ("localhost", *hosts)]
    permitted += [x509.IPAddress(network) for network in networks]
    public = key.public_key()
    name = _name(f"同舟根证书 {hosts[0] if hosts else addresses[0]}")
    certificate = (
        _builder(name, name, public, moment, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / "ca.key", _pem(key))
    _write(folder / "ca.crt", certificate.public_bytes(serialization.Encoding.PEM))


def _server_certificate(
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    authority_key: CertificateIssuerPrivateKeyTypes,
    names: tuple[list[str], list[Address]],
    moment: datetime.datetime,
) -> x509.Certificate:
    hosts, addresses = names
    alternatives: list[x509.GeneralName] = [x509.DNSName(host) for host in hosts]
    alternatives += [x509.IPAddress(address) for address in addresses]
    issuer = x509.SubjectKeyIdentifier.from_public_key(authority.public_key())
    # a bare address would be taken for a host name, which the authority's constraint does not permit
    subject = _name(hosts[0] if hosts else f"同舟网站 {addresses[0]}")
    return (
        _builder(subject, authority.subject, key.public_key(), moment, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    moment: datetime.datetime,
    days: int,
) -> x509.CertificateBuilder:
    """Valid from an hour ago: clocks of devices differ."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - HOUR)
        .not_valid_after(moment + datetime.timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _sorted_out(names: list[str]) -> tuple[list[str], list[Address]]:
    hosts: list[str] = []
    addresses: list[Address] = []
    for text in names:
        try:
            addresses.append(ipaddress.ip_address(text))
        except ValueError:
            host = text.lower().removeprefix("*.")
            labels = host.split(".")
            if set(host) - set(HOST) or not all(
                0 < len(label) <= 63 and label.strip("-") == label for label in labels
            ):
                raise CertificateRefused(
                    f"“{text}”不是主机名或 IP 地址。请填写浏览器地址栏中使用的名称，不带 https:// 和端口。"
                ) from None
            hosts.append(text.lower())
    if not hosts and not addresses:
        raise CertificateRefused("请至少填写一个主机名或 IP 地址。")
    return hosts, addresses


def _hosts_outside(authority: x509.Certificate, hosts: list[str]) -> list[str]:
    permitted = _constraint(authority).get_values_for_type(x509.DNSName)
    return [
        host
        for host in hosts
        if not any(f".{host}".endswith("." + name.removeprefix("*.")) for name in permitted)
    ]


def _addresses_outside(authority: x509.Certificate, addresses: list[Address]) -> list[str]:
    found = _constraint(authority).get_values_for_type(x509.IPAddress)
    networks = [entry for entry in found if isinstance(entry, ipaddress.IPv4Network | ipaddress.IPv6Network)]
    return [str(address) for address in addresses if not _is_inside(address, networks)]


def _constraint(authority: x509.Certificate) -> x509.GeneralNames:
    found = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return x509.GeneralNames(found.permitted_subtrees or [])


def _is_inside(address: Address, networks: "list[Network]") -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _names_in(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (
        *found.get_values_for_type(x509.DNSName),
        *(str(address) for address in found.get_values_for_type(x509.IPAddress)),
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _spki(key: object) -> bytes:
    encoded: bytes = key.public_bytes(  # type: ignore[attr-defined]  # every kind of public key has it
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all; keys for the owner alone."""
    aside = path.with_name(path.name + ".part")
    mode = 0o600 if path.suffix == ".key" else 0o644
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    with os.fdopen(handle, "wb") as sink:
        sink.write(data)
        sink.flush()
        os.fsync(sink.fileno())
    aside.replace(path)
