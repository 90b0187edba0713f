"""Posts of the roster: any set of them, in order, and who may serve at each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import Appointment
from apps.accounts.selectors import valid_on
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.duty.enums import RosterState, WatchState
from apps.duty.models import DutyPost, DutyRoster, DutyShift, DutyWish
from apps.duty.policies import require_maker
from apps.duty.services.changing import Cause, places_put
from apps.files.words import words_checked

# name, by a leader, keeps the log, rank (domain.md §6.1)
USUAL = (("带班领导", True, False, 10), ("主班", False, True, 20), ("副班", False, True, 30))
MOST_MEMBERS = 300
MOST_POSTS = 12
NAME_LIMIT = 20
STEP = 10


@dataclass(frozen=True, kw_only=True)
class PostDraft:
    """What a post is: `is_leader` leads the watch, `keeps_log` writes the log and takes over."""

    name: str
    is_leader: bool = False
    keeps_log: bool = False


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
def post_make(*, actor: Actor, draft: PostDraft) -> DutyPost:
    """One more post, after the others. Drafts and months still to come have its column at once.

    Refuses a name in use, the name of a withdrawn post (which is to be restored), and more than `MOST_POSTS`.
    """
    organ_id = require_maker(actor)
    posts = list(DutyPost.objects.select_for_update().filter(organ_id=organ_id))
    if sum(post.is_active for post in posts) >= MOST_POSTS:
        raise ValidationFailed(f"最多设 {MOST_POSTS} 个岗位，请先停用不再需要的。")
    name = _name_checked(organ_id, draft.name, but=None)
    last = DutyPost.objects.filter(organ_id=organ_id).aggregate(last=Max("rank_order"))["last"] or 0
    post = DutyPost.objects.create(
        organ_id=organ_id,
        name=name,
        is_leader=draft.is_leader,
        keeps_log=draft.keeps_log,
        rank_order=last + STEP,
    )
    _noted(actor, post, "post_make")
    return post


@transaction.atomic
def post_describe(*, actor: Actor, post_id: int, draft: PostDraft) -> DutyPost:
    """Another name or another task, also in months that are published."""
    post = _post_of(actor, post_id)
    post.name = _name_checked(post.organ_id, draft.name, but=post)
    post.is_leader, post.keeps_log = draft.is_leader, draft.keeps_log
    post.save(update_fields=["name", "is_leader", "keeps_log"])
    _noted(actor, post, "post_describe")
    return post


@transaction.atomic
def post_move(*, actor: Actor, post_id: int, is_up: bool) -> None:
    """One place up or down among the posts in use; at the end nothing happens."""
    post = _post_of(actor, post_id)
    posts = list(DutyPost.objects.select_for_update().filter(organ_id=post.organ_id, is_active=True))
    at = next((number for number, one in enumerate(posts) if one.pk == post.pk), None)
    if at is None:
        raise InvalidState("岗位已停用，请先恢复。")
    to = max(at - 1, 0) if is_up else min(at + 1, len(posts) - 1)
    posts.insert(to, posts.pop(at))
    for number, one in enumerate(posts, start=1):
        one.rank_order = number * STEP
    DutyPost.objects.bulk_update(posts, ["rank_order"])
    _noted(actor, post, "post_move")


@transaction.atomic
def post_withdraw(*, actor: Actor, post_id: int) -> int:
    """No longer in use: its duties in drafts are taken out (returns how many), published ones are served to their end."""
    post = _post_of(actor, post_id)
    if not post.is_active:
        return 0
    others = DutyPost.objects.filter(organ_id=post.organ_id, is_active=True).exclude(pk=post.pk)
    if not others.exists():
        raise ValidationFailed("至少保留一个岗位。")
    taken = sum(_emptied(actor, roster, post) for roster in _drafts(post.organ_id))
    DutyWish.objects.filter(post=post, withdrawn_at=None).update(withdrawn_at=now())
    post.is_active = False
    post.save(update_fields=["is_active"])
    _noted(actor, post, "post_withdraw")
    return taken


@transaction.atomic
def post_restore(*, actor: Actor, post_id: int) -> DutyPost:
    """In use again, with its people as they were."""
    post = _post_of(actor, post_id)
    if not post.is_active:
        if DutyPost.objects.filter(organ_id=post.organ_id, is_active=True).count() >= MOST_POSTS:
            raise ValidationFailed(f"最多设 {MOST_POSTS} 个岗位，请先停用不再需要的。")
        post.is_active = True
        post.save(update_fields=["is_active"])
        _noted(actor, post, "post_restore")
    return post


def _post_of(actor: Actor, post_id: int) -> DutyPost:
    """The organ's post, locked, for whoever makes its roster. Raises `NotFound`, `Forbidden`."""
    organ_id = require_maker(actor)
    post = DutyPost.objects.select_for_update().filter(pk=post_id, organ_id=organ_id).first()
    if post is None:
        raise NotFound
    return post


def _name_checked(organ_id: int, name: str, *, but: DutyPost | None) -> str:
    words = words_checked(name, "岗位名称", NAME_LIMIT, required=True)
    same = DutyPost.objects.filter(organ_id=organ_id, name=words).first()
    if same is not None and same != but:
        raise ValidationFailed(
            f"已有岗位“{words}”。" if same.is_active else f"岗位“{words}”已停用，请在“已停用岗位”中恢复。"
        )
    return words


def _drafts(organ_id: int) -> list[DutyRoster]:
    """Locked, in order."""
    rows = DutyRoster.objects.select_for_update().filter(organ_id=organ_id, state=RosterState.DRAFT)
    return list(rows.order_by("month"))


def _emptied(actor: Actor, roster: DutyRoster, post: DutyPost) -> int:
    held = DutyShift.objects.filter(watch__roster=roster, watch__state=WatchState.PLANNED, post=post)
    cells: dict[tuple[int, int], int | None] = {(one.watch_id, one.post_id): None for one in held}
    places_put(actor=actor, roster=roster, cells=cells, cause=Cause(reason=f"停用岗位“{post.name}”"))
    return len(cells)


def _noted(actor: Actor, post: DutyPost, act: str) -> None:
    record(
        "duty.roster", actor=actor, subject_text=f"值班岗位 {post.name}", facts={"act": act, "post": post.pk}
    )


@transaction.atomic
def post_keep(*, actor: Actor, post_id: int, member_ids: Sequence[int]) -> DutyPost:
    """Who may serve at the post. People of other organs are refused; duties already given stay."""
    post = _post_of(actor, post_id)
    wanted = set(member_ids)
    if len(wanted) > MOST_MEMBERS:
        raise ValidationFailed(f"一个岗位最多选 {MOST_MEMBERS} 人。")
    found = Appointment.objects.filter(
        valid_on(today()), pk__in=wanted, organ_id=post.organ_id, person__is_active=True
    )
    if len(found) != len(wanted):
        raise ValidationFailed("值班人员须是本机关在任人员，请重新选择。")
    post.members.set(found)
    record("duty.roster", actor=actor, subject_text=f"值班岗位 {post.name}", facts={"members": len(wanted)})
    return post
