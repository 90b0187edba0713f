"""The whole meeting as it is filed: what its papers say, and which files go with it."""

from collections.abc import Iterator
from typing import Any

from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import NotFound
from apps.core.spreadsheets import Cell
from apps.documents.selectors.outgoing import document_for
from apps.documents.selectors.previews import final_file_of
from apps.files.models import StoredFile
from apps.meetings.models import Meeting
from apps.meetings.selectors.agenda import AgendaLine
from apps.meetings.selectors.meetings import HeadCount

REPLY_HEADS = (
    "单位", "名额", "姓名", "职务", "情况", "事由", "替会人", "替会人职务", "审批", "签到时间", "签到方式"
)  # fmt: skip


def reply_rows(count: HeadCount) -> Iterator[list[Cell]]:
    """回执 and 签到 of everybody called, by unit in rank order; units that have not answered have a row of their own."""
    for line in count.lines:
        quota = sum(one.quota for one in line.invitations)
        if not line.attendees:
            yield [line.name, quota, "", "", "未回执", "", "", "", "", None, ""]
        for row in line.attendees:
            yield [
                line.name, quota, row.name, row.post_title, row.get_state_display(), row.reason, row.substitute_name,
                row.substitute_post, row.decided_text, row.checked_in_at, row.get_checked_in_way_display(),
            ]  # fmt: skip


def archive_content(meeting: Meeting, count: HeadCount, agenda: list[AgendaLine]) -> dict[str, Any]:
    """What 会议档案 says, for typesetting: facts, then notice, people, agenda, decisions, record, minutes, course."""
    parts = [
        _notice(meeting),
        _people(count),
        _agenda(agenda),
        _matters(meeting),
        _part("会议记录", words=_paragraphs(meeting.record) or ["没有会议记录。"]),
        _part("会议纪要", words=[_minutes(meeting)]),
        _course(meeting),
    ]
    return {
        "title": f"{meeting.name}会议档案",
        "note": f"{meeting.organ.full_name} {local(now()):%Y年%-m月%-d日}导出",
        "facts": _facts(meeting),
        "parts": parts,
    }


def _part(heading: str, *, words: list[str] | None = None, **table: Any) -> dict[str, Any]:
    return {"heading": heading, "words": words or [], "heads": [], "widths": [], "rows": []} | table


def _facts(meeting: Meeting) -> list[list[str]]:
    begin, end = local(meeting.starts_at), local(meeting.ends_at)
    when = f"{begin:%Y年%-m月%-d日 %H:%M}—{end:%H:%M}"
    if meeting.begun_at is not None:
        over = f"—{local(meeting.ended_at):%H:%M}" if meeting.ended_at is not None else ""
        when += f"（实际 {local(meeting.begun_at):%H:%M}{over}）"
    host = f"{meeting.host.person.name} {meeting.host.post_title}" if meeting.host is not None else "—"
    unit = f" {meeting.unit.name}" if meeting.unit is not None else ""
    return [
        ["类别", f"{meeting.get_kind_display()}（{meeting.get_state_display()}）"],
        ["时间", when],
        ["地点", meeting.place],
        ["主持", host],
        ["主办", f"{meeting.organ.short_name}{unit}"],
        ["承办人", meeting.organiser.person.name],
    ]


def _notice(meeting: Meeting) -> dict[str, Any]:
    if meeting.announcement is None:
        return _part("会议通知", words=["没有发出通知。"])
    number = meeting.notice.document_number if meeting.notice is not None else ""
    head = f"{meeting.announcement.title}（{number}）" if number else meeting.announcement.title
    return _part("会议通知", words=[head, *_paragraphs(meeting.announcement.text)])


def _people(count: HeadCount) -> dict[str, Any]:
    total = count.totals
    words = (
        f"名额 {count.expected} 人，到会 {total['present']} 人（迟到 {total['late']} 人），"
        f"准假 {total['away']} 人，未到 {total['absent']} 人。"
    )
    rows = []
    for cells in reply_rows(count):
        unit, _, name, post, state, reason, substitute, _, _, arrived, way = cells
        came = f"{local(arrived):%H:%M} {way}" if arrived else "—"  # type: ignore[arg-type]  # a moment where there is one
        who = f"{name}（{substitute}替会）" if substitute else str(name)
        rows.append([str(unit), who, str(post), f"{state}：{reason}" if reason else str(state), came])
    heads = ["单位", "姓名", "职务", "情况", "签到"]
    return _part("参会情况", words=[words], heads=heads, widths=[5, 4, 4, 6, 4], rows=rows)


def _agenda(agenda: list[AgendaLine]) -> dict[str, Any]:
    rows = [
        [
            str(line.item.place),
            line.item.title,
            f"{line.item.organ.short_name} {line.item.presenter}".strip(),
            "、".join(organ.short_name for organ in line.item.observers.all()),
            "、".join(file.name for file in line.files),
        ]
        for line in agenda
    ]
    heads = ["次序", "议题", "汇报", "列席", "材料"]
    return _part("议题", words=[] if rows else ["没有议题。"], heads=heads, widths=[2, 8, 5, 4, 6], rows=rows)


def _matters(meeting: Meeting) -> dict[str, Any]:
    rows = [
        [
            str(number),
            matter.text,
            matter.organ.short_name,
            f"{matter.due_on:%Y年%-m月%-d日}" if matter.due_on else "—",
        ]
        for number, matter in enumerate(meeting.matters.select_related("organ"), start=1)
    ]
    heads = ["序号", "议定事项", "责任单位", "时限"]
    return _part(
        "议定事项", words=[] if rows else ["没有议定事项。"], heads=heads, widths=[2, 11, 5, 5], rows=rows
    )


def _minutes(meeting: Meeting) -> str:
    if meeting.minutes is None:
        return "没有会议纪要。"
    number = meeting.minutes.document_number or meeting.minutes.get_status_display()
    return f"{meeting.minutes.title}（{number}）"


def _course(meeting: Meeting) -> dict[str, Any]:
    rows = [
        [f"{local(line.at):%Y-%m-%d %H:%M}", line.verb, line.person_name or "系统", line.note]
        for line in meeting.log.order_by("at", "pk")
    ]
    return _part("办理过程", heads=["时间", "事项", "人员", "说明"], widths=[5, 4, 4, 10], rows=rows)


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def formal_texts(actor: Actor, meeting: Meeting) -> tuple[list[tuple[str, StoredFile]], list[str]]:
    """The final PDFs of notice and minutes that the actor may see, under their names; and in words what there is none of."""
    found: list[tuple[str, StoredFile]] = []
    lacking: list[str] = []
    for name, document in (("会议通知", meeting.notice), ("会议纪要", meeting.minutes)):
        if document is None:
            continue
        try:
            paper = final_file_of(document_for(actor, document.pk))
        except NotFound:
            lacking.append(f"{name}没有收入：导出人无权查看该公文。")
            continue
        if paper is not None:
            found.append((f"{name}.pdf", paper))
        else:
            lacking.append(f"{name}没有收入：公文{document.get_status_display()}，尚未生成正式文件。")
    return found, lacking
