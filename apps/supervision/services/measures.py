"""What presses an item on: 挂牌督办 with its end, 摘牌, and 约谈. Listing and talks are numbered papers the units sign for."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.submissions import claim, made, made_before
from apps.files.words import words_checked
from apps.supervision.course import moved, taken_up
from apps.supervision.enums import Act
from apps.supervision.models import Interview, SupervisionItem, SupervisionNotice
from apps.supervision.services.notices import TEXT_LIMIT, notice_issue

NAMES_LIMIT = 200
PLACE_LIMIT = 100
Kind = SupervisionNotice.Kind


@transaction.atomic
def item_list_publicly(
    *, actor: Actor, item_id: int, words: str, expected_version: int | None = None
) -> SupervisionItem:
    """挂牌督办: the item stands out on every list, and its units get the paper. Refused while it is listed."""
    item = taken_up(actor, item_id, Act.LIST_PUBLICLY, expected_version)
    if item.is_listed:
        raise InvalidState("该事项已经挂牌督办，请刷新页面查看。")
    reason = words_checked(words, "挂牌理由", TEXT_LIMIT, required=True)
    item.is_listed = True
    notice = notice_issue(actor=actor, item=item, kind=Kind.LIST, text=reason)
    moved(item, Act.LIST_PUBLICLY, actor=actor, note=f"{notice.number} {reason}", save=("is_listed",))
    return item


@transaction.atomic
def item_delist(
    *, actor: Actor, item_id: int, words: str, expected_version: int | None = None
) -> SupervisionItem:
    """摘牌: what was listed is so no more, with what was put right. The papers of the listing stay."""
    item = taken_up(actor, item_id, Act.DELIST, expected_version)
    if not item.is_listed:
        raise InvalidState("该事项没有挂牌，请刷新页面查看。")
    item.is_listed = False
    moved(item, Act.DELIST, actor=actor, note=words, save=("is_listed",))
    return item


@dataclass(frozen=True, kw_only=True)
class InterviewDraft:
    """What is written down of a talk. `held_at` is aware, None when it was not filled in."""

    held_at: datetime | None
    hosts: str
    guests: str
    text: str
    place: str = ""
    asked: str = ""


@transaction.atomic
def item_interview(
    *, actor: Actor, item_id: int, draft: InterviewDraft, key: str = "", expected_version: int | None = None
) -> SupervisionNotice:
    """约谈记录: the talk with the lead unit as a numbered paper it signs for; never changed, a correction is another record.

    Refused for a talk still to come or before the item was given. The same key records nothing more.
    """
    item = taken_up(actor, item_id, Act.INTERVIEW, expected_version)
    if not claim(person_id=actor.person_id, key=key, verb="supervision.interview"):
        return made_before(item.notices, person_id=actor.person_id, key=key)
    if draft.held_at is None:
        raise ValidationFailed("请填写约谈时间。")
    if draft.held_at > now():
        raise ValidationFailed("约谈时间还没有到，请在约谈之后记录。")
    if item.assigned_at is not None and local(draft.held_at).date() < local(item.assigned_at).date():
        raise ValidationFailed("约谈时间早于事项交办，请核对。")
    text = words_checked(draft.text, "约谈内容", TEXT_LIMIT, required=True)
    guests = words_checked(draft.guests, "约谈对象", NAMES_LIMIT, required=True)
    facts = {
        "held_at": draft.held_at,
        "place": words_checked(draft.place, "地点", PLACE_LIMIT),
        "hosts": words_checked(draft.hosts, "约谈人", NAMES_LIMIT, required=True),
        "asked": words_checked(draft.asked, "整改要求", TEXT_LIMIT),
    }
    notice = notice_issue(actor=actor, item=item, kind=Kind.INTERVIEW, text=text)
    made(person_id=actor.person_id, key=key, row_id=notice.pk)
    Interview.objects.create(notice=notice, guests=guests, **facts)
    moved(item, Act.INTERVIEW, actor=actor, note=f"{notice.number} 约谈{guests}：{text}")
    return notice
