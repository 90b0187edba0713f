"""值班表 as PDF, laid out when asked for."""

from datetime import timedelta

from apps.core.clock import local
from apps.core.errors import UpstreamFailed
from apps.duty.enums import RosterState
from apps.duty.models import DutyRoster, HolidayList
from apps.duty.selectors.grids import Grid, GridCell, GridRow
from apps.duty.selectors.planning import rules_of
from apps.typesetting import TypesettingError, child

SECONDS = 30.0
ABOUT = (
    "值班人员请提前15分钟到岗，书面交接，双方确认；未交接不得离岗。",
    "换班须提前一天办理，经双方同意{approved}；值班电话不得转接到手机。",
)


def roster_pdf(roster: DutyRoster, grid: Grid) -> bytes:
    """The month with phones. A draft says that it is one. Raises `UpstreamFailed`."""
    is_out = roster.state == RosterState.PUBLISHED and roster.published_at is not None
    payload: dict[str, object] = {
        "title": f"{roster.organ.full_name}{roster.month.year}年{roster.month.month}月值班表",
        "note": f"{local(roster.published_at):%Y年%-m月%-d日}发布"
        if is_out and roster.published_at
        else "编排中，尚未发布",
        "posts": [post.name for post in grid.posts],
        "lines": [_line(row) for row in grid.rows],
        "foot": _foot(roster.organ_id, grid.rows),
    }
    return _made(payload)


def holiday_pdf(holiday: HolidayList, grid: Grid | None, rows: list[GridRow]) -> bytes:
    """The holiday's days with phones. Raises `UpstreamFailed`."""
    return _made(
        {
            "title": f"{holiday.organ.full_name}{holiday.title}",
            "note": f"{local(holiday.published_at):%Y年%-m月%-d日}发布",
            "posts": [post.name for post in grid.posts] if grid else [],
            "lines": [_line(row) for row in rows],
            "foot": _foot(holiday.organ_id, rows),
        }
    )


def _made(payload: dict[str, object]) -> bytes:
    try:
        made: bytes = child.run("compose_duty_roster", payload, seconds=SECONDS)
    except TypesettingError as problem:
        raise UpstreamFailed(f"值班表暂时不能排版：{problem}请稍后再试。") from problem
    return made


def _line(row: GridRow) -> list[object]:
    return [
        f"{row.day.month}月{row.day.day}日",
        row.weekday,
        _hours(row),
        row.day_name,
        row.is_rest,
        [_person(cell) for cell in row.cells],
    ]


def _hours(row: GridRow) -> str:
    return f"{local(row.watch.starts_at):%H:%M}—{local(row.watch.ends_at):%H:%M}"


def _person(cell: GridCell) -> list[str]:
    if cell.shift is None:
        return ["", ""]
    person = cell.shift.appointment.person
    return [person.name, person.mobile or person.phone]


def _foot(organ_id: int, rows: list[GridRow]) -> list[str]:
    """What everybody on it keeps to; the hours too where all watches have the same."""
    approved = "并报值班室审批" if rules_of(organ_id).approves_swaps else ""
    said = [words.format(approved=approved) for words in ABOUT]
    hours = {_hours(row) for row in rows}
    if len(hours) == 1 and rows[0].watch.ends_at - rows[0].watch.starts_at == timedelta(days=1):
        start = local(rows[0].watch.starts_at)
        said.insert(0, f"每班自当日{start:%H:%M}至次日{start:%H:%M}。")
    return [f"{number}. {words}" for number, words in enumerate(said, start=1)]
