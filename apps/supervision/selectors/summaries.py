"""What stands in a 督查通报: this month's figures, units and overdue items, written as the body of a document."""

from dataclasses import dataclass
from datetime import date

from apps.accounts.models import Organ
from apps.core.actors import Actor
from apps.core.clock import day_text, local, now
from apps.documents.body import Node
from apps.supervision.lifecycle import RUNNING
from apps.supervision.models import SupervisionItem
from apps.supervision.policies import require_overseer, scope_is
from apps.supervision.selectors.board import headline_of, percent, scope_chosen, this_month, units_of_month
from apps.supervision.selectors.items import light_is

SHOWN = 30
HEADS = ("单位", "正常", "临期", "超期", "待审核", "本月办结", "按期率")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The words of a 通报 as they stand today."""

    organ: Organ
    day: date
    title: str
    body: Node


def summary_of(actor: Actor) -> Summary:
    """Of the items the actor oversees. Raises `Forbidden` for others."""
    organ_id = require_overseer(actor, "督查通报由督查机构、机关负责人和办公室主任生成。")
    organ, day = Organ.objects.get(pk=organ_id), local(now()).date()
    return Summary(
        organ=organ,
        day=day,
        title=f"{organ.full_name}关于{day.year}年{day.month}月督办事项办理情况的通报",
        body={"type": "doc", "content": _body(actor, day)},
    )


def _body(actor: Actor, day: date) -> list[Node]:
    headline = headline_of(actor)
    figures = headline.sums
    rate = f"，按期办结率{headline.on_time_percent}%" if headline.on_time_percent is not None else ""
    opening = (
        f"截至{day_text(day)}，在办督办事项{figures.open}项，其中正常推进{figures.green}项、"
        f"临期{figures.yellow}项、超期{figures.red}项；本月办结{headline.month.done}项{rate}。现将有关情况通报如下："
    )
    parts = [_paragraph(opening), _heading("各单位办理情况"), _table(actor)]
    parts += [_heading("超期事项"), *_overdue(actor), *_listed(actor)]
    closing = "各单位要对照时限抓紧办理，超期事项须说明原因并明确完成时间；办理进展通过督办系统按期反馈。"
    return [*parts, _heading("有关要求"), _paragraph(closing)]


def _overdue(actor: Actor) -> list[Node]:
    found = SupervisionItem.objects.filter(
        light_is("red", now()) & scope_is(actor, scope_chosen(actor, ""))
    ).order_by("due_at", "id")
    count, rows = found.count(), found.select_related("lead_organ")[:SHOWN]
    lines = [
        f"{row.title}（{row.number}），牵头单位{row.lead_organ.short_name}，"
        f"时限{day_text(local(row.due_at).date())}，完成{row.progress}%。"
        for row in rows
        if row.due_at is not None
    ]
    if count > SHOWN:
        lines.append(f"其余{count - SHOWN}项超期事项见督办台账。")
    return [_paragraph(line) for line in lines or ["目前没有超期事项。"]]


def _listed(actor: Actor) -> list[Node]:
    """挂牌督办 that goes on, with nothing when there is none."""
    rows = SupervisionItem.objects.filter(
        scope_is(actor, scope_chosen(actor, "")), is_listed=True, state__in=RUNNING
    ).select_related("lead_organ")
    names = [
        f"{row.title}（{row.lead_organ.short_name}）" for row in rows.order_by("due_at", "id")[: SHOWN + 1]
    ]
    if not names:
        return []
    more = "等" if len(names) > SHOWN else ""
    return [
        _heading("挂牌督办事项"),
        _paragraph(f"下列事项挂牌督办，整改到位后摘牌：{'、'.join(names[:SHOWN])}{more}。"),
    ]


def _paragraph(text: str) -> Node:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


def _heading(text: str) -> Node:
    return {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": text}]}


def _cell(text: str, kind: str = "table_cell") -> Node:
    return {"type": kind, "attrs": {"colspan": 1, "rowspan": 1}, "content": [_paragraph(text)]}


def _table(actor: Actor) -> Node:
    rows = [[_cell(head, "table_header") for head in HEADS]]
    for name, unit in units_of_month(actor, this_month()):
        in_time = percent(unit.done - unit.late, unit.done)
        rate = "—" if in_time is None else f"{in_time}%"
        counts = (unit.green, unit.yellow, unit.red, unit.review, unit.done)
        rows.append([_cell(name), *(_cell(str(count)) for count in counts), _cell(rate)])
    return {"type": "table", "content": [{"type": "table_row", "content": row} for row in rows]}
