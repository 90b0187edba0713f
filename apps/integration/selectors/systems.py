"""Systems by key, and by whom they serve."""

import hashlib

from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from apps.core.errors import NotFound
from apps.integration.models import PartnerSystem

TOKEN_LIMIT = 200


def secret_digest(secret: str) -> str:
    """What is kept of a secret: it has 256 random bits, so a plain digest cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def system_of_token(token: str) -> PartnerSystem | None:
    """The system whose `<key id>.<secret>` this is, enabled or not; None for any other text."""
    key_id, _, secret = token[:TOKEN_LIMIT].partition(".")
    if "\x00" in token or not (key_id and secret):
        return None
    system = PartnerSystem.objects.select_related("organ").filter(key_id=key_id).first()
    if system is None or not constant_time_compare(system.secret_digest, secret_digest(secret)):
        return None
    return system


def system_locked(system_id: int) -> PartnerSystem:
    """The row, held until the transaction ends. Raises `NotFound`."""
    found = (
        PartnerSystem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organ")
        .filter(pk=system_id)
        .first()
    )
    if found is None:
        raise NotFound("没有找到该接入系统。")
    return found


def systems_listed() -> QuerySet[PartnerSystem]:
    """All, with what the back office's list shows."""
    return PartnerSystem.objects.select_related("organ", "keeper")
