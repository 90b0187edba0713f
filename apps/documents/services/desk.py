"""Narrowings kept under a name."""

from urllib.parse import parse_qsl, urlencode

from django.db import transaction

from apps.core.actors import Actor
from apps.core.errors import NotFound, ValidationFailed
from apps.documents.enums import DeskSide
from apps.documents.models import SavedFilter

MOST = 12
NAME_LIMIT = 20
KEPT = {
    DeskSide.INCOMING: ("tab", "q", "type", "urgency", "year", "overdue"),
    DeskSide.OUTGOING: ("tab", "q", "type", "urgency", "year", "mine"),
}


@transaction.atomic
def filter_save(*, actor: Actor, side: str, name: str, query: str) -> SavedFilter:
    """Keep the list's present narrowing; the same name is kept anew. Refuses an empty name, nothing narrowed, and more than 12."""
    name = " ".join(name.split())
    if side not in DeskSide.values:
        raise ValidationFailed("页面数据不完整，请刷新后重试。")
    if not name or len(name) > NAME_LIMIT:
        raise ValidationFailed(f"请填写筛选名称，不超过{NAME_LIMIT}字。", fields={"name": "请填写名称。"})
    wanted = [(key, value) for key, value in parse_qsl(query[:2000]) if key in KEPT[DeskSide(side)]]
    if not wanted:
        raise ValidationFailed("当前没有筛选条件，请先筛选再保存。", fields={"name": "没有筛选条件。"})
    text = urlencode(wanted)
    if len(text) > 500:
        raise ValidationFailed("筛选条件过长，请减少查找文字后再保存。", fields={"name": "条件过长。"})
    mine = SavedFilter.objects.filter(person_id=actor.person_id, side=side)
    if mine.exclude(name=name).count() >= MOST:
        raise ValidationFailed(f"最多保存{MOST}个筛选，请先删除不用的。", fields={"name": "已满。"})
    kept, _ = SavedFilter.objects.update_or_create(
        person_id=actor.person_id, side=side, name=name, defaults={"query": text}
    )
    return kept


@transaction.atomic
def filter_forget(*, actor: Actor, filter_id: int) -> str:
    """Keep it no longer; the side it belonged to. Others' are not found."""
    kept = SavedFilter.objects.filter(pk=filter_id, person_id=actor.person_id).first()
    if kept is None:
        raise NotFound("没有找到该筛选，可能已被删除。")
    side = kept.side
    kept.delete()
    return side
