"""Readiness: entries must not stay without their seal."""

from apps.audit.selectors import UNSEALED_LIMIT_SECONDS, unsealed_overdue_count
from apps.core.health import Check


def sealing_check() -> Check:
    """Red when an entry has waited for more than a minute."""
    count = unsealed_overdue_count()
    text = (
        f"{count} 条审计记录超过 {UNSEALED_LIMIT_SECONDS} 秒未封存，请检查后台任务进程。" if count else "正常"
    )
    return Check("audit", ok=count == 0, text=text)
