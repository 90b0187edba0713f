"""Keys of seals: encrypted PEM files, 0600, in the secrets folder; the local demonstration authority is made once.

Only certificates enter the database. A certified device replaces this module behind `CryptoProvider`.
"""

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from django.conf import settings

from apps.core.clock import now
from apps.core.errors import InvalidState
from apps.core.locks import advisory_lock
from apps.documents.models import ESeal
from apps.documents.selectors.seals import AUTHORITY, seal_path
from apps.typesetting import Credential, LocalProvider, issue_demo_authority, issue_seal_certificate


def seal_key_make(*, name: str, organ: str, seal_name: str) -> bytes:
    """A fresh key kept under `name`, and its certificate (PEM) for the seal of an organ. Part of a transaction."""
    advisory_lock("documents.seal_authority")
    issued = issue_seal_certificate(_authority(), organ=organ, seal_name=seal_name, now=now())
    _write(seal_path(name, "key"), _encrypted(issued.key_pem))
    return issued.certificate_pem


def provider_of(*, seal: ESeal) -> LocalProvider:
    """The seal's key, ready to sign. Raises `InvalidState` when its file is missing or not ours."""
    try:
        key = _decrypted(seal_path(seal.key_name, "key").read_bytes())
    except (OSError, ValueError) as problem:
        raise InvalidState("印章密钥不可用，不能用印，请联系管理员检查密钥存放位置。") from problem
    return LocalProvider(Credential(key, seal.certificate_pem.encode()))


def _authority() -> Credential:
    """The local authority; its creation is guarded by the caller's lock."""
    key, certificate = seal_path(AUTHORITY, "key"), seal_path(AUTHORITY, "crt")
    if not certificate.is_file():
        made = issue_demo_authority(now=now())
        _write(key, _encrypted(made.key_pem))
        _write(certificate, made.certificate_pem)
    return Credential(_decrypted(key.read_bytes()), certificate.read_bytes())


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, readable by this process's account alone, on disk before the transaction commits."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as sink:
        sink.write(data)
        sink.flush()
        os.fsync(sink.fileno())
    aside.replace(path)


def _secret() -> bytes:
    """The key that encrypts keys, derived from the installation's secret so that a copied folder alone is useless."""
    return hmac.new(settings.SECRET_KEY.encode(), b"tongzhou.seal-keys", hashlib.sha256).hexdigest().encode()


def _encrypted(key_pem: bytes) -> bytes:
    key = serialization.load_pem_private_key(key_pem, None)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(_secret()),
    )


def _decrypted(key_pem: bytes) -> bytes:
    key = serialization.load_pem_private_key(key_pem, _secret())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
