"""How backups and rehearsals stand now: good, failed, too long ago, never; and what to do about it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from apps.core.clock import local, now
from config.safekeeping.models import UpkeepRun

Kind = UpkeepRun.Kind


class Verdict(StrEnum):
    """How one of the two stands."""

    GOOD = "good"
    FAILED = "failed"
    STALE = "stale"
    NEVER = "never"


WORDS = {Verdict.GOOD: "正常", Verdict.FAILED: "失败", Verdict.STALE: "过期", Verdict.NEVER: "还没有"}
# a night may be missed while the machine is off; a rehearsal is wanted each month
OLDEST = {Kind.BACKUP: timedelta(hours=36), Kind.REHEARSAL: timedelta(days=35)}
ADVICE = {
    (
        Kind.BACKUP,
        Verdict.FAILED,
    ): "请按结果中的原因处理，再由运行维护人员运行 python3 manage.py backup_nightly。",
    (
        Kind.BACKUP,
        Verdict.STALE,
    ): "超过一天半没有备份。请确认平台夜间在运行，并运行 python3 manage.py backup_nightly。",
    (
        Kind.BACKUP,
        Verdict.NEVER,
    ): "每夜 2:30 自动备份；现在就要的，由运行维护人员运行 python3 manage.py backup_nightly。",
    (Kind.REHEARSAL, Verdict.FAILED): "请按结果中的原因处理后再演练；备份不完整或对不上的，重新备份。",
    (
        Kind.REHEARSAL,
        Verdict.STALE,
    ): "超过一个月没有演练。请由运行维护人员运行 python3 manage.py rehearse_restore。",
    (
        Kind.REHEARSAL,
        Verdict.NEVER,
    ): "备份没有演练过就不知道能否恢复。请由运行维护人员运行 python3 manage.py rehearse_restore。",
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One of the two: its last run (None without), the verdict, and what to do (empty when nothing)."""

    name: str
    verdict: Verdict
    run: UpkeepRun | None
    last_good: UpkeepRun | None

    @property
    def word(self) -> str:
        """The verdict in words."""
        return WORDS[self.verdict]

    @property
    def advice(self) -> str:
        """What to do."""
        return ADVICE.get((Kind(self.name), self.verdict), "")

    @property
    def title(self) -> str:
        """What it is."""
        return Kind(self.name).label

    @property
    def took(self) -> str:
        """How long the last run took."""
        if self.run is None:
            return ""
        seconds = (self.run.ended_at - self.run.started_at).total_seconds()
        return f"{seconds:.0f} 秒" if seconds < 120 else f"{seconds / 60:.0f} 分钟"

    @property
    def since(self) -> str:
        """When the last good one was, while the last one was not good."""
        if self.verdict is not Verdict.FAILED:
            return ""
        if self.last_good is None:
            return "从未成功。"
        return f"最近一次成功：{local(self.last_good.started_at):%Y年%-m月%-d日 %H:%M}。"


def standings() -> list[Standing]:
    """Backup, then rehearsal."""
    return [_standing(kind) for kind in Kind]


def _standing(kind: Kind) -> Standing:
    runs = UpkeepRun.objects.filter(kind=kind)
    run = runs.first()
    verdict = Verdict.GOOD
    if run is None:
        verdict = Verdict.NEVER
    elif not run.is_good:
        verdict = Verdict.FAILED
    elif run.started_at < now() - OLDEST[kind]:
        verdict = Verdict.STALE
    return Standing(name=kind, verdict=verdict, run=run, last_good=runs.filter(is_good=True).first())
