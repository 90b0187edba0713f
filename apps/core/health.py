"""Whether the installation is ready: each check gives a name, a verdict and a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import redis
from django.db import DatabaseError, connection

from apps.core import valkey
from apps.core.clock import now
from apps.core.models import Heartbeat, OutboxEvent
from apps.core.reminding import late_sources

BEAT_SILENT_AFTER = timedelta(seconds=60)
SLOW_SILENT_AFTER = timedelta(minutes=15)


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


def heartbeat_record(process: str = "worker") -> None:
    """Note that beat and a worker of this lane (`worker` or `slow`) are alive."""
    Heartbeat.objects.update_or_create(process=process, defaults={"seen_at": now()})


def readiness() -> list[Check]:
    """All verdicts; the ones after the database are skipped when it is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return [Check("database", ok=False, text=f"数据库无法连接：{error}")]
    verdicts = [Check("database", ok=True, text="正常"), _valkey(), _worker(), _slow_worker()]
    verdicts += [_parked(), _reminders()]
    return verdicts + [function() for function in _checks.values()]


def _valkey() -> Check:
    try:
        valkey.client().ping()
    except redis.RedisError as error:
        return Check("valkey", ok=False, text=f"Valkey 无法连接：{error}")
    return Check("valkey", ok=True, text="正常")


def _worker() -> Check:
    if _silent("worker", BEAT_SILENT_AFTER):
        return Check("worker", ok=False, text="一分钟内没有收到后台任务进程与定时进程的心跳。")
    return Check("worker", ok=True, text="正常")


def _slow_worker() -> Check:
    """Its processes may all be at long work for a while, so silence means something only after a quarter of an hour."""
    if _silent("slow", SLOW_SILENT_AFTER):
        return Check("slow", ok=False, text="十五分钟内没有收到长任务进程（转换页面、邮件、备份等）的心跳。")
    return Check("slow", ok=True, text="正常")


def _silent(process: str, after: timedelta) -> bool:
    return not Heartbeat.objects.filter(process=process, seen_at__gte=now() - after).exists()


def _parked() -> Check:
    parked = OutboxEvent.objects.filter(status=OutboxEvent.Status.PARKED).count()
    return Check(
        "outbox", ok=parked == 0, text=f"{parked} 个事件已搁置，请在管理后台处理。" if parked else "正常"
    )


def _reminders() -> Check:
    late = late_sources()
    text = f"到期提醒迟于半小时仍未发出（{'、'.join(late)}），请查看后台任务日志。" if late else "正常"
    return Check("reminders", ok=not late, text=text)
