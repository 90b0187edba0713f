"""Posts of the roster and who may serve at them."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Appointment
from apps.accounts.selectors import valid_on
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.errors import NotFound, ValidationFailed
from apps.duty.models import DutyPost
from apps.duty.policies import require_maker

# name, by a leader, keeps the log, rank (domain.md §6.1)
USUAL = (("带班领导", True, False, 10), ("主班", False, True, 20), ("副班", False, True, 30))
MOST_MEMBERS = 300


@transaction.atomic
def posts_install(*, organ_id: int) -> list[DutyPost]:
    """The usual three posts, where the organ has none yet."""
    if not DutyPost.objects.filter(organ_id=organ_id).exists():
        DutyPost.objects.bulk_create(
            DutyPost(organ_id=organ_id, name=name, is_leader=leader, keeps_log=keeps, rank_order=rank)
            for name, leader, keeps, rank in USUAL
        )
    return list(DutyPost.objects.filter(organ_id=organ_id))


@transaction.atomic
def post_keep(*, actor: Actor, post_id: int, member_ids: Sequence[int]) -> DutyPost:
    """Who may serve at the post. People of other organs are refused; duties already given stay."""
    organ_id = require_maker(actor)
    post = DutyPost.objects.select_for_update().filter(pk=post_id, organ_id=organ_id).first()
    if post is None:
        raise NotFound
    wanted = set(member_ids)
    if len(wanted) > MOST_MEMBERS:
        raise ValidationFailed(f"一个岗位最多选 {MOST_MEMBERS} 人。")
    found = Appointment.objects.filter(
        valid_on(today()), pk__in=wanted, organ_id=organ_id, person__is_active=True
    )
    if len(found) != len(wanted):
        raise ValidationFailed("值班人员须是本机关在任人员，请重新选择。")
    post.members.set(found)
    record("duty.roster", actor=actor, subject_text=f"值班岗位 {post.name}", facts={"members": len(wanted)})
    return post
