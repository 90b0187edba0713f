"""承接: an organ that is abolished between request and meeting is called no more; its successor is, in its place."""

from django.db import transaction

from apps.accounts.models import Organ
from apps.accounts.selectors import organs_by_id, posts_shown
from apps.core.actors import Actor
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.subjects import Subject
from apps.meetings.course import logged, version_checked
from apps.meetings.models import Attendee, Invitation, Meeting, SeatAssignment
from apps.meetings.policies import KIND, require_organiser
from apps.meetings.selectors.meetings import meeting_for
from apps.meetings.selectors.proposals import desks_of
from apps.meetings.selectors.succession import BEFORE, gone_organs, meetings_of_unit
from apps.meetings.services.calls import MOST_QUOTA
from apps.meetings.services.issuing import invited_reach
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send


@transaction.atomic
def organ_succeed(
    *, actor: Actor, meeting_id: int, organ_id: int, target_id: int, expected_version: int | None = None
) -> Meeting:
    """The successor is invited in the place of an abolished organ, and reports and sits in for its items.

    Named people who serve in the successor now stay as they answered; the others are named anew by its slip. A successor that is
    invited already gets the places besides its own. Raises `ValidationFailed` for a successor that is gone or the organ itself.
    """
    meeting = meeting_for(actor, meeting_id, lock=True)
    require_organiser(actor, meeting)
    version_checked(meeting, expected_version)
    if meeting.state not in BEFORE:
        raise InvalidState(f"会议{meeting.get_state_display()}，不能再调整参会单位。")
    source = next((one for one in gone_organs(meeting) if one.pk == organ_id), None)
    if source is None:
        raise InvalidState("该单位没有撤销，或已由其他单位承接，请刷新页面查看。")
    target = next(iter(organs_by_id([target_id])), None)
    if target is None:
        raise ValidationFailed("请选择承接单位；已撤销的单位不能承接。")
    _invitation_goes(meeting, source, target)
    _agenda_goes(meeting, source, target)
    invited_reach(meeting=meeting)
    meeting.version += 1
    meeting.save(update_fields=["version"])
    logged(meeting, "succeed", "单位承接", actor=actor, note=f"{source.short_name} → {target.short_name}")
    return meeting


def _invitation_goes(meeting: Meeting, source: Organ, target: Organ) -> None:
    invitations = meeting.invitations.select_for_update(of=("self",))
    old = invitations.filter(organ=source).first()
    if old is None:
        return
    into = invitations.filter(organ=target).first()
    _people_go(old, into or old, target)
    if into is None:
        old.organ, old.recipient, old.slip_version = target, None, 0
        old.rank = target.rank_order * 1000 + old.rank % 1000
        old.save(update_fields=["organ", "recipient", "slip_version", "rank"])
        return
    into.quota = min(into.quota + old.quota, MOST_QUOTA)
    into.save(update_fields=["quota"])
    old.delete()
    if meeting.announcement_id is not None:
        notice_send(
            person_ids=desks_of([target.pk])[target.pk],
            key=f"{KIND}:{meeting.pk}:succeed:{source.pk}",
            kind=NoticeKind.TASK,
            title=f"承接{source.short_name}的参会名额：{meeting.name}",
            text=f"名额共 {into.quota} 人，请核对并修改回执。",
            subject=Subject(KIND, meeting.pk),
        )


def _people_go(old: Invitation, into: Invitation, target: Organ) -> None:
    """Those of the successor come along; the others are named by nobody any more."""
    rows = list(old.attendees.select_for_update(of=("self",)))
    here = set(
        posts_shown()
        .filter(organ=target, person__in=[row.person_id for row in rows if row.person_id])
        .values_list("person_id", flat=True)
    )
    left = [row.pk for row in rows if row.person_id not in here]
    SeatAssignment.objects.filter(attendee__in=left).delete()
    Attendee.objects.filter(pk__in=left).delete()
    old.attendees.update(organ=target, invitation=into)


def _agenda_goes(meeting: Meeting, source: Organ, target: Organ) -> None:
    for item in meeting.agenda.filter(observers=source):
        item.observers.remove(source)
        item.observers.add(target)
    for item in meeting.agenda.filter(organ=source):
        item.organ = target
        item.version += 1
        item.save(update_fields=["organ", "version"])


@transaction.atomic
def unit_follow(*, unit_id: int) -> list[Meeting]:
    """Meetings to come that an abolished section runs go with their organiser to where that person serves now.

    Returns those whose organiser serves nowhere in the organ any more: somebody has to take them over.
    """
    left = []
    for meeting in meetings_of_unit(unit_id).select_for_update(of=("self",)):
        posts = posts_shown().filter(person=meeting.organiser.person_id, organ=meeting.organ_id)
        post = posts.exclude(unit_id=unit_id).order_by("rank_order", "pk").first()
        if post is None:
            left.append(meeting)
            continue
        meeting.organiser, meeting.unit = post, post.unit
        meeting.version += 1
        meeting.save(update_fields=["organiser", "unit", "version"])
        logged(
            meeting,
            "succeed",
            "科室承接",
            actor=None,
            note=f"承办科室已撤销，由{post.unit or post.organ}承办",
        )
    return left
