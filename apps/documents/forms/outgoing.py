"""Shapes of what pages and API send about a draft."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from apps.accounts.selectors import organs_by_id
from apps.core.errors import ValidationFailed
from apps.core.given import is_kept_whole
from apps.documents.selectors.seals import VERIFY_LIMIT
from apps.documents.selectors.terms import Terms
from apps.documents.services.drafting import DraftChanges, Recipient

TEXTS = (
    "document_type", "routing_direction", "urgency", "disclosure", "title", "note", "issuer_mark", "issuer_signature",
    "main_recipients_text", "cc_recipients_text", "layout", "attendees", "absentees", "observers",
)  # fmt: skip
OTHERS = {"main_recipients": "main_other", "cc_recipients": "cc_other"}
BOXES = ("is_important", "is_sealed", "is_leader_assigned", "is_government_approved")
REASON = "reason-"
SINGLE = ("copies", "issuing_organ", "signatories", "main_other", "cc_other")
TRUE = frozenset({True, "true", "on", "1"})
LIST_LIMIT = 400
NUMBER_LENGTH = 18  # so many digits the database can compare with


def changes_from(data: Mapping[str, Any]) -> DraftChanges:
    """The changes a JSON body or a posted form asks for; absent fields stay as they are. Raises `ValidationFailed`."""
    found: dict[str, Any] = {name: _text(data[name], name) for name in TEXTS if name in data}
    for name in BOXES:
        if name in data:
            found[name] = _truth(data[name], name)
    if "copies" in data:
        found["copies"] = _number(data["copies"], "copies")
    if "body" in data:
        found["body"] = data["body"]
    if "issuing_organ" in data:
        found["issuing_organ_id"] = _number(data["issuing_organ"], "issuing_organ")
    for name, other in OTHERS.items():
        if name in data:
            found[name] = _recipients(_numbers(data[name], name)) + _names(data.get(other, ""), other)
    if "signatories" in data:
        found["signatories"] = tuple(entry.name for entry in _names(data["signatories"], "signatories"))
    if "joint" in data:
        found["joint_ids"] = tuple(_numbers(data["joint"], "joint"))
    if "cosign" in data:
        found["cosign_ids"] = tuple(_numbers(data["cosign"], "cosign"))
    return DraftChanges(**found)


def changes_from_form(form: QueryDict) -> DraftChanges:
    """The changes of the draft's page as posted: boxes not ticked are false, pickers left empty are empty lists."""
    data: dict[str, Any] = {name: form.get(name, "") for name in (*TEXTS, *SINGLE) if name in form}
    data |= {name: name in form for name in BOXES}
    data |= {name: form.getlist(name) for name in (*OTHERS, "cosign", "joint")}
    try:
        data["body"] = json.loads(form.get("body", ""))
    except (ValueError, RecursionError):
        raise ValidationFailed("正文没有完整送达，请稍候重试；内容仍在页面上。") from None
    return changes_from(data)


def reasons_of(form: QueryDict) -> dict[str, str]:
    """Typed reasons by the key of the finding they are for."""
    return {name.removeprefix(REASON): form.get(name, "") for name in form if name.startswith(REASON)}


def version_of(form: QueryDict) -> int:
    """The version the page was drawn from."""
    value = form.get("expected_version", "")
    if not value.isdecimal() or len(value) > NUMBER_LENGTH:
        raise ValidationFailed("页面数据不完整，请刷新后重试。")
    return int(value)


def number_of(form: QueryDict, name: str) -> int | None:
    """A chosen id, or None when nothing was chosen."""
    value = form.get(name, "")
    return int(value) if value.isdecimal() and len(value) <= NUMBER_LENGTH else None


def terms_of_form(form: QueryDict) -> Terms:
    """What receivers may do: the ticked boxes; a form that does not ask leaves both free."""
    if "terms" not in form:
        return Terms()
    return Terms(may_print="may_print" in form, may_download="may_download" in form)


def terms_required(form: QueryDict) -> Terms:
    """The same of a form that is there to ask. Raises `ValidationFailed` when it arrived without its boxes."""
    if "terms" not in form:
        raise ValidationFailed("页面数据不完整，请刷新后重试。")
    return terms_of_form(form)


def pdf_of(files: "MultiValueDict[str, UploadedFile[Any]]") -> tuple[str, bytes]:
    """Name and bytes of the posted PDF. Refuses none, and one too large to be looked at."""
    file = files.get("file")
    if file is None or not file.size:
        raise ValidationFailed("请选择要验证的 PDF 文件。", fields={"file": "请选择文件。"})
    if file.size > VERIFY_LIMIT:
        limit = VERIFY_LIMIT // 1024 // 1024
        raise ValidationFailed(f"文件超过{limit}MB，不能在线验证。", fields={"file": "文件过大。"})
    return str(file.name), file.read()


def _names(value: Any, field: str) -> tuple[Recipient, ...]:
    """Names typed in one line, separated by 、 or ，."""
    names = (name.strip() for name in re.split(r"[、，,;；]", _text(value, field)))
    return tuple(Recipient(name=name) for name in names if name)


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise ValidationFailed("提交的内容格式不对。", fields={name: "应为文字。"})
    if not is_kept_whole(value):
        raise ValidationFailed(
            "提交的内容中有无法保存的字符，请删去后重试。", fields={name: "有无法保存的字符。"}
        )
    return value


def _truth(value: Any, name: str) -> bool:
    if isinstance(value, dict | list):
        raise ValidationFailed("提交的内容格式不对。", fields={name: "应为是或否。"})
    return value in TRUE


def _number(value: Any, name: str) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = 10**NUMBER_LENGTH
    if abs(number) >= 10**NUMBER_LENGTH:
        raise ValidationFailed("提交的内容格式不对。", fields={name: "应为数字。"})
    return number


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
    return tuple(Recipient(name=organs[organ_id].full_name, organ_id=organ_id) for organ_id in ids)
