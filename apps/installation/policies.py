"""Who may go on with the set-up: the browser that took the link, until the end; then the system administrator may read the list."""

import hashlib
import hmac

from django.conf import settings

from apps.accounts.policies import has_permission
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.installation.models import Installation

REAL = "real"


def digest_of(secret: str) -> str:
    """How a random secret of 256 bits is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def link_is_good(installation: Installation | None, token: str) -> bool:
    """Whether the token would be taken now."""
    return (
        installation is not None
        and settings.TONGZHOU_MODE == REAL
        and installation.finished_at is None
        and bool(installation.token_digest)
        and installation.token_expires_at is not None
        and now() < installation.token_expires_at
        and hmac.compare_digest(installation.token_digest, digest_of(token))
    )


def is_holder(installation: Installation | None, secret: str) -> bool:
    """Whether the bearer of `secret` holds the set-up, and it is not over."""
    return (
        settings.TONGZHOU_MODE == REAL
        and installation is not None
        and installation.finished_at is None
        and bool(installation.holder_digest)
        and hmac.compare_digest(installation.holder_digest, digest_of(secret))
    )


def require_holder(installation: Installation | None, secret: str) -> Installation:
    """The installation, or `NotFound` for everybody but its holder."""
    if installation is None or not is_holder(installation, secret):
        raise NotFound("没有进行中的首次设置。如设置中断，请由运行维护人员运行 setup_link 取得新的链接。")
    return installation


def require_list(installation: Installation | None, secret: str, actor: Actor | None) -> Installation:
    """Holder and system administrator may see what is left to do."""
    if (
        installation is not None
        and actor is not None
        and has_permission(actor, "installation.view_installation")
    ):
        return installation
    return require_holder(installation, secret)
