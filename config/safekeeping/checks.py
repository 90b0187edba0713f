"""Readiness of the certificate that the web processes serve themselves."""

from pathlib import Path

from django.conf import settings

from apps.core.clock import now
from apps.core.health import Check
from config.stack.certificates import CertificateRefused, facts_of


def certificate_check() -> Check:
    """Ready with a word of warning in its last thirty days, not ready once it has expired."""
    try:
        facts = facts_of(Path(settings.CERTIFICATE))
    except CertificateRefused as error:
        return Check("certificate", ok=False, text=str(error))
    return Check("certificate", ok=now() < facts.expires_at, text=facts.warning(now()) or "正常")
