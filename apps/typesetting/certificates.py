"""A local demonstration authority and the certificates of seals it issues; a real organ brings its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_AUTHORITY_YEARS = 20
_SEAL_YEARS = 10
_BEFORE = timedelta(minutes=5)  # clocks differ


@dataclass(frozen=True)
class Credential:
    """A private key (PKCS#8) and its certificate, both PEM; `chain` are the issuers up to, without, the root."""

    key_pem: bytes
    certificate_pem: bytes
    chain: tuple[bytes, ...] = ()


class CryptoProvider(Protocol):
    """Where a seal's key lives. A certified device replaces `LocalProvider` without another line changing."""

    @property
    def certificate(self) -> bytes:
        """The seal's certificate, DER."""

    @property
    def chain(self) -> Sequence[bytes]:
        """Certificates between it and the root, DER."""

    def sign(self, data: bytes) -> bytes:
        """ECDSA signature with SHA-256 over `data`, DER."""


class LocalProvider:
    """Signs with a key held in memory."""

    def __init__(self, credential: Credential) -> None:
        """Reads the key once; a key that is not elliptic is refused."""
        key = serialization.load_pem_private_key(credential.key_pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the seal's key must be an elliptic-curve key")
        self._key = key
        self.certificate = _der(credential.certificate_pem)
        self.chain = tuple(_der(pem) for pem in credential.chain)

    def sign(self, data: bytes) -> bytes:
        """ECDSA signature with SHA-256 over `data`, DER."""
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def issue_demo_authority(*, now: datetime, name: str = "同舟演示签章认证中心") -> Credential:
    """A self-signed root for demonstrations, valid for twenty years."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, "同舟演示环境")
    certificate = (
        _builder(subject, subject, key.public_key(), now, _AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _credential(key, certificate)


def issue_seal_certificate(authority: Credential, *, organ: str, seal_name: str, now: datetime) -> Credential:
    """A key and certificate for one seal of an organ, valid for ten years."""
    issuer_key = serialization.load_pem_private_key(authority.key_pem, None)
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key must be an elliptic-curve key")
    issuer = x509.load_pem_x509_certificate(authority.certificate_pem)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(_name(seal_name, organ), issuer.subject, key.public_key(), now, _SEAL_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_authority=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .sign(issuer_key, hashes.SHA256())
    )
    return _credential(key, certificate)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + timedelta(days=365 * years))
    )


def _name(common: str, organ: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organ[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _credential(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> Credential:
    return Credential(
        key_pem=key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM),
    )


def _der(pem: bytes) -> bytes:
    return x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
