"""Rows of the Excel sheet."""

from apps.affairs.models import AwayNotice
from apps.core.spreadsheets import Cell

HEADS = (
    "姓名", "职务", "类别", "事由", "目的地", "离开", "返回", "天数", "主持工作", "联系电话", "状态", "返岗时间", "填报时间",
)  # fmt: skip


def notice_cells(notice: AwayNotice) -> list[Cell]:
    """One notice, in the order of `HEADS`."""
    return [
        notice.person.name,
        notice.appointment.post_title,
        str(notice.get_kind_display()),
        notice.reason,
        notice.destination,
        f"{notice.starts_on} {notice.get_starts_half_display()}",
        f"{notice.ends_on} {notice.get_ends_half_display()}",
        notice.days,
        notice.acting.person.name if notice.acting else "",
        notice.phone,
        str(notice.get_state_display()),
        notice.returned_at,
        notice.created_at,
    ]
