"""Who comes: rows of people, reply slips, leave and substitutes (domain.md §8.3)."""

from collections.abc import Mapping

from django.db import transaction

from apps.accounts.models import Role
from apps.accounts.selectors import holders, posts_shown
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, NotFound, RateLimited, ValidationFailed
from apps.core.events import publish
from apps.core.subjects import Subject
from apps.files.words import words_checked
from apps.meetings.attendance import may
from apps.meetings.attendees import door_code, step
from apps.meetings.course import logged
from apps.meetings.enums import AttendeeAct, AttendeeState, MeetingState
from apps.meetings.events import AttendanceSeen, LeaveAsked, LeaveDecided
from apps.meetings.models import Attendee, Invitation, Meeting, SeatAssignment
from apps.meetings.policies import KIND, answers_for, grants_leave, require_organiser
from apps.meetings.selectors.meetings import meeting_for
from apps.meetings.slips import Answer, Slip, mistakes_of, slip_of
from apps.notifications.enums import NoticeKind
from apps.notifications.models import ReplySlip
from apps.notifications.policies import people_of
from apps.notifications.services import announcement_read, notice_send, notices_read_about, reply_give

URGE_SECONDS = 600


@transaction.atomic
def invitation_read(*, actor: Actor, meeting: Meeting) -> None:
    """The actor opened the meeting: own row and the announcement are read, its notices need no more attention."""
    for row in meeting.attendees.filter(person_id=actor.person_id, state=AttendeeState.INVITED):
        step(row, AttendeeAct.READ)
    if meeting.announcement is not None:
        announcement_read(actor=actor, announcement=meeting.announcement)
    notices_read_about(actor=actor, subject=Subject(KIND, meeting.pk))


@transaction.atomic
def slip_give(
    *, actor: Actor, invitation_id: int, expected_version: int, given: Mapping[str, str]
) -> Invitation:
    """Answer for an invitation, or correct the answer, until the meeting begins; kept as the announcement's slip.

    Raises `ValidationFailed` for what is missing, too many people, or a substitute where none is allowed.
    """
    invitation = _invitation(actor, invitation_id)
    meeting = invitation.meeting
    if meeting.state != MeetingState.NOTIFIED or invitation.recipient is None:
        raise InvalidState(f"会议{meeting.get_state_display()}，不能再改回执，请联系会务人员。")
    slip = slip_of(given)
    mistakes = mistakes_of(
        slip,
        quota=invitation.quota,
        is_organ=invitation.organ_id is not None,
        substitute_allowed=meeting.substitute_allowed,
    )
    if mistakes:
        raise ValidationFailed("回执尚未提交：" + "".join(mistakes))
    kept = reply_give(
        actor=actor,
        announcement_id=invitation.recipient.announcement_id,
        recipient_id=invitation.recipient.pk,
        expected_version=expected_version,
        given=given,
    )
    return slip_apply(invitation=invitation, kept=kept)


def _invitation(actor: Actor, invitation_id: int) -> Invitation:
    rows = Invitation.objects.select_related("meeting", "organ", "post", "recipient")
    found = rows.select_for_update(of=("self",)).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound
    meeting_for(actor, found.meeting_id)
    if not answers_for(actor, found):
        raise Forbidden("回执由受邀人本人，或受邀单位的文书、办公室主任填报。", rule="answers_for")
    return found


@transaction.atomic
def slip_apply(*, invitation: Invitation, kept: ReplySlip) -> Invitation:
    """Make the people what the slip says; a slip that was applied already changes nothing."""
    if kept.version <= invitation.slip_version or invitation.meeting.state != MeetingState.NOTIFIED:
        return invitation
    slip = slip_of(kept.answers)
    rows = _rows_for(invitation, slip)
    for row in rows:
        _answered(row, slip)
    invitation.slip_version = kept.version
    invitation.save(update_fields=["slip_version"])
    publish(AttendanceSeen(meeting_id=invitation.meeting_id))
    return invitation


def _rows_for(invitation: Invitation, slip: Slip) -> list[Attendee]:
    """The people a slip speaks of: the invited one, or those an organ names; who is no longer named goes."""
    if invitation.post_id is not None:
        return list(invitation.attendees.select_for_update(of=("self",)))
    named = dict((slip.people or _head_of(invitation))[: invitation.quota])
    kept = {row.name: row for row in invitation.attendees.select_for_update(of=("self",))}
    for name in kept.keys() - named.keys():
        SeatAssignment.objects.filter(attendee=kept[name]).delete()
        kept[name].delete()
    return [
        kept[name] if name in kept else _named_row(invitation, name, post) for name, post in named.items()
    ]


def _head_of(invitation: Invitation) -> tuple[tuple[str, str], ...]:
    """Who stays away when an organ does not say: its head."""
    head = holders(organ_id=invitation.organ_id or 0, role=Role.PRINCIPAL_HEAD).first()
    return ((head.person.name, head.post_title),) if head else (("主要负责同志", ""),)


def _named_row(invitation: Invitation, name: str, post_title: str) -> Attendee:
    """A person an organ names, with the account of that name when there is one."""
    organ_id = invitation.organ_id or 0
    post = posts_shown().filter(organ_id=organ_id, person__name=name).order_by("rank_order").first()
    taken = post is not None and invitation.meeting.attendees.filter(person_id=post.person_id).exists()
    return Attendee.objects.create(
        meeting_id=invitation.meeting_id,
        invitation=invitation,
        organ_id=organ_id,
        person_id=post.person_id if post is not None and not taken else None,
        name=name,
        post_title=post_title or (post.post_title if post else ""),
        rank_order=post.rank_order if post else 100_000,
        door_code=door_code(),
    )


def _answered(row: Attendee, slip: Slip) -> None:
    asks = slip.answer is not Answer.COMES
    name, post, rank = slip.substitute if slip.answer is Answer.SUBSTITUTE else ("", "", "")
    substitute = posts_shown().filter(organ_id=row.organ_id, person__name=name).first() if name else None
    row.reason = slip.reason if asks else ""
    row.substitute_name, row.substitute_post, row.substitute_rank = name, post, rank
    row.substitute_id, row.decided_text = substitute.person_id if substitute else None, ""
    act = AttendeeAct.ASK if asks else AttendeeAct.CONFIRM
    if not may(row.state, act):
        return
    step(
        row, act, "reason", "substitute_name", "substitute_post", "substitute_rank", "substitute", "decided_text"
    )  # fmt: skip
    if asks:
        publish(LeaveAsked(attendee_id=row.pk))


@transaction.atomic
def leave_decide(*, actor: Actor, attendee_id: int, is_granted: bool, words: str = "") -> Attendee:
    """Grant leave or a substitute, or refuse: who is refused must attend (domain.md §8.3)."""
    row = Attendee.objects.select_for_update(of=("self",)).filter(pk=attendee_id).first()
    if row is None:
        raise NotFound
    meeting = meeting_for(actor, row.meeting_id)
    if not grants_leave(actor, meeting):
        raise Forbidden("请假和替会由主持人或会议承办人审批。", rule="grants_leave")
    note = words_checked(words, "审批意见", 100, required=not is_granted)
    granted = AttendeeAct.GRANT_SUBSTITUTE if row.substitute_name else AttendeeAct.GRANT_LEAVE
    row.decided_text = f"{actor.signature} {note}".strip()[:160]
    step(row, granted if is_granted else AttendeeAct.REFUSE, "decided_text")
    logged(
        meeting,
        "leave",
        "请假审批",
        actor=actor,
        note=f"{row.name}：{row.get_state_display()} {note}".strip(),
    )
    publish(LeaveDecided(attendee_id=row.pk))
    publish(AttendanceSeen(meeting_id=meeting.pk))
    return row


@transaction.atomic
def units_urge(*, actor: Actor, meeting_id: int) -> int:
    """One tap: everybody who owes a slip is told, nobody else. Returns how many people. Refused within ten minutes."""
    meeting = meeting_for(actor, meeting_id, lock=True)
    require_organiser(actor, meeting)
    if meeting.state != MeetingState.NOTIFIED:
        raise InvalidState(f"会议{meeting.get_state_display()}，不需要再催回执。")
    owed = meeting.invitations.filter(slip_version=0, recipient__isnull=False).select_related("recipient")
    people = {person for one in owed if one.recipient for person in people_of(one.recipient, to_answer=True)}
    if not people:
        return 0
    told = notice_send(
        person_ids=people,
        key=f"{KIND}:{meeting.pk}:urge:{int(now().timestamp() // URGE_SECONDS)}",
        kind=NoticeKind.URGE,
        title=f"请尽快回执：{meeting.name}",
        subject=Subject(KIND, meeting.pk),
        is_urgent=True,
    )
    if not told:
        raise RateLimited("刚刚已经催过，请十分钟后再试，或电话联系。", retry_after=URGE_SECONDS)
    return len(told)
