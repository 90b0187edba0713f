"""Small secrets at rest (keys of authenticator apps, recovery codes): sealed with a key derived from the installation's secret."""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from apps.core.errors import InvalidState

MARK = "s1:"
NONCE = 12


def sealed(text: str) -> str:
    """`text` as AES-256-GCM, in letters."""
    nonce = os.urandom(NONCE)
    return MARK + base64.b64encode(nonce + AESGCM(_key()).encrypt(nonce, text.encode(), None)).decode()


def opened(text: str) -> str:
    """What `sealed` was given. Raises `InvalidState` when the installation's secret is another one."""
    try:
        data = base64.b64decode(text.removeprefix(MARK), validate=True)
        return AESGCM(_key()).decrypt(data[:NONCE], data[NONCE:], None).decode()
    except (InvalidTag, ValueError) as error:
        raise InvalidState("双因素的密钥打不开，可能更换过系统密钥。请联系安全管理员重置双因素。") from error


def _key() -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"tongzhou.second-factors", hashlib.sha256).digest()
