"""工作交接: started by who is responsible, confirmed by giver and receiver over one and the same list, then done in one act.

What has been done stays with the person: only what is still at hand moves. A change of post asked for by the system administrator
takes effect with the hand-over: the old post ends today, the new one begins tomorrow.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from apps.accounts.events import HandoverMoved
from apps.accounts.models import Person, PostHandover
from apps.accounts.policies import has_permission
from apps.accounts.selectors import actor_for, unit_locked
from apps.accounts.selectors.handing_over import (
    Section,
    digest_of,
    givers_for,
    gives,
    handover_for,
    sections_of,
    takers_for,
)
from apps.accounts.services.appointments import appointment_close, appointment_open
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.events import publish
from apps.core.handing_over import sources
from apps.core.subjects import Subject

KEEPS = "accounts.change_appointment"
NOTE_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class NewPost:
    """Where the giver goes: a unit of an organ (or its leadership), and the title there."""

    organ_id: int
    unit_id: int | None
    post_title: str


@transaction.atomic
def handover_start(
    *,
    actor: Actor,
    giver_id: int,
    taker_id: int,
    note: str = "",
    ends_post: bool = False,
    new_post: NewPost | None = None,
) -> PostHandover:
    """Ask both to confirm. Refuses posts out of reach, a receiver of another organ, and a second hand-over of the post.

    Only the system administrator ends the post with it and gives a new one.
    """
    keeps = has_permission(actor, KEEPS)
    giver = givers_for(actor, keeps_appointments=keeps).filter(pk=giver_id).first()
    if giver is None:
        raise NotFound(
            "没有找到这项任职，或不由您发起交接。本人、科室负责人、办公室主任和系统管理员可以发起。"
        )
    taker = takers_for(giver).filter(pk=taker_id).first()
    if taker is None:
        raise ValidationFailed("接收人须是同一机关在任的其他人员，请重新选择。", field="taker")
    if (ends_post or new_post) and not keeps:
        raise Forbidden("免去原职、任新职由系统管理员办理。", rule=KEEPS)
    if new_post and not (ends_post and new_post.post_title.strip()):
        raise ValidationFailed("任新职须同时免去原职，并填写新任职务。", field="new_post_title")
    if PostHandover.objects.filter(giver=giver, done_at__isnull=True, cancelled_at__isnull=True).exists():
        raise InvalidState(f"{giver.person.name}的这项任职正在交接，请先完成或取消。")
    unit = unit_locked(new_post.unit_id) if new_post and new_post.unit_id else None
    if new_post and unit is not None and unit.organ_id != new_post.organ_id:
        raise ValidationFailed("新任科室不属于新任机关，请重新选择。", field="new_unit")
    handover = PostHandover.objects.create(
        giver=giver,
        taker=taker,
        started_by_id=actor.person_id,
        note=note.strip()[:NOTE_LIMIT],
        ends_post=ends_post,
        new_organ_id=new_post.organ_id if new_post else None,
        new_unit=unit,
        new_post_title=new_post.post_title.strip()[:60] if new_post else "",
        started_at=now(),
    )
    _told(actor, handover, "start")
    return handover


@transaction.atomic
def handover_confirm(*, actor: Actor, handover_id: int, digest: str) -> PostHandover:
    """Confirm the list as shown; the second of the two completes the hand-over. For a frozen giver see `gives`.

    Raises `Conflict` when the list has changed since it was shown (the other's confirmation is void then too), `InvalidState`
    while something on it cannot go to this receiver.
    """
    handover = handover_for(actor, handover_id, lock=True)
    _require_open(handover)
    is_giver = gives(actor, handover)
    if not is_giver and handover.taker.person_id != actor.person_id:
        raise Forbidden("只有移交人和接收人本人可以确认。", rule="both_confirm")
    sections = sections_of(handover.giver_id, handover.taker_id)
    present = digest_of(sections)
    if digest != present:
        raise Conflict("清单刚刚有变化，请核对新的清单后再确认。")
    _require_free(sections)
    if handover.list_digest != present:
        handover.giver_confirmed_at = handover.taker_confirmed_at = None
    handover.list_digest = present
    field = "giver_confirmed_at" if is_giver else "taker_confirmed_at"
    setattr(handover, field, now())
    handover.save(update_fields=["list_digest", "giver_confirmed_at", "taker_confirmed_at"])
    if handover.giver_confirmed_at and handover.taker_confirmed_at:
        _carry_out(actor, handover, sections)
    else:
        _told(actor, handover, "confirm")
    return handover


@transaction.atomic
def handover_cancel(*, actor: Actor, handover_id: int) -> PostHandover:
    """Give it up before both have confirmed; either side or who started it."""
    handover = handover_for(actor, handover_id, lock=True)
    _require_open(handover)
    handover.cancelled_at = now()
    handover.save(update_fields=["cancelled_at"])
    _told(actor, handover, "cancel")
    return handover


def _carry_out(actor: Actor, handover: PostHandover, sections: list[Section]) -> None:
    listed = {section.kind: [item.id for item in section.items] for section in sections}
    for source in sources():
        if ids := listed.get(source.kind):
            source.hand(actor=actor, giver_id=handover.giver_id, taker_id=handover.taker_id, ids=ids)
    handover.done_at = now()
    handover.counts = {section.label: len(section.items) for section in sections}
    handover.save(update_fields=["done_at", "counts"])
    if handover.ends_post:
        _change_post(handover)
    _told(actor, handover, "done")


def _change_post(handover: PostHandover) -> None:
    """In the name of the administrator who asked for it, whose power is looked at again."""
    starter = actor_for(Person.objects.get(pk=handover.started_by_id))
    last_day = max(today(), handover.giver.started_on)
    appointment_close(actor=starter, appointment_id=handover.giver_id, ended_on=last_day)
    if handover.new_organ_id is not None:
        appointment_open(
            actor=starter,
            person_id=handover.giver.person_id,
            organ_id=handover.new_organ_id,
            unit_id=handover.new_unit_id,
            post_title=handover.new_post_title,
            started_on=last_day + timedelta(days=1),
        )


def _require_open(handover: PostHandover) -> None:
    if handover.done_at is not None:
        raise InvalidState("这项交接已经完成。")
    if handover.cancelled_at is not None:
        raise InvalidState("这项交接已经取消。")


def _require_free(sections: list[Section]) -> None:
    hindered = [item for section in sections for item in section.items if item.hindrance]
    if hindered:
        first = hindered[0]
        raise InvalidState(f"有 {len(hindered)} 项还不能交接：“{first.title}”{first.hindrance}")


def _told(actor: Actor, handover: PostHandover, act: str) -> None:
    record(
        f"accounts.handover_{act}",
        actor=actor,
        subject=Subject("accounts.person", handover.giver.person_id),
        subject_text=f"{handover.giver.person.name} → {handover.taker.person.name}",
        facts={"handover": handover.pk, "counts": handover.counts, "ends_post": handover.ends_post},
    )
    publish(HandoverMoved(handover_id=handover.pk, act=act))
