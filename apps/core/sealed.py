"""Short secrets (a mail password, a gateway's token) kept in the database sealed: AES-256-GCM under a key in the state folder.

Who has only the database or only its dump reads nothing; a backup holds both, under its own passphrase. What was sealed for one
name does not open under another.
"""

import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from apps.core.errors import InvalidState

KEY_NAME = "kept-secrets.key"
KEY_BYTES = 32
NONCE_BYTES = 12


def seal(text: str, *, name: str) -> bytes:
    """`text` sealed for `name`; the empty text stays empty."""
    if not text:
        return b""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key()).encrypt(nonce, text.encode(), name.encode())


def unseal(sealed: bytes, *, name: str) -> str:
    """The text. Raises `InvalidState` when the key is gone, is another installation's, or the bytes were changed."""
    if not sealed:
        return ""
    try:
        return AESGCM(_key()).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise InvalidState(
            "保存的口令无法解开：状态目录中的密钥已更换或缺失。请重新填写口令并保存。"
        ) from error


def _key() -> bytes:
    return secret_file(KEY_NAME, lambda: os.urandom(KEY_BYTES))


def secret_file(name: str, make: Callable[[], bytes]) -> bytes:
    """The installation's secret called `name`, made by `make` at first use, readable by its owner only."""
    file = Path(settings.SECRETS_ROOT) / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = file.with_name(f".{name}.{os.urandom(6).hex()}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(make())
        try:
            os.link(unfinished, file)  # whole or not at all; the first of two wins
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
    return file.read_bytes()
