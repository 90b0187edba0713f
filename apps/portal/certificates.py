"""The installation's own root certificate, offered to devices that do not trust it yet."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from django.conf import settings


@dataclass(frozen=True, kw_only=True)
class RootCertificate:
    """What a person compares before trusting it."""

    name: str
    fingerprint: str
    expires_at: datetime
    der: bytes


def root_certificate() -> RootCertificate | None:
    """The authority that `manage.py make_cert` made; None when the organ uses another one."""
    file = Path(settings.STATE) / "certs" / "ca.crt"
    try:
        found = x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError):
        return None
    return RootCertificate(
        name=found.subject.rfc4514_string().removeprefix("CN="),
        fingerprint=found.fingerprint(hashes.SHA256()).hex(":", 1).upper(),
        expires_at=found.not_valid_after_utc,
        der=found.public_bytes(serialization.Encoding.DER),
    )
