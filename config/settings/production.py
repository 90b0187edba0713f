"""Settings under `manage.py up` and in real production: told by the environment, strict where TLS allows it."""

from config.settings.base import *  # noqa: F403  # settings modules extend by star by Django's convention
from config.settings.base import BASE_URL, ENV

CSRF_TRUSTED_ORIGINS = [BASE_URL]
if ENV.behind_tls:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
if ENV.behind_tls or BASE_URL.startswith("https:"):
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
if ENV.certificate:
    SECURE_HSTS_SECONDS = (
        31_536_000  # this name only: other services of the organ may not have certificates yet
    )
