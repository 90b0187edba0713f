"""Wishes of people, and rules of the office about people: taken into the next arrangement, rosters made stay."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from apps.accounts.models import Absence, AbsenceKind, Appointment
from apps.accounts.services import protection_move, protection_record
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.duty.enums import PairKind, WishKind
from apps.duty.models import DutyPair, DutyPost, DutyWish
from apps.duty.policies import makes_roster, require_maker
from apps.duty.selectors.wishes import wish_for
from apps.files.words import words_checked

LONGEST = timedelta(days=366)
LONGEST_FIXED = timedelta(days=31)
MOST_OPEN = 40
REASON_LIMIT = 200


@dataclass(frozen=True, kw_only=True)
class WishDraft:
    """`appointment_id` None is oneself; `post_id` belongs to a fixed duty."""

    kind: str
    starts_on: date
    ends_on: date
    reason: str = ""
    appointment_id: int | None = None
    post_id: int | None = None


@transaction.atomic
def wish_make(*, actor: Actor, draft: WishDraft) -> DutyWish:
    """One's own days; for others, and for fixed duties, the office. Days one cannot serve need a reason."""
    own = actor.post_required("填报值班意愿")
    whose = draft.appointment_id or own
    if (whose != own or draft.kind == WishKind.FIXED) and not makes_roster(actor):
        raise Forbidden("本人只能填报自己的意愿；指定值班和为他人填报由值班室办理。", rule="wish")
    person = Appointment.objects.filter(
        pk=whose, organ_id=actor.organ_id or 0, ended_on=None, person__is_active=True
    ).first()
    if person is None:
        raise ValidationFailed("请选择本机关在任人员。")
    if draft.kind not in WishKind.values:
        raise ValidationFailed("请选择意愿类别。")
    _days_checked(draft)
    if (
        DutyWish.objects.filter(appointment=person, ends_on__gte=today(), withdrawn_at=None).count()
        >= MOST_OPEN
    ):
        raise ValidationFailed(f"每人最多保留 {MOST_OPEN} 条意愿，请先撤销不再需要的。")
    wish = DutyWish.objects.create(
        organ_id=person.organ_id,
        appointment=person,
        kind=draft.kind,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        post=_post_of(person, draft) if draft.kind == WishKind.FIXED else None,
        reason=words_checked(draft.reason, "事由", REASON_LIMIT, required=draft.kind == WishKind.CANNOT),
        by_text=actor.signature,
        made_at=now(),
    )
    record("duty.roster", actor=actor, subject_text=f"{person.person.name} {wish}", facts={"act": "wish"})
    return wish


def _days_checked(draft: WishDraft) -> None:
    if draft.ends_on < draft.starts_on:
        raise ValidationFailed("结束日期不能早于开始日期。")
    if draft.ends_on < today():
        raise ValidationFailed("日期已过，请重新选择。")
    if draft.ends_on - draft.starts_on > (LONGEST_FIXED if draft.kind == WishKind.FIXED else LONGEST):
        raise ValidationFailed("指定值班一次不超过一个月，其他意愿一次不超过一年。")


def _post_of(person: Appointment, draft: WishDraft) -> DutyPost:
    post = DutyPost.objects.filter(
        pk=draft.post_id or 0, organ_id=person.organ_id, members=person, is_active=True
    ).first()
    if post is None:
        raise ValidationFailed("请选择本人可值班的岗位。")
    return post


@transaction.atomic
def wish_withdraw(*, actor: Actor, wish_id: int) -> DutyWish:
    """Whoever it is about, and the office; a fixed duty only the office."""
    wish = wish_for(actor, wish_id)
    if wish.kind == WishKind.FIXED and not makes_roster(actor):
        raise Forbidden("指定值班由值班室撤销。", rule="wish")
    if wish.withdrawn_at is None:
        wish.withdrawn_at = now()
        wish.save(update_fields=["withdrawn_at"])
        record(
            "duty.roster",
            actor=actor,
            subject_text=f"{wish}",
            facts={"act": "wish_withdraw", "wish": wish.pk},
        )
    return wish


@dataclass(frozen=True, kw_only=True)
class DayOnlyDraft:
    """Days without night duty, the last included, and whose."""

    starts_on: date | None
    ends_on: date | None
    appointment_id: int = 0

    @property
    def days(self) -> tuple[date, date]:
        """Both days. Raises `ValidationFailed` when one is missing."""
        if self.starts_on is None or self.ends_on is None:
            raise ValidationFailed("请选择起止日期。")
        return self.starts_on, self.ends_on


@transaction.atomic
def day_only_keep(*, actor: Actor, draft: DayOnlyDraft) -> Absence:
    """The office notes that a person of the organ serves no night, without a reason."""
    organ_id = require_maker(actor)
    first, last = draft.days
    person = Appointment.objects.filter(
        pk=draft.appointment_id, organ_id=organ_id, ended_on=None, person__is_active=True
    ).first()
    if person is None:
        raise ValidationFailed("请选择本机关在任人员。")
    return protection_record(
        actor=actor,
        person_id=person.person_id,
        kind=AbsenceKind.NO_NIGHT,
        starts_on=first,
        ends_on=last,
    )


@transaction.atomic
def day_only_move(*, actor: Actor, absence_id: int, draft: DayOnlyDraft) -> Absence:
    """Other days, for what the office entered."""
    require_maker(actor)
    first, last = draft.days
    return protection_move(actor=actor, absence_id=absence_id, starts_on=first, ends_on=last)


@transaction.atomic
def pair_keep(*, actor: Actor, one_id: int, other_id: int, kind: str) -> DutyPair:
    """Keep two people apart or together; said again, the later word holds."""
    organ_id = require_maker(actor)
    if kind not in PairKind.values:
        raise ValidationFailed("请选择同班要求。")
    if (
        one_id == other_id
        or Appointment.objects.filter(pk__in=[one_id, other_id], organ_id=organ_id).count() != 2
    ):  # a pair
        raise ValidationFailed("请选择本机关的两个人。")
    first, second = sorted((one_id, other_id))
    pair, _ = DutyPair.objects.update_or_create(
        one_id=first, other_id=second, defaults={"kind": kind, "organ_id": organ_id}
    )
    record(
        "duty.roster",
        actor=actor,
        subject_text="同班要求",
        facts={"act": "pair", "pair": [first, second], "kind": kind},
    )
    return pair


@transaction.atomic
def pair_drop(*, actor: Actor, pair_id: int) -> None:
    """No longer asked."""
    organ_id = require_maker(actor)
    pair = DutyPair.objects.filter(pk=pair_id, organ_id=organ_id).first()
    if pair is None:
        raise NotFound
    record(
        "duty.roster",
        actor=actor,
        subject_text="同班要求",
        facts={"act": "pair_drop", "pair": [pair.one_id, pair.other_id]},
    )
    pair.delete()
