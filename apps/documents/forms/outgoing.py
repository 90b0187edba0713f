"""Shapes of what pages and API send about a draft."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.selectors import organs_by_id
from apps.core.errors import ValidationFailed
from apps.documents.services.drafting import DraftChanges, Recipient

TEXTS = (
    "document_type", "routing_direction", "urgency", "disclosure", "title", "note", "issuer_mark", "issuer_signature",
    "main_recipients_text", "cc_recipients_text",
)  # fmt: skip
TRUE = frozenset({True, "true", "on", "1"})
LIST_LIMIT = 400


def changes_from(data: Mapping[str, Any]) -> DraftChanges:
    """The changes a JSON body or a posted form asks for; absent fields stay as they are. Raises `ValidationFailed`."""
    found: dict[str, Any] = {name: _text(data[name], name) for name in TEXTS if name in data}
    for name in ("is_important", "is_sealed"):
        if name in data:
            found[name] = data[name] in TRUE
    if "copies" in data:
        found["copies"] = _number(data["copies"], "copies")
    if "body" in data:
        found["body"] = data["body"]
    if "issuing_organ" in data:
        found["issuing_organ_id"] = _number(data["issuing_organ"], "issuing_organ")
    for name in ("main_recipients", "cc_recipients"):
        if name in data:
            found[name] = _recipients(_numbers(data[name], name))
    if "cosign" in data:
        found["cosign_ids"] = tuple(_numbers(data["cosign"], "cosign"))
    return DraftChanges(**found)


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise ValidationFailed("提交的内容格式不对。", fields={name: "应为文字。"})
    return value


def _number(value: Any, name: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ValidationFailed("提交的内容格式不对。", fields={name: "应为数字。"}) from None


def _numbers(value: Any, name: str) -> list[int]:
    values = value if isinstance(value, list) else [value]
    if len(values) > LIST_LIMIT:
        raise ValidationFailed(f"最多选择{LIST_LIMIT}个。", fields={name: "选择过多。"})
    return [_number(item, name) for item in values if item not in ("", None)]


def _recipients(ids: list[int]) -> tuple[Recipient, ...]:
    organs = {organ.pk: organ for organ in organs_by_id(ids)}
    missing = [organ_id for organ_id in ids if organ_id not in organs]
    if missing:
        raise ValidationFailed("有收文机关不存在，请重新选择。", fields={"main_recipients": "请重新选择。"})
    return tuple(Recipient(name=organs[organ_id].short_name, organ_id=organ_id) for organ_id in ids)
