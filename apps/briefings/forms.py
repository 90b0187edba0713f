"""Shape of what people send here."""

from datetime import date

from django.http import QueryDict

from apps.briefings.enums import InstructionLevel
from apps.briefings.services.commissions import CommissionDraft
from apps.briefings.services.items import ItemDraft
from apps.briefings.services.publishing import InstructionDraft
from apps.core.errors import ValidationFailed
from apps.core.given import day_given

ID_LENGTH = 15
LAST = 10**ID_LENGTH


def id_of(value: str) -> int | None:
    """An id, None when empty. Raises `ValidationFailed` for anything else."""
    if not value:
        return None
    if not value.isdecimal() or len(value) > ID_LENGTH:
        raise ValidationFailed("提交的内容无法识别，请刷新页面重试。")
    return int(value)


def ids_of(form: QueryDict, name: str) -> list[int]:
    """Ids of a picker or of ticked rows."""
    return [int(value) for value in form.getlist(name) if value.isdecimal() and len(value) <= ID_LENGTH]


def day_of(value: str) -> date | None:
    """A day, None when empty."""
    found = day_given(value)
    if value and found is None:
        raise ValidationFailed("日期格式不正确，请重新选择。")
    return found


def order_of(form: QueryDict) -> list[int]:
    """Entries by the places typed beside them; equal and unreadable places keep the order of the form."""
    pairs = zip(form.getlist("entry"), form.getlist("place"), strict=False)
    places = [
        (int(place) if place.isdecimal() and len(place) <= ID_LENGTH else LAST, id_of(entry) or 0)
        for entry, place in pairs
    ]
    return [entry for _, entry in sorted(places, key=lambda pair: pair[0])]


def item_draft_of(form: QueryDict) -> ItemDraft:
    """The form of an item."""
    return ItemDraft(
        category=form.get("category", ""),
        title=form.get("title", ""),
        text=form.get("text", ""),
        sources=form.get("sources", ""),
        phone=form.get("phone", ""),
        receiver_id=id_of(form.get("receiver", "")),
        commission_id=id_of(form.get("commission", "")),
    )


def instruction_of(form: QueryDict) -> InstructionDraft:
    """The form of a 批示."""
    return InstructionDraft(
        words=form.get("words", ""),
        given_on=day_of(form.get("given_on", "")),
        adoption_id=id_of(form.get("adoption", "")),
        level=form.get("level", "") or InstructionLevel.CITY,
        leader_id=id_of(form.get("leader", "")),
        leader_text=form.get("leader_text", ""),
    )


def commission_of(form: QueryDict) -> CommissionDraft:
    """The form of a commission."""
    return CommissionDraft(
        topic=form.get("topic", ""),
        requirement=form.get("requirement", ""),
        due_on=day_of(form.get("due_on", "")),
        organ_ids=ids_of(form, "organs"),
    )
