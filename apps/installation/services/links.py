"""The one-time link: opened by the operator of the machine, taken once, dead after that."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from apps.audit.services import record
from apps.core.clock import now
from apps.core.errors import InvalidState, NotFound
from apps.core.locks import advisory_lock
from apps.installation.models import Installation
from apps.installation.policies import REAL, digest_of, link_is_good
from apps.installation.selectors import installation_now

LASTS = timedelta(hours=24)
LOCK = "installation"


@transaction.atomic
def link_open(*, digest: str) -> Installation:
    """Let whoever has the token of this digest begin or go on; earlier links are void. Refuses when the set-up is over."""
    if settings.TONGZHOU_MODE != REAL:
        raise InvalidState("演示环境没有首次设置；正式使用请用 up --organ --state 另一个目录。")
    advisory_lock(LOCK)
    installation = installation_now(lock=True) or Installation(pk=Installation.THE_ONE, opened_at=now())
    if installation.finished_at is not None:
        raise InvalidState("首次设置已经完成，不再发出设置链接。")
    installation.token_digest, installation.token_expires_at = digest, now() + LASTS
    installation.save()
    record("installation.link", actor=None)
    return installation


@transaction.atomic
def link_take(*, token: str) -> str:
    """Use the link up. Returns the secret by which this browser goes on; another browser's ends with it.

    Refuses a wrong, used or expired token, all alike.
    """
    installation = installation_now(lock=True)
    if not link_is_good(installation, token) or installation is None:
        raise NotFound(
            "这个设置链接已经用过、已过期或不正确。请由运行维护人员重新启动 up，或运行 setup_link 取得新的链接。"
        )
    secret = secrets.token_urlsafe(32)
    installation.token_digest, installation.token_expires_at = "", None
    installation.holder_digest = digest_of(secret)
    installation.save(update_fields=["token_digest", "token_expires_at", "holder_digest"])
    record("installation.begin", actor=None)
    return secret
