"""督查通报: the summary of a month that writes itself, as a draft among the documents."""

from datetime import date
from typing import Any

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import Forbidden
from apps.documents.models import OutgoingDocument
from apps.documents.services.drafting import DraftChanges, outgoing_autosave, outgoing_create
from apps.supervision.models import SupervisionItem
from apps.supervision.policies import oversees
from apps.supervision.selectors.board import headline_of, percent, this_month, units_of_month
from apps.supervision.selectors.items import light_is

SHOWN = 30
HEADS = ("单位", "正常", "临期", "超期", "待审核", "本月办结", "按期率")


@transaction.atomic
def summary_draft(*, actor: Actor, key: str = "") -> OutgoingDocument:
    """A draft of 通报 with this month's figures, units and overdue items. Whoever oversees the organ's items may."""
    if not oversees(actor):
        raise Forbidden("督查通报由督查机构、机关负责人和办公室主任生成。", rule="overseer")
    document = outgoing_create(actor=actor, document_type="circular", key=key)
    if document.title:
        return document
    day = local(now()).date()
    changes = DraftChanges(
        title=f"{document.organ.full_name}关于{day.year}年{day.month}月督办事项办理情况的通报",
        body={"type": "doc", "content": _body(actor, day)},
    )
    return outgoing_autosave(
        actor=actor, document_id=document.pk, expected_version=document.version, changes=changes
    )


def _body(actor: Actor, day: date) -> list[dict[str, Any]]:
    headline = headline_of(actor)
    figures = headline.sums
    rate = f"，按期办结率{headline.on_time_percent}%" if headline.on_time_percent is not None else ""
    opening = (
        f"截至{day.year}年{day.month}月{day.day}日，在办督办事项{figures.open}项，其中正常推进{figures.green}项、"
        f"临期{figures.yellow}项、超期{figures.red}项；本月办结{headline.month.done}项{rate}。现将有关情况通报如下："
    )
    parts = [_paragraph(opening), _heading("各单位办理情况"), _table(actor)]
    parts += [_heading("超期事项"), *_overdue(actor)]
    closing = "各单位要对照时限抓紧办理，超期事项须说明原因并明确完成时间；办理进展通过督办系统按期反馈。"
    return [*parts, _heading("有关要求"), _paragraph(closing)]


def _overdue(actor: Actor) -> list[dict[str, Any]]:
    rows = (
        SupervisionItem.objects.filter(light_is("red", now()), organ_id=actor.organ_id or 0)
        .select_related("lead_organ")
        .order_by("due_at", "id")[:SHOWN]
    )
    lines = [
        f"{row.title}（{row.number}），牵头单位{row.lead_organ.short_name}，"
        f"时限{local(row.due_at):%m月%d日}，完成{row.progress}%。"
        for row in rows
        if row.due_at is not None
    ]
    return [_paragraph(line) for line in lines or ["目前没有超期事项。"]]


def _paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


def _heading(text: str) -> dict[str, Any]:
    return {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": text}]}


def _cell(text: str, kind: str = "table_cell") -> dict[str, Any]:
    return {"type": kind, "attrs": {"colspan": 1, "rowspan": 1}, "content": [_paragraph(text)]}


def _table(actor: Actor) -> dict[str, Any]:
    rows = [[_cell(head, "table_header") for head in HEADS]]
    for name, unit in units_of_month(actor, this_month()):
        in_time = percent(unit.done - unit.late, unit.done)
        rate = "—" if in_time is None else f"{in_time}%"
        counts = (unit.green, unit.yellow, unit.red, unit.review, unit.done)
        rows.append([_cell(name), *(_cell(str(count)) for count in counts), _cell(rate)])
    return {"type": "table", "content": [{"type": "table_row", "content": row} for row in rows]}
