"""Every environment variable the platform reads, declared once; mistakes are reported together.

`read()` returns a frozen `Environment`; it raises `ImproperlyConfigured` naming every wrong variable at once.
"""

import json
import os
import secrets
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, ValidationError

ROOT = Path(__file__).resolve().parent.parent
TWO_FACTORS_FOR = ["sysadmin", "secadmin", "auditadmin", "seal_keeper"]
IN_CHINESE = {"Not a valid integer.": "应为整数", "Not a valid boolean.": "只能是 0 或 1"}


@dataclass(frozen=True)
class Environment:
    """What the process was told. Paths are absolute; URLs are unparsed."""

    state: Path
    mode: str
    process: str
    database_url: str
    redis_url: str
    secret_key: str
    allowed_hosts: list[str]
    base_url: str
    behind_tls: bool
    email_url: str
    email_from: str
    sms_url: str
    sms_token: str
    sms_file: str
    trusted_proxies: int
    web_processes: int
    demo_gate: str
    demo_past: bool
    backup_copy_to: str
    certificate: str
    object_storage: str
    direct_links: bool
    metrics_token: str
    media_control: str
    media_secret: str
    webhook_networks: list[str]
    password_length: int
    password_classes: int
    password_history: int
    password_days: int
    idle_minutes: int
    oidc_url: str
    oidc_client: str
    oidc_secret: str
    oidc_name: str
    oidc_claim: str
    oidc_matches: str
    two_factors_for: list[str]
    two_factors_grace_days: int


def _secret_key(state: Path, *, production: bool) -> str:
    """The variable, else the key file of the state folder; outside production one per process."""
    given = os.environ.get("TONGZHOU_SECRET_KEY", "")
    if given:
        return given
    file = state / "secrets" / "django.key"
    if file.is_file():
        return file.read_text().strip()
    return "" if production else secrets.token_urlsafe(48)


def _mode_kept(state: Path, *, production: bool) -> str:
    """What the state folder is for, where nobody says it: for what was started by hand. In production never a demo by silence."""
    try:
        kept = json.loads((state / "state.json").read_text()).get("mode")
    except (OSError, ValueError, AttributeError):
        kept = None
    return kept if kept in ("demo", "real") else "real" if production else "demo"


def read(*, production: bool) -> Environment:
    """Read and check all variables. Raises `ImproperlyConfigured` listing every mistake, one a line."""
    env = Env(eager=False)
    state = Path(os.environ.get("TONGZHOU_STATE", ROOT / ".state")).resolve()
    unset = "" if production else "postgres://nobody@127.0.0.1:1/none"
    mode = env.str(
        "TONGZHOU_MODE", _mode_kept(state, production=production), validate=_one_of("demo", "real")
    )
    values: dict[str, Any] = {
        "mode": mode,
        "process": env.str(
            "TONGZHOU_PROCESS", "command", validate=_one_of("web", "worker", "beat", "command")
        ),
        "database_url": env.str("DATABASE_URL", unset, validate=_url("postgres", "postgresql")),
        "redis_url": env.str(
            "REDIS_URL",
            "" if production else "redis://127.0.0.1:1/0",
            validate=_url("redis", "rediss", "unix"),
        ),
        "allowed_hosts": env.list("TONGZHOU_ALLOWED_HOSTS", ["127.0.0.1", "localhost"]),
        "base_url": env.str("TONGZHOU_BASE_URL", "http://127.0.0.1:8000", validate=_url("http", "https")),
        "behind_tls": env.bool("TONGZHOU_BEHIND_TLS", False),
        **_posting(env),
        "trusted_proxies": env.int("TONGZHOU_TRUSTED_PROXIES", 0),
        "demo_gate": env.str("TONGZHOU_DEMO_GATE", ""),
        "demo_past": env.bool("TONGZHOU_DEMO_PAST", True),
        "webhook_networks": env.list("TONGZHOU_WEBHOOK_NETWORKS", [], validate=_networks),
        **_keeping(env),
        **_sign_in(env, is_real=mode == "real"),
        **_identity_provider(env),
        "web_processes": env.int("TONGZHOU_WEB_PROCESSES", 1),
    }
    secret_key = _secret_key(state, production=production)
    mistakes = _missing(state, secret_key) if production else []
    try:
        env.seal()
    except EnvValidationError as error:
        mistakes += _lines(error)
    if mistakes:
        raise ImproperlyConfigured("环境变量有误：\n" + "\n".join(mistakes))
    return Environment(state=state, secret_key=secret_key, **values)


def _posting(env: Env) -> dict[str, Any]:
    """By which way letters and short messages go out."""
    return {
        "email_url": env.str("EMAIL_URL", "", validate=_optional_url("smtp", "smtps", "smtp+tls")),
        "email_from": env.str("TONGZHOU_EMAIL_FROM", "tongzhou@localhost"),
        "sms_url": env.str("TONGZHOU_SMS_URL", "", validate=_optional_url("http", "https")),
        "sms_token": env.str("TONGZHOU_SMS_TOKEN", ""),
        "sms_file": env.str("TONGZHOU_SMS_FILE", ""),
    }


def _keeping(env: Env) -> dict[str, Any]:
    """Where bytes and backups lie, what is served and measured."""
    return {
        "backup_copy_to": env.str("TONGZHOU_BACKUP_COPY_TO", "", validate=_optional_folder),
        "certificate": env.str("TONGZHOU_CERT", ""),
        "object_storage": env.str("TONGZHOU_OBJECT_STORAGE", "", validate=_optional_url("s3", "s3+http")),
        "direct_links": env.bool("TONGZHOU_DIRECT_LINKS", False),
        "metrics_token": env.str("TONGZHOU_METRICS_TOKEN", ""),
        "media_control": env.str("TONGZHOU_MEDIA_CONTROL", "", validate=_optional_door),
        "media_secret": env.str("TONGZHOU_MEDIA_SECRET", ""),
    }


def _sign_in(env: Env, *, is_real: bool) -> dict[str, Any]:
    """The rules of signing in (domain.md §10.1). Unless told, two factors are asked of nobody in the demo."""
    return {
        "password_length": env.int("TONGZHOU_PASSWORD_LENGTH", 10, validate=_between(8, 64)),
        "password_classes": env.int("TONGZHOU_PASSWORD_CLASSES", 3, validate=_between(1, 4)),
        "password_history": env.int("TONGZHOU_PASSWORD_HISTORY", 5, validate=_between(0, 24)),
        "password_days": env.int("TONGZHOU_PASSWORD_DAYS", 90, validate=_between(0, 3650)),
        "idle_minutes": env.int("TONGZHOU_IDLE_MINUTES", 30, validate=_between(0, 720)),
        "two_factors_for": env.list("TONGZHOU_TWO_FACTORS_FOR", TWO_FACTORS_FOR if is_real else []),
        "two_factors_grace_days": env.int("TONGZHOU_TWO_FACTORS_GRACE_DAYS", 7, validate=_between(0, 90)),
    }


def _identity_provider(env: Env) -> dict[str, Any]:
    """省统一身份认证 by OIDC: off without its address."""
    return {
        "oidc_url": env.str("TONGZHOU_OIDC_URL", "", validate=_optional_issuer),
        "oidc_client": env.str("TONGZHOU_OIDC_CLIENT", ""),
        "oidc_secret": env.str("TONGZHOU_OIDC_SECRET", ""),
        "oidc_name": env.str("TONGZHOU_OIDC_NAME", "省统一身份认证"),
        "oidc_claim": env.str("TONGZHOU_OIDC_CLAIM", "preferred_username"),
        "oidc_matches": env.str(
            "TONGZHOU_OIDC_MATCHES", "login_name", validate=_one_of("login_name", "mobile")
        ),
    }


def _optional_issuer(value: str) -> None:
    """The provider's keys and tokens travel on this way: encrypted, or on this machine."""
    parts = urlsplit(value)
    is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if value and not (parts.hostname and (parts.scheme == "https" or is_here)):
        raise ValidationError("应为 https:// 开头的统一身份认证地址")


def _networks(value: list[str]) -> None:
    for line in value:
        try:
            ip_network(line, strict=False)
        except ValueError:
            raise ValidationError(f"“{line}”不是 IP 地址或网段") from None


def _missing(state: Path, secret_key: str) -> list[str]:
    """What an installation must say; `manage.py up` says it for its children."""
    mistakes = []
    if not os.environ.get("DATABASE_URL"):
        mistakes.append("DATABASE_URL：没有设置，应为 postgres://用户:口令@主机:端口/库名")
    if not os.environ.get("REDIS_URL"):
        mistakes.append("REDIS_URL：没有设置，应为 redis://:口令@主机:端口/0")
    if not secret_key:
        file = state / "secrets" / "django.key"
        mistakes.append(f"TONGZHOU_SECRET_KEY：没有设置，{file} 也不存在（manage.py up 会自动生成）")
    return mistakes


def _lines(error: EnvValidationError) -> list[str]:
    found = error.error_messages
    if isinstance(found, list):
        return found
    return [
        f"{name}：{'；'.join(IN_CHINESE.get(str(text), str(text)) for text in texts)}"
        for name, texts in found.items()
    ]


def _one_of(*allowed: str):  # type: ignore[no-untyped-def]  # environs takes any callable
    def check(value: str) -> None:
        if value not in allowed:
            raise ValidationError(f"只能是 {'、'.join(allowed)}，现在是“{value}”")

    return check


def _url(*schemes: str):  # type: ignore[no-untyped-def]  # environs takes any callable
    def check(value: str) -> None:
        if urlsplit(value).scheme not in schemes:
            raise ValidationError(f"应以 {'、'.join(schemes)}:// 开头，现在是“{value or '空'}”")

    return check


def _optional_url(*schemes: str):  # type: ignore[no-untyped-def]  # environs takes any callable
    check = _url(*schemes)

    def maybe(value: str) -> None:
        if value:
            check(value)

    return maybe


def _between(least: int, greatest: int):  # type: ignore[no-untyped-def]  # environs takes any callable
    def check(value: int) -> None:
        if not least <= value <= greatest:
            raise ValidationError(f"应在 {least} 到 {greatest} 之间，现在是 {value}")

    return check


def _optional_door(value: str) -> None:
    host, _, port = value.rpartition(":")
    if value and not (host and port.isdigit() and int(port) < 65536):
        raise ValidationError(f"应为 主机:端口，现在是“{value}”")


def _optional_folder(value: str) -> None:
    if value and not Path(value).is_absolute():
        raise ValidationError(f"应为绝对路径的目录，现在是“{value}”")


def database(url: str, *, pool: bool) -> dict[str, object]:
    """Django's DATABASES entry for a postgres:// URL; `pool` uses psycopg's pool (ASGI processes).

    `?host=/folder` names the server's socket instead, as libpq has it.
    """
    parts = urlsplit(url)
    options: dict[str, object] = {"application_name": os.environ.get("TONGZHOU_PROCESS", "command")}
    if pool:
        options["pool"] = {"min_size": 2, "max_size": 12, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parse_qs(parts.query).get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0 if pool else 60,
        "CONN_HEALTH_CHECKS": not pool,
        "OPTIONS": options,
    }


def object_storage(url: str) -> dict[str, object]:
    """Django's STORAGES entry for s3://KEY:SECRET@host:port/bucket?region=… (s3+http:// without TLS)."""
    parts = urlsplit(url)
    place = f"{parts.hostname or ''}" + (f":{parts.port}" if parts.port else "")
    return {
        "BACKEND": "apps.files.object_storage.ObjectStorage",
        "OPTIONS": {
            "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{place}",
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "bucket_name": parts.path.strip("/"),
            "region_name": parse_qs(parts.query).get("region", ["us-east-1"])[0],
        },
    }


def identity_providers(environment: Environment, name: str) -> dict[str, Any]:
    """allauth's setting for the one provider, empty without one. `claim` names the person in its answer, `matches` the field here."""
    if not environment.oidc_url:
        return {}
    provider = {
        "provider_id": name,
        "name": environment.oidc_name,
        "client_id": environment.oidc_client,
        "secret": environment.oidc_secret,
        "settings": {
            "server_url": environment.oidc_url,
            "claim": environment.oidc_claim,
            "matches": environment.oidc_matches,
        },
    }
    return {"openid_connect": {"APPS": [provider], "OAUTH_PKCE_ENABLED": True}}


def email(url: str) -> dict[str, object]:
    """Django's EMAIL_* settings for an smtp:// (plain), smtp+tls:// (STARTTLS) or smtps:// URL; console without one."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 15,
    }
