"""Rows of the Excel sheets."""

from apps.core.clock import local
from apps.core.spreadsheets import Cell
from apps.duty.models import DutyLogEntry, ShiftSwap
from apps.duty.selectors.accounts import PersonAccount
from apps.duty.selectors.grids import Grid, GridRow

LOG_HEADS = (
    "时间",
    "类别",
    "来源",
    "内容",
    "拟办意见",
    "处理结果",
    "相关事件",
    "更正条目",
    "附件",
    "记录人",
    "记录时间",
)


def entry_cells(entry: DutyLogEntry) -> list[Cell]:
    """One line of the log `with_files`, in the order of `LOG_HEADS`."""
    return [
        entry.happened_at,
        str(entry.get_kind_display()),
        entry.source,
        entry.text,
        entry.proposal,
        entry.result,
        entry.event.title if entry.event else "",
        entry.corrects.text[:60] if entry.corrects else "",
        "、".join(file.name for file in entry.attached),
        entry.writer_text,
        entry.written_at,
    ]


def roster_heads(grid: Grid) -> tuple[str, ...]:
    """Heads of the roster's sheet: a column for each post and one for the phone."""
    return ("日期", "星期", "时间", *(name for post in grid.posts for name in (post.name, "电话")))


def roster_cells(grid: Grid, rows: list[GridRow] | None = None) -> list[list[Cell]]:
    """One row for each watch, of the month or of the rows given."""
    made: list[list[Cell]] = []
    for row in grid.rows if rows is None else rows:
        start, end = local(row.watch.starts_at), local(row.watch.ends_at)
        cells: list[Cell] = [f"{row.day:%Y-%m-%d}", f"星期{row.weekday}", f"{start:%H:%M}—{end:%H:%M}"]
        for cell in row.cells:
            person = cell.shift.appointment.person if cell.shift else None
            cells += [person.name if person else "", (person.mobile or person.phone) if person else ""]
        made.append(cells)
    return made


ACCOUNT_HEADS = (
    "姓名",
    "岗位",
    "班次",
    "本月",
    "本年此前",
    "未在岗补记",
    "往年结余",
    "计入累计",
    "日期",
    "说明",
)


def account_cells(account: PersonAccount) -> list[Cell]:
    """One person, in the order of `ACCOUNT_HEADS`."""
    return [
        account.name,
        "、".join(account.posts),
        len(account.turns),
        account.points,
        account.served,
        account.added,
        account.past,
        account.total,
        "、".join(f"{one.day.day}日{one.post}" for one in account.turns),
        "".join(account.words),
    ]


SWAP_HEADS = (
    "班次",
    "岗位",
    "申请人",
    "事由",
    "对象与条件",
    "状态",
    "申请时间",
    "结束时间",
    "审批人",
    "审批意见",
)


def swap_cells(swap: ShiftSwap) -> list[Cell]:
    """One request, in the order of `SWAP_HEADS`."""
    terms = [
        f"{one.appointment.person.name}（"
        + (f"换{local(one.return_watch.starts_at):%m-%d}" if one.return_watch else "替班")
        + f"，{one.get_answer_display()}）"
        for one in swap.offers.all()
    ]
    return [
        swap.watch.starts_at,
        swap.post.name,
        swap.asker.person.name,
        swap.reason,
        "、".join(terms),
        str(swap.get_state_display()),
        swap.asked_at,
        swap.ended_at,
        swap.decided_text,
        swap.words,
    ]
