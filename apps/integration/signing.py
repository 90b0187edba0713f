"""How a receiver knows that a telling is ours and of now: pure.

`Tongzhou-Signature: t=<unix seconds>,v1=<hex>` where the hex is HMAC-SHA256 over `<t>.<body>` under the subscription's secret. The
receiver computes it over the raw bytes, compares in constant time and refuses a `t` more than five minutes off.
"""

import hashlib
import hmac

TOLERANCE = 300


def signature(secret: str, body: bytes, moment: int) -> str:
    """The header's value for `body` sent at `moment` (unix seconds)."""
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={mac.hexdigest()}"


def is_genuine(secret: str, body: bytes, header: str, moment: int) -> bool:
    """What a receiver does: whether `header` signs `body` and is at most five minutes old."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    told = parts.get("t", "")
    if not told.isdecimal() or abs(moment - int(told)) > TOLERANCE:
        return False
    return hmac.compare_digest(signature(secret, body, int(told)), header)
