"""督办单 on paper, in the general format of GB/T 9704-2012, laid out when asked for from what was written at its issue."""

from collections.abc import Sequence
from datetime import datetime

from apps.accounts.models import Organ
from apps.core.clock import day_text, local
from apps.core.errors import UpstreamFailed
from apps.supervision.models import Interview, SupervisionItem, SupervisionNotice
from apps.typesetting import LayoutImpossible, Typeset, TypesettingError, child
from apps.typesetting.sheet import OfficialSheet, Paragraph

SECONDS = 20.0
Kind = SupervisionNotice.Kind
TITLES = {
    Kind.ASSIGN: "关于督办“{item}”的通知",
    Kind.URGE: "关于催办“{item}”的通知",
    Kind.LIST: "关于对“{item}”挂牌督办的通知",
    Kind.INTERVIEW: "关于“{item}”的约谈记录",
}
CLOSINGS = {
    Kind.ASSIGN: "请按时办理并通过督办系统反馈进展；确有困难不能按时完成的，须在时限前申请延期。",
    Kind.LIST: "请按挂牌督办要求限期整改，整改到位并经督办机关同意后摘牌。",
    Kind.INTERVIEW: "请对照整改要求抓紧落实，并通过督办系统反馈整改情况。",
}
CLOSINGS[Kind.URGE] = CLOSINGS[Kind.ASSIGN]


def notice_sheet(notice: SupervisionNotice) -> OfficialSheet:
    """What stands on it: to whom, what, by when, and whom to report to. The notice comes with its receipts' organs."""
    item, kind = notice.item, Kind(notice.kind)
    receipts = sorted(notice.receipts.all(), key=lambda one: one.pk)
    organs = [receipt.organ for receipt in receipts]
    interview = notice.interview if kind is Kind.INTERVIEW else None
    lines = [f"事项：{item.title}（{item.number}）。"]
    lines += _of_interview(notice, interview) if interview else _of_order(notice, item, organs)
    return OfficialSheet(
        issuer_mark=f"{item.organ.full_name}{notice.get_kind_display()}",
        title=TITLES[kind].format(item=item.title),
        blocks=tuple(Paragraph(line) for line in [*lines, CLOSINGS[kind]]),
        main_recipients=tuple(organ.short_name for organ in organs),
        document_number=notice.number,
        issuer_signature=item.organ.full_name,
        document_date=_day(notice.issued_at),
    )


def _of_order(notice: SupervisionNotice, item: SupervisionItem, organs: Sequence[Organ]) -> list[str]:
    lines = _lines(notice.text, but=item.title)
    due_at = notice.due_at or item.due_at
    if due_at is not None:
        lines.append(f"办理时限：{_day(due_at)}{local(due_at):%H:%M}前。")
    helpers = "、".join(organ.short_name for organ in organs[1:])
    return [*lines, f"牵头单位：{organs[0].short_name}。" + (f"配合单位：{helpers}。" if helpers else "")]


def _of_interview(notice: SupervisionNotice, interview: Interview) -> list[str]:
    place = f"，{interview.place}" if interview.place else ""
    asked = _lines(interview.asked)
    return [
        f"约谈时间和地点：{_day(interview.held_at)}{local(interview.held_at):%H:%M}{place}。",
        f"约谈人：{interview.hosts}。",
        f"约谈对象：{interview.guests}。",
        "约谈内容：",
        *_lines(notice.text),
        *(["整改要求：", *asked] if asked else []),
    ]


def _lines(text: str, but: str = "") -> list[str]:
    return [line for line in text.splitlines() if line.strip() and line.strip() != but]


def _day(moment: datetime) -> str:
    day = local(moment)
    return day_text(day)


def notice_pdf(notice: SupervisionNotice) -> bytes:
    """The paper as PDF/A. Raises `UpstreamFailed` when it cannot be laid out."""
    try:
        made: Typeset = child.run("compose", {"sheet": notice_sheet(notice)}, seconds=SECONDS)
    except (LayoutImpossible, TypesettingError) as problem:
        raise UpstreamFailed(f"督办单暂时不能排版：{problem}请稍后再试。") from problem
    return made.pdf
