"""公文模板 kept through the services."""

from typing import Any

from apps.documents.body import body_from_text
from apps.documents.models import DocumentTemplate
from apps.documents.services.drafting import DraftChanges
from apps.documents.services.templates import TemplateWords, template_create
from tests.factories.world import World
from tests.helpers.outgoing import TEXT

TITLE = "岱海市人民政府办公室关于召开××会议的通知"


def words(
    name: str = "会议通知", *, keywords: str = "", group_id: int | None = None, **draft: Any
) -> TemplateWords:
    """What a keeper writes: a notice to all counties and bureaux unless `draft` says otherwise."""
    wanted: dict[str, Any] = {
        "document_type": "notice",
        "routing_direction": "downward",
        "layout": "general",
        "title": TITLE,
        "body": body_from_text(TEXT),
        **draft,
    }
    return TemplateWords(name=name, keywords=keywords, group_id=group_id, draft=DraftChanges(**wanted))


def template(world: World, name: str = "会议通知", *, who: str = "clerk", **more: Any) -> DocumentTemplate:
    """A template of the organ of `who`."""
    return template_create(actor=world.actor(who), words=words(name, **more))
