"""Whether the installation is ready: each check gives a name, a verdict and a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import redis
from django.db import DatabaseError, connection

from apps.core import valkey
from apps.core.clock import now
from apps.core.models import Heartbeat, OutboxEvent

BEAT_SILENT_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Check:
    """One verdict of `/readyz`."""

    name: str
    ok: bool
    text: str


CheckFunction = Callable[[], Check]
_checks: dict[str, CheckFunction] = {}


def check(name: str, function: CheckFunction) -> None:
    """Register a readiness check of an upper app."""
    _checks[name] = function


def heartbeat_record() -> None:
    """Note that beat and a worker are alive."""
    Heartbeat.objects.update_or_create(process="worker", defaults={"seen_at": now()})


def readiness() -> list[Check]:
    """All verdicts; the ones after the database are skipped when it is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return [Check("database", ok=False, text=f"数据库无法连接：{error}")]
    verdicts = [Check("database", ok=True, text="正常"), _valkey(), _worker(), _parked()]
    return verdicts + [function() for function in _checks.values()]


def _valkey() -> Check:
    try:
        valkey.client().ping()
    except redis.RedisError as error:
        return Check("valkey", ok=False, text=f"Valkey 无法连接：{error}")
    return Check("valkey", ok=True, text="正常")


def _worker() -> Check:
    beat = Heartbeat.objects.filter(process="worker").first()
    if beat is None or now() - beat.seen_at > BEAT_SILENT_AFTER:
        return Check("worker", ok=False, text="一分钟内没有收到后台任务进程与定时进程的心跳。")
    return Check("worker", ok=True, text="正常")


def _parked() -> Check:
    parked = OutboxEvent.objects.filter(status=OutboxEvent.Status.PARKED).count()
    return Check(
        "outbox", ok=parked == 0, text=f"{parked} 个事件已搁置，请在管理后台处理。" if parked else "正常"
    )
