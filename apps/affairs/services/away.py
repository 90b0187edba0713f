"""Filing: written, amended, dropped, or begun anew as a change of an approved one."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from apps.accounts.models import Appointment
from apps.accounts.selectors import posts_shown
from apps.affairs.course import noted, notice_held
from apps.affairs.enums import AwayKind, AwayState, Half
from apps.affairs.halves import begin_of, end_of
from apps.affairs.models import AwayNotice
from apps.affairs.policies.away import Ability, may_file_for
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, ValidationFailed
from apps.core.submissions import claim, made, made_before
from apps.files.words import words_checked

REASON, DESTINATION, COMPANIONS, PHONE, EXPLANATION = 200, 100, 100, 30, 500
COPIED = (
    "person", "appointment", "organ", "kind", "reason", "destination", "companions", "phone", "starts_on", "starts_half",
    "ends_on", "ends_half", "starts_at", "ends_at", "acting", "is_delegating",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AwayDraft:
    """What the form holds. `post_id`: whose absence, the actor's own when None; ids are of appointments."""

    kind: str
    reason: str
    destination: str
    starts_on: date | None
    starts_half: str
    ends_on: date | None
    ends_half: str
    companions: str = ""
    phone: str = ""
    acting_id: int | None = None
    is_delegating: bool = False
    explanation: str = ""
    post_id: int | None = None


@transaction.atomic
def away_save(
    *,
    actor: Actor,
    draft: AwayDraft,
    notice_id: int | None = None,
    expected_version: int | None = None,
    key: str = "",
) -> AwayNotice:
    """Write or amend a notice that is not under way. The same key writes once, whatever was filed since.

    Raises `ValidationFailed` by field, `Forbidden` for people one does not file for, `Conflict` for another version.
    """
    filer = actor.post_required("填报外出报备")
    if notice_id is None:
        if not claim(person_id=actor.person_id, key=key, verb="affairs.file"):
            return made_before(AwayNotice.objects, person_id=actor.person_id, key=key)
        post = _post_filed_for(actor, draft.post_id or filer)
        notice = AwayNotice(
            filed_by_id=filer,
            person=post.person,
            appointment=post,
            organ=post.organ,
            created_at=now(),
            version=0,
        )
    else:
        notice = notice_held(actor, notice_id, Ability.AMEND, expected_version)
    _fill(notice, draft)
    notice.version += 1
    notice.save()
    if notice_id is None:
        made(person_id=actor.person_id, key=key, row_id=notice.pk)
        noted("affairs.file", actor, notice)
    return notice


@transaction.atomic
def away_discard(*, actor: Actor, notice_id: int) -> None:
    """Drop a draft that was never submitted."""
    notice = notice_held(actor, notice_id, Ability.DISCARD, None)
    noted("affairs.discard", actor, notice)
    notice.delete()


@transaction.atomic
def away_change(*, actor: Actor, notice_id: int) -> AwayNotice:
    """A new draft that will replace the approved notice once it is approved itself; a second asking finds the first draft."""
    notice = notice_held(actor, notice_id, Ability.CHANGE, None)
    begun = notice.replaced_by.exclude(state=AwayState.CANCELLED).first()
    if begun is not None:
        return begun
    copied = {name: getattr(notice, name) for name in COPIED}
    return AwayNotice.objects.create(
        **copied, replaces=notice, filed_by_id=actor.post_required("变更外出报备"), created_at=now()
    )


def _post_filed_for(actor: Actor, post_id: int) -> Appointment:
    post = posts_shown().filter(pk=post_id).first()
    if post is None or not may_file_for(actor, post.person_id):
        raise Forbidden("只能为本人或所服务的领导填报。", rule="own_or_served")
    return post


def _fill(notice: AwayNotice, draft: AwayDraft) -> None:
    if draft.kind not in AwayKind.values:
        raise ValidationFailed("请选择外出类别。", field="kind")
    if draft.starts_on is None or draft.ends_on is None:
        raise ValidationFailed("请填写离开和返回的日期。", field="starts_on")
    if draft.starts_half not in Half.values or draft.ends_half not in Half.values:
        raise ValidationFailed("请选择上午、下午或晚上。", field="starts_half")
    notice.kind = AwayKind(draft.kind)
    notice.starts_on, notice.starts_half = draft.starts_on, Half(draft.starts_half)
    notice.ends_on, notice.ends_half = draft.ends_on, Half(draft.ends_half)
    notice.starts_at = begin_of(draft.starts_on, Half(draft.starts_half))
    notice.ends_at = end_of(draft.ends_on, Half(draft.ends_half))
    if notice.ends_at <= notice.starts_at:
        raise ValidationFailed("返回时间须晚于离开时间。", field="ends_on")
    notice.reason = words_checked(draft.reason, "事由", REASON, required=True)
    notice.destination = words_checked(draft.destination, "目的地", DESTINATION, required=True)
    notice.companions = words_checked(draft.companions, "同行人员", COMPANIONS)
    notice.phone = words_checked(draft.phone, "联系电话", PHONE)
    notice.explanation = words_checked(draft.explanation, "情况说明", EXPLANATION)
    notice.acting = _acting(notice, draft.acting_id)
    notice.is_delegating = draft.is_delegating and notice.acting is not None


def _acting(notice: AwayNotice, post_id: int | None) -> Appointment | None:
    if post_id is None:
        return None
    post = posts_shown().filter(pk=post_id, organ_id=notice.organ_id).first()
    if post is None:
        raise ValidationFailed("主持工作的人须是本机关在任人员，请重新选择。", field="acting")
    return post
