"""座次图, 桌签 and 会议档案 as PDF, laid out when asked for."""

from typing import Any

from apps.core.errors import UpstreamFailed, ValidationFailed
from apps.meetings.models import Meeting
from apps.meetings.selectors.seats import SeatPlan, SeatRow, seat_plan
from apps.typesetting import TypesettingError, child

SECONDS = 30.0


def placards_pdf(meeting: Meeting) -> bytes:
    """A card for everybody who is seated, in the order of seats. Raises `ValidationFailed` before seats are given."""
    plan = _plan(meeting)
    zones = (*plan.rostrum, *plan.table, *plan.hall)
    names = [cell.assignment.attendee.comes_as for row in zones for cell in row.cells if cell.assignment]
    return _made("compose_placards", {"names": names}, "桌签")


def seat_plan_pdf(meeting: Meeting) -> bytes:
    """The plan as the audience sees the rostrum, then as the rostrum sees itself, then the table and the hall."""
    plan = _plan(meeting)
    parts: list[list[object]] = []
    if plan.rostrum:
        parts.append(["主席台（台下看）", [_names(row, is_mirrored=True) for row in plan.rostrum_back_first]])
        parts.append(["主席台（台上看）", [_names(row) for row in plan.rostrum]])
    if plan.table:
        parts.append(["会议桌（第一侧面门）", [_names(row) for row in plan.table]])
    if plan.hall:
        parts.append(["会场（由前至后）", [_names(row) for row in plan.hall]])
    return _made("compose_seat_plan", {"title": f"{meeting.name}座次图", "parts": parts}, "座次图")


def archive_pdf(content: dict[str, Any]) -> bytes:
    """会议档案 of what `selectors.archive.archive_content` says."""
    return _made("compose_meeting_file", content, "会议档案")


def _names(row: SeatRow, *, is_mirrored: bool = False) -> list[str]:
    cells = row.mirrored if is_mirrored else row.cells
    return [cell.assignment.attendee.comes_as if cell.assignment else "" for cell in cells]


def _plan(meeting: Meeting) -> SeatPlan:
    plan = seat_plan(meeting)
    if plan.is_empty:
        raise ValidationFailed("还没有排座，请先排座再打印。")
    return plan


def _made(name: str, payload: dict[str, Any], what: str) -> bytes:
    try:
        made: bytes = child.run(name, payload, seconds=SECONDS)
    except TypesettingError as problem:
        raise UpstreamFailed(f"{what}暂时不能排版：{problem}请稍后再试。") from problem
    return made
