"""Issuing: a draft, published once and then frozen; withdrawn, extended or closed by its issuer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.selectors import organs_by_id, people_active
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, InvalidState, RateLimited, ValidationFailed
from apps.core.events import publish
from apps.core.subjects import Subject
from apps.core.submissions import claim, made, made_before
from apps.files.marks import mark_in_text
from apps.notifications.enums import NoticeKind
from apps.notifications.events import AnnouncementPublished, AnnouncementWithdrawn
from apps.notifications.models import Announcement, AnnouncementRecipient
from apps.notifications.policies import Ability, abilities, people_of, require, require_issuer
from apps.notifications.reply_form import Field
from apps.notifications.selectors.announcements import KIND, announcement_for
from apps.notifications.services.notices import notice_send

TITLE_LIMIT = 100
TEXT_LIMIT = 10_000
RECIPIENT_LIMIT = 2000
Status = Announcement.Status


@dataclass(frozen=True, kw_only=True)
class AnnouncementDraft:
    """What an announcement says and to whom."""

    title: str
    text: str
    fields: Sequence[Field] = ()
    deadline_at: datetime | None = None
    organ_ids: Sequence[int] = ()
    person_ids: Sequence[int] = ()


@transaction.atomic
def announcement_create(*, actor: Actor, key: str = "") -> Announcement:
    """An empty draft of the actor's organ. The same key gives the same draft."""
    organ_id = require_issuer(actor)
    if not claim(person_id=actor.person_id, key=key, verb="notifications.announcement"):
        return made_before(Announcement.objects, person_id=actor.person_id, key=key)
    draft = Announcement.objects.create(
        organ_id=organ_id,
        issuer_id=actor.person_id,
        issuer_text=f"{actor.post_text} {actor.name}".strip()[:160],
        created_at=now(),
    )
    made(person_id=actor.person_id, key=key, row_id=draft.pk)
    return draft


@transaction.atomic
def announcement_save(
    *, actor: Actor, announcement_id: int, expected_version: int, draft: AnnouncementDraft
) -> Announcement:
    """Keep the draft. Raises `Conflict` when another window has saved it meanwhile; nothing is overwritten."""
    announcement = announcement_for(actor, announcement_id, lock=True)
    require(Ability.EDIT, abilities(actor, announcement))
    if announcement.version != expected_version:
        raise Conflict(
            "该草稿已在另一窗口修改，请刷新后再改，没有覆盖对方的内容。", version=announcement.version
        )
    _check_words(draft)
    announcement.title, announcement.text = " ".join(draft.title.split()), draft.text.strip()
    announcement.fields = [field.as_data() for field in draft.fields]
    announcement.deadline_at = draft.deadline_at
    announcement.version += 1
    announcement.save(update_fields=["title", "text", "fields", "deadline_at", "version"])
    _recipients_set(announcement, draft)
    return announcement


def _check_words(draft: AnnouncementDraft) -> None:
    if len(draft.title) > TITLE_LIMIT:
        raise ValidationFailed(f"标题共 {len(draft.title)} 字，不能超过 {TITLE_LIMIT} 字。")
    if len(draft.text) > TEXT_LIMIT:
        raise ValidationFailed(f"内容共 {len(draft.text)} 字，不能超过 {TEXT_LIMIT} 字。")
    if "\x00" in draft.title + draft.text:
        raise ValidationFailed("内容中有无法保存的字符，请删除后重试。")
    if mark := mark_in_text(f"{draft.title}\n{draft.text}"):
        raise ValidationFailed(f"内容中有密级标志“{mark}”。本系统为非涉密系统，请去除后再试。")
    if len(draft.organ_ids) + len(draft.person_ids) > RECIPIENT_LIMIT:
        raise ValidationFailed(f"通知对象不能超过 {RECIPIENT_LIMIT} 个。")


def _recipients_set(announcement: Announcement, draft: AnnouncementDraft) -> None:
    organs = {organ.pk for organ in organs_by_id(draft.organ_ids) if organ.abolished_on is None}
    people = set(people_active(draft.person_ids))
    announcement.recipients.all().delete()
    AnnouncementRecipient.objects.bulk_create(
        [
            *(
                AnnouncementRecipient(announcement=announcement, organ_id=one)
                for one in dict.fromkeys(draft.organ_ids)
                if one in organs
            ),
            *(
                AnnouncementRecipient(announcement=announcement, person_id=one)
                for one in dict.fromkeys(draft.person_ids)
                if one in people
            ),
        ]
    )


@transaction.atomic
def announcement_publish(*, actor: Actor, announcement_id: int, key: str = "") -> Announcement:
    """Publish the draft as it stands. Refuses without title, text or recipients, and a deadline that has passed."""
    announcement = announcement_for(actor, announcement_id, lock=True)
    if announcement.status == Status.PUBLISHED and not claim(
        person_id=actor.person_id, key=key, verb="notifications.publish"
    ):
        return announcement
    require(Ability.PUBLISH, abilities(actor, announcement))
    if announcement.status == Status.DRAFT:
        claim(person_id=actor.person_id, key=key, verb="notifications.publish")
    if not announcement.title or not announcement.text:
        raise ValidationFailed("请填写标题和内容后再发布。")
    if not announcement.recipients.exists():
        raise ValidationFailed("请选择通知对象后再发布。")
    abolished = (
        announcement.recipients.filter(organ__abolished_on__isnull=False).select_related("organ").first()
    )
    if abolished is not None and abolished.organ is not None:
        raise ValidationFailed(f"通知对象“{abolished.organ.short_name}”已经撤销，请重新选择。")
    if announcement.deadline_at is not None and announcement.deadline_at <= now():
        raise ValidationFailed("回执时限已经过去，请重新设定。")
    announcement.status, announcement.published_at = Status.PUBLISHED, now()
    announcement.save(update_fields=["status", "published_at"])
    _record(actor, announcement, "notifications.announcement_publish")
    publish(AnnouncementPublished(announcement_id=announcement.pk))
    return announcement


@transaction.atomic
def announcement_save_publish(
    *, actor: Actor, announcement_id: int, expected_version: int, draft: AnnouncementDraft, key: str = ""
) -> Announcement:
    """Keep the draft and publish it, or neither: after a refusal the page is still the newest."""
    announcement_save(
        actor=actor, announcement_id=announcement_id, expected_version=expected_version, draft=draft
    )
    return announcement_publish(actor=actor, announcement_id=announcement_id, key=key)


@transaction.atomic
def announcement_withdraw(*, actor: Actor, announcement_id: int, reason: str) -> Announcement:
    """Take a published announcement back, with a reason that its recipients read; its trace and answers stay."""
    announcement = _managed(actor, announcement_id)
    if not reason.strip():
        raise ValidationFailed("请填写撤回原因。")
    announcement.status, announcement.withdrawn_reason = Status.WITHDRAWN, reason.strip()[:200]
    announcement.save(update_fields=["status", "withdrawn_reason"])
    _record(actor, announcement, "notifications.announcement_withdraw")
    publish(AnnouncementWithdrawn(announcement_id=announcement.pk))
    return announcement


@transaction.atomic
def announcement_reach(
    *, announcement: Announcement, organ_ids: Sequence[int], person_ids: Sequence[int]
) -> list[AnnouncementRecipient]:
    """More recipients of a published one, for the app whose thing it tells of and that has checked the right."""
    known = set(announcement.recipients.values_list("organ_id", "person_id"))
    wanted = [(one, None) for one in organ_ids] + [(None, one) for one in person_ids]
    made = AnnouncementRecipient.objects.bulk_create(
        AnnouncementRecipient(announcement=announcement, organ_id=organ, person_id=person)
        for organ, person in dict.fromkeys(wanted)
        if (organ, person) not in known
    )
    publish(AnnouncementPublished(announcement_id=announcement.pk))
    return made


@transaction.atomic
def announcement_deadline_follow(*, announcement: Announcement, deadline_at: datetime | None) -> None:
    """The date of a published one moves with the thing it tells of, for the app that has checked the right."""
    if announcement.deadline_at != deadline_at:
        announcement.deadline_at = deadline_at
        announcement.save(update_fields=["deadline_at"])


@transaction.atomic
def announcement_take_back(*, actor: Actor, announcement: Announcement, reason: str) -> None:
    """Withdrawn whoever issued it, for the app whose thing it told of (a cancelled meeting). The caller has checked the right."""
    announcement.status, announcement.withdrawn_reason = Status.WITHDRAWN, reason[:200]
    announcement.save(update_fields=["status", "withdrawn_reason"])
    _record(actor, announcement, "notifications.announcement_withdraw")
    publish(AnnouncementWithdrawn(announcement_id=announcement.pk))


@transaction.atomic
def announcement_extend(*, actor: Actor, announcement_id: int, deadline_at: datetime) -> Announcement:
    """A later deadline; a closed announcement takes answers again."""
    announcement = _managed(actor, announcement_id)
    if deadline_at <= now():
        raise ValidationFailed("新的时限应晚于现在。")
    announcement.deadline_at, announcement.status = deadline_at, Status.PUBLISHED
    announcement.save(update_fields=["deadline_at", "status"])
    _record(actor, announcement, "notifications.announcement_extend")
    return announcement


@transaction.atomic
def announcement_close(*, actor: Actor, announcement_id: int) -> Announcement:
    """No more answers, until it is extended."""
    announcement = _managed(actor, announcement_id)
    if announcement.status == Status.CLOSED:
        raise InvalidState("该通知已经截止。")
    announcement.status = Status.CLOSED
    announcement.save(update_fields=["status"])
    _record(actor, announcement, "notifications.announcement_close")
    return announcement


@transaction.atomic
def announcement_delete(*, actor: Actor, announcement_id: int) -> None:
    """Delete an own draft."""
    announcement = announcement_for(actor, announcement_id, lock=True)
    require(Ability.DELETE, abilities(actor, announcement))
    announcement.delete()


@transaction.atomic
def announcement_urge(*, actor: Actor, announcement_id: int, unanswered: bool) -> int:
    """Remind who has not read, or with `unanswered` who has not replied; nobody else. Returns how many people.

    Raises `RateLimited` within ten minutes of the last time.
    """
    announcement = _managed(actor, announcement_id)
    rows = (
        announcement.recipients.filter(slip__isnull=True)
        if unanswered
        else announcement.recipients.filter(read_at__isnull=True)
    )
    people = {person for row in rows for person in people_of(row, to_answer=unanswered)}
    if not people:
        return 0
    slot = int(now().timestamp() // 600)
    told = notice_send(
        person_ids=people,
        key=f"announcement:{announcement.pk}:urge:{int(unanswered)}:{slot}",
        kind=NoticeKind.URGE,
        title=f"{'请尽快回执' if unanswered else '请查看通知'}：{announcement.title}",
        subject=Subject(KIND, announcement.pk),
        is_urgent=True,
    )
    if not told:
        raise RateLimited("刚刚已经提醒过，请十分钟后再试。", retry_after=600)
    return len(told)


def _managed(actor: Actor, announcement_id: int) -> Announcement:
    announcement = announcement_for(actor, announcement_id, lock=True)
    require(Ability.MANAGE, abilities(actor, announcement))
    return announcement


def _record(actor: Actor, announcement: Announcement, action: str) -> None:
    record(action, actor=actor, subject=Subject(KIND, announcement.pk), subject_text=announcement.title)
