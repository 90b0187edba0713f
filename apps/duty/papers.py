"""值班表 and 值班日报 as PDF, laid out when asked for."""

from datetime import datetime, timedelta

from apps.core.clock import local, now
from apps.core.errors import UpstreamFailed
from apps.duty.enums import RosterState
from apps.duty.models import DutyLogEntry, DutyRoster, DutyWatch, HolidayList
from apps.duty.selectors.days import DutyDay, EventOfDay
from apps.duty.selectors.grids import WEEKDAYS, Grid, GridCell, GridRow
from apps.duty.selectors.rules import rules_of
from apps.duty.selectors.spots import SpotShown
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
    return _made("值班表", "compose_duty_roster", payload)


def holiday_pdf(holiday: HolidayList, grid: Grid | None, rows: list[GridRow]) -> bytes:
    """The holiday's days with phones. Raises `UpstreamFailed`."""
    return _made(
        "值班表",
        "compose_duty_roster",
        {
            "title": f"{holiday.organ.full_name}{holiday.title}",
            "note": f"{local(holiday.published_at):%Y年%-m月%-d日}发布",
            "posts": [post.name for post in grid.posts] if grid else [],
            "lines": [_line(row) for row in rows],
            "foot": _foot(holiday.organ_id, rows),
        },
    )


def day_pdf(duty: DutyDay, *, number: int | None = None, words: str = "") -> bytes:
    """The day as it stands now; without a number it says that it was not sent. Raises `UpstreamFailed`."""
    weekday = WEEKDAYS[duty.day.weekday()]
    until = "" if duty.is_over else f"，截至{local(now()):%-m月%-d日%H:%M}"
    return _made(
        "值班日报",
        "compose_duty_day",
        {
            "number": f"{duty.day.year}年第{number}期" if number else "未报送",
            "organ": duty.organ.full_name,
            "date": f"{duty.day:%Y年%-m月%-d日} 星期{weekday}{until}",
            "parts": {
                "watches": [_watch(one) for one in duty.watches],
                "entries": [_entry(one) for one in duty.entries],
                "events": [_event(one) for one in duty.events],
                "spots": [_spot(one) for one in duty.spots],
                "words": words.splitlines(),
            },
            "foot": f"{local(now()):%Y年%-m月%-d日 %H:%M} 由值班日志生成",
        },
    )


def _watch(watch: DutyWatch) -> dict[str, object]:
    course = []
    if watch.taken_at:
        course.append(f"接班：{watch.taken_text}，{_moment(watch.taken_at)}。")
    if watch.handed_at:
        course.append(f"交班：{watch.handed_text}，{_moment(watch.handed_at)}。{watch.summary}")
    if watch.pending:
        course.append(f"移交下一班：{watch.pending}")
    people = []
    for shift in watch.shifts.all():
        person = shift.appointment.person
        people.append([shift.post.name, person.name, person.mobile or person.phone])
    hours = f"{_moment(watch.starts_at)}至{_moment(watch.ends_at)}"
    return {"hours": hours, "people": people, "course": course}


def _entry(entry: DutyLogEntry) -> list[str]:
    parts = [
        f"更正“{entry.corrects.text[:40]}”：" if entry.corrects else "",
        f"{entry.source}：" if entry.source else "",
        entry.text,
        f" 拟办：{entry.proposal}" if entry.proposal else "",
        f" 结果：{entry.result}" if entry.result else "",
        f"（附件{len(entry.attached)}个）" if entry.attached else "",
    ]
    return [
        _moment(entry.happened_at),
        str(entry.get_kind_display()),
        "".join(parts),
        entry.writer_text.rpartition(" ")[2],
    ]


def _event(one: EventOfDay) -> dict[str, object]:
    event = one.event
    about = [
        f"{_moment(event.occurred_at)}发生于{event.place}，{_moment(event.learned_at)}接报"
        + (f"，来源：{event.source}" if event.source else "")
        + "。"
    ]
    about += [
        f"{report.name}（{_moment(report.written_at)}{'，迟报' if report.is_late else ''}）：{report.text}"
        + (f" 措施：{report.measures}" if report.measures else "")
        for report in one.reports
    ]
    state = "已终报" if event.closed_at and event.closed_at <= now() else "处置中"
    level = event.get_level_display() if event.level else "未定级"
    return {"title": f"{event.title}（{level}，{state}）", "lines": about}


def _spot(shown: SpotShown) -> str:
    check = shown.check
    results = "、".join(
        f"{one.answer.post.name}{one.answer.appointment.person.name}{one.result.label}"
        + (f"（{one.answer.statement}）" if one.answer.statement else "")
        for one in shown.lines
    )
    called = _moment(check.called_at) if check.called_at else ""
    return f"{called}{check.caller_text}点名，限{check.seconds}秒：{results}。"


def _moment(moment: datetime) -> str:
    return f"{local(moment):%-m月%-d日%H:%M}"


def _made(name: str, function: str, payload: dict[str, object]) -> bytes:
    try:
        made: bytes = child.run(function, payload, seconds=SECONDS)
    except TypesettingError as problem:
        raise UpstreamFailed(f"{name}暂时不能排版：{problem}请稍后再试。") from problem
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
