"""Who may book, see, call, approve and keep what."""

import re
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import Appointment, Organ, Role
from apps.accounts.selectors import holders, posts_shown
from apps.core.actors import Actor
from apps.core.errors import Forbidden, InvalidState
from apps.meetings import collecting
from apps.meetings.enums import (
    AttendeeState,
    Capacity,
    MeetingAct,
    MeetingState,
    ProposalAct,
    RecordingAudience,
    RecordingState,
    VideoState,
)
from apps.meetings.lifecycle import (
    PARTY_NAMES,
    SHOWN_TO_INVITED,
    NotAllowed,
    Party,
    acts_open,
    rule_of,
)
from apps.meetings.models import (
    AgendaCall,
    AgendaItem,
    AgendaProposal,
    Attendee,
    Booking,
    CalledUnit,
    Invitation,
    Meeting,
    MeetingRoom,
    VideoParticipant,
    VideoRecording,
)
from apps.meetings.procedures import FILING
from apps.workflow.models import Task
from apps.workflow.policies import may_act
from apps.workflow.selectors import participates

KIND = "meetings.meeting"
CALL_KIND = "meetings.call"
PROPOSAL_KIND = "meetings.proposal"
DESK = frozenset({Role.CLERK, Role.OFFICE_DIRECTOR})
APPROVERS = frozenset({Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD, Role.OFFICE_DIRECTOR})
UNDECIDED = (AttendeeState.LEAVE_REQUESTED, AttendeeState.LEAVE_REFUSED, AttendeeState.CONFIRMED)
SPEAKERS = re.compile(r"[\s、，,;；（）()]+")  # between the names and posts of those who report an item
CALLERS = APPROVERS | {Role.UNIT_HEAD, Role.CLERK, Role.SECRETARY}


def rooms_open_to(actor: Actor) -> QuerySet[MeetingRoom]:
    """Rooms the person may look at and book: the organ's own, and shared ones."""
    return MeetingRoom.objects.filter(Q(organ_id=actor.organ_id or 0) | Q(is_shared=True), is_active=True)


def keeps_room(actor: Actor, room: MeetingRoom) -> bool:
    """Whether the person gives the room: its manager, or the office director of its organ."""
    if room.manager is not None and room.manager.person_id == actor.person_id:
        return True
    return actor.organ_id == room.organ_id and Role.OFFICE_DIRECTOR in actor.roles


def keepers_of(room: MeetingRoom) -> set[int]:
    """Persons who give the room."""
    found = {room.manager.person_id} if room.manager is not None else set()
    return found or set(
        holders(organ_id=room.organ_id, role=Role.OFFICE_DIRECTOR).values_list("person_id", flat=True)
    )


def may_change_booking(actor: Actor, booking: Booking) -> bool:
    """Whoever booked, or keeps the room."""
    return booking.booked_by.person_id == actor.person_id or keeps_room(actor, booking.room)


def may_call(actor: Actor) -> bool:
    """Whether the person asks for meetings: heads, secretaries and clerks of organs and units."""
    return actor.organ_id is not None and bool(actor.roles & CALLERS)


def require_caller(actor: Actor) -> int:
    """The organ for which the actor calls. Raises `Forbidden`."""
    if actor.organ_id is None or not may_call(actor):
        raise Forbidden("会议由机关和科室负责人、领导秘书、办公室主任和文书申请。", rule="caller")
    return actor.organ_id


def visible_to(actor: Actor) -> QuerySet[Meeting]:
    """Own ones, those the person approves, those of the organ for who approves, and those told to the person or the organ."""
    condition = Q(organiser__person_id=actor.person_id) | Q(host__person_id=actor.person_id)
    condition |= participates(actor, KIND, "pk")
    if actor.organ_id is not None and actor.roles & APPROVERS:
        condition |= Q(organ_id=actor.organ_id)
    seated = Attendee.objects.filter(
        Q(person_id=actor.person_id) | Q(substitute_id=actor.person_id), meeting=OuterRef("pk")
    )
    told = Q(Exists(seated)) | Q(Exists(_invitations_of(actor).filter(meeting=OuterRef("pk"))))
    return Meeting.objects.filter(
        condition | (Q(state__in=SHOWN_TO_INVITED, announcement__isnull=False) & told)
    )


def _invitations_of(actor: Actor) -> QuerySet[Invitation]:
    condition = Q(post__person_id=actor.person_id)
    if actor.organ_id is not None and actor.roles & (DESK | {Role.PRINCIPAL_HEAD}):
        condition |= Q(organ_id=actor.organ_id)
    return Invitation.objects.filter(condition)


def answers_for(actor: Actor, invitation: Invitation) -> bool:
    """Whether the person gives the slip: the invited one, or the desk of the invited organ."""
    if invitation.post is not None:
        return invitation.post.person_id == actor.person_id
    return actor.organ_id == invitation.organ_id and bool(actor.roles & DESK)


def parties(actor: Actor, meeting: Meeting) -> frozenset[Party]:
    """Capacities of the actor. Who organises: the one who asked, and colleagues of that unit's desk."""
    found: set[Party] = set()
    if meeting.organiser.person_id == actor.person_id or (
        actor.organ_id == meeting.organ_id and Role.CLERK in actor.roles and actor.unit_id == meeting.unit_id
    ):
        found.add(Party.ORGANISER)
    if actor.organ_id == meeting.organ_id and actor.roles & APPROVERS:
        found.add(Party.APPROVER)
    if meeting.state == MeetingState.REQUESTED and approval_tasks(actor, meeting).exists():
        found.add(Party.DECIDER)
    return frozenset(found)


def approval_tasks(actor: Actor, row: Meeting | AgendaProposal) -> QuerySet[Task]:
    """Open steps of the approval that the actor may decide; the asker's own step is no approval."""
    rows = Task.objects.filter(may_act(actor.person_id), matter_id=row.matter_id or 0)
    return rows.filter(state=Task.State.OPEN).exclude(step_code=FILING)


def organises(actor: Actor, meeting: Meeting) -> bool:
    """Whether the person runs the meeting: organiser, or who approves for the organ."""
    return bool(parties(actor, meeting) - {Party.DECIDER})


def leads_video(actor: Actor, meeting: Meeting, part: VideoParticipant | None) -> bool:
    """Whether the person keeps order in the video: host, who runs the meeting, a joint host named in it, or who stands in."""
    if meeting.host is not None and meeting.host.person_id == actor.person_id:
        return True
    is_named = part is not None and (part.is_cohost or part.stands_in_since is not None)
    return organises(actor, meeting) or (is_named and part is not None and part.state == VideoState.ADMITTED)


def recordings_visible_to(actor: Actor) -> QuerySet[VideoRecording]:
    """Films to watch: of meetings the person runs or hosts; and, unless kept to those, of meetings the person attends throughout.

    Who only sits in for single items, who came by link and guests have no part in the rest of the meeting and so not in its film.
    """
    runs = Q(meeting__organiser__person_id=actor.person_id) | Q(meeting__host__person_id=actor.person_id)
    if actor.organ_id is not None and actor.roles & APPROVERS:
        runs |= Q(meeting__organ_id=actor.organ_id)
    if actor.organ_id is not None and Role.CLERK in actor.roles:
        runs |= Q(meeting__organ_id=actor.organ_id, meeting__unit_id=actor.unit_id)
    own = Attendee.objects.filter(meeting=OuterRef("meeting"), invitation__capacity=Capacity.ATTENDING)
    stands_in = (
        own.filter(substitute_id=actor.person_id).exclude(state__in=UNDECIDED).exclude(substitute_name="")
    )
    attends = own.filter(person_id=actor.person_id).exclude(state=AttendeeState.LEAVE_APPROVED)
    seated = Q(audience=RecordingAudience.ATTENDING) & (Q(Exists(attends)) | Q(Exists(stands_in)))
    seated &= Q(meeting__state__in=SHOWN_TO_INVITED, meeting__announcement__isnull=False)
    return VideoRecording.objects.filter(runs | seated, state=RecordingState.READY, removed_at__isnull=True)


def manages_recordings(actor: Actor, meeting: Meeting) -> bool:
    """Whether the person decides who watches, tries again and deletes: who runs the meeting, and its host."""
    return organises(actor, meeting) or (
        meeting.host is not None and meeting.host.person_id == actor.person_id
    )


def leads_materials(actor: Actor, meeting: Meeting, item: AgendaItem, own: Attendee | None) -> bool:
    """Whether the person turns an item's pages for all: who runs the meeting, its host, and the speaker named for the item.

    `own`: the row by which the actor sits in the meeting. A speaker is one of the reporting organ whose name the item says.
    """
    if organises(actor, meeting) or (meeting.host is not None and meeting.host.person_id == actor.person_id):
        return True
    if own is None or own.organ_id != item.organ_id:
        return False
    return any(word.startswith(own.comes_as) for word in SPEAKERS.split(item.presenter))


def grants_leave(actor: Actor, meeting: Meeting) -> bool:
    """Leave and substitutes are granted by the host or by who runs the meeting (domain.md §8.3)."""
    hosts = meeting.host is not None and meeting.host.person_id == actor.person_id
    return hosts or organises(actor, meeting)


def acts_of(actor: Actor, meeting: Meeting) -> list[MeetingAct]:
    """What the actor may do now."""
    return acts_open(meeting.state, parties(actor, meeting))


def require(act: MeetingAct, actor: Actor, meeting: Meeting) -> None:
    """Raises `InvalidState` when the state has no such act, `Forbidden` when it is somebody else's."""
    try:
        rule = rule_of(meeting.state, act)
    except NotAllowed:
        raise InvalidState(
            f"会议现在是“{meeting.get_state_display()}”，不能{act.label}，请刷新页面查看最新情况。"
        ) from None
    if not rule.parties & parties(actor, meeting):
        who = "、".join(PARTY_NAMES[party] for party in Party if party in rule.parties)
        raise Forbidden(f"“{act.label}”由{who}办理。", rule=str(act))


def require_organiser(actor: Actor, meeting: Meeting) -> None:
    """Raises `Forbidden` unless the actor runs the meeting."""
    if not organises(actor, meeting):
        raise Forbidden("由会议承办人或办公室主任、机关负责人办理。", rule="organiser")


def schedules_open_to(actor: Actor) -> QuerySet[Appointment]:
    """Leaders whose schedule the person may see: those served as secretary, and for the office director the organ's heads."""
    served = Q(served_by__secretary__person_id=actor.person_id)
    if actor.organ_id is not None and Role.OFFICE_DIRECTOR in actor.roles:
        heads = [Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD]
        served |= Q(organ_id=actor.organ_id, roles__role__in=heads)
    rows = posts_shown().filter(served).exclude(person_id=actor.person_id)
    return rows.distinct().order_by("rank_order", "id")


def free_time_open_to(actor: Actor) -> QuerySet[Appointment]:
    """Posts of whose people the person may learn when they have something on, never what.

    One's own organ and those below it; for a government's office those of that government, for which it calls; and leaders whose
    schedule is open to the person anyway.
    """
    own = Organ.objects.filter(pk=actor.organ_id or 0).select_related("superior").first()
    if own is None:
        return posts_shown().filter(person_id=actor.person_id)
    top = own.superior if own.kind == Organ.Kind.OFFICE and own.superior is not None else own
    condition = Q(organ__path__startswith=top.path) | Q(person_id=actor.person_id)
    condition |= Q(pk__in=schedules_open_to(actor).values("pk"))
    return posts_shown().filter(condition)


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Persons who run a meeting, and those who approve it."""

    organisers: frozenset[int]
    approvers: frozenset[int]


def staff_of(meeting: Meeting) -> Staff:
    """Whom to tell of what happens to it."""
    approvers = holders(organ_id=meeting.organ_id, role=Role.OFFICE_DIRECTOR)
    return Staff(
        organisers=frozenset({meeting.organiser.person_id}),
        approvers=frozenset(approvers.values_list("person_id", flat=True)),
    )


def runs_calls_of(actor: Actor) -> Q:
    """Condition on calls for items: one's own, and the organ's for who approves and for its clerks."""
    condition = Q(organiser__person_id=actor.person_id)
    if actor.organ_id is not None and actor.roles & (APPROVERS | {Role.CLERK}):
        condition |= Q(organ_id=actor.organ_id)
    return condition


def runs_call(actor: Actor, call: AgendaCall) -> bool:
    """Whether the person collects what units propose."""
    is_office = actor.organ_id == call.organ_id and bool(actor.roles & (APPROVERS | {Role.CLERK}))
    return is_office or call.organiser.person_id == actor.person_id


def require_call_runner(actor: Actor, call: AgendaCall) -> None:
    """Raises `Forbidden` unless the actor collects."""
    if not runs_call(actor, call):
        raise Forbidden("由发起征集的承办人或本机关文书、办公室主任、负责人办理。", rule="runs_call")


def calls_visible_to(actor: Actor) -> QuerySet[AgendaCall]:
    """Those one runs, and those that ask the organ, for who may propose for it."""
    condition = runs_calls_of(actor)
    if may_call(actor):
        asked = CalledUnit.objects.filter(call=OuterRef("pk"), organ_id=actor.organ_id or 0)
        condition |= Q(Exists(asked))
    return AgendaCall.objects.filter(condition)


def proposes_in(actor: Actor, call: AgendaCall) -> bool:
    """Whether the person proposes for an organ that is asked."""
    return may_call(actor) and call.units.filter(organ_id=actor.organ_id or 0).exists()


def _own_proposals(actor: Actor) -> Q:
    """One's own, the unit's for its head, the organ's for its desk and heads."""
    condition = Q(proposer__person_id=actor.person_id)
    if actor.organ_id is None:
        return condition
    if actor.roles & (DESK | APPROVERS):
        return condition | Q(organ_id=actor.organ_id)
    if Role.UNIT_HEAD in actor.roles and actor.unit_id is not None:
        condition |= Q(organ_id=actor.organ_id, unit_id=actor.unit_id)
    return condition


def proposals_visible_to(actor: Actor) -> QuerySet[AgendaProposal]:
    """The unit's own, those one signs or has signed, and for who collects those that have been signed off once."""
    collected = AgendaCall.objects.filter(runs_calls_of(actor))
    condition = _own_proposals(actor) | participates(actor, PROPOSAL_KIND, "pk")
    condition |= Q(submitted_at__isnull=False) & (Q(call__in=collected) | Q(past_calls__in=collected))
    return AgendaProposal.objects.filter(pk__in=AgendaProposal.objects.filter(condition).values("pk"))


def proposal_roles(actor: Actor, proposal: AgendaProposal) -> frozenset[collecting.Role]:
    """Capacities of the actor. What the unit does is its desk's, its section head's and the proposer's."""
    found: set[collecting.Role] = set()
    is_here = actor.organ_id == proposal.organ_id
    is_head = is_here and Role.UNIT_HEAD in actor.roles and actor.unit_id == proposal.unit_id
    if proposal.proposer.person_id == actor.person_id or is_head or (is_here and actor.roles & DESK):
        found.add(collecting.UNIT)
    if approval_tasks(actor, proposal).exists():
        found.add(collecting.SIGNER)
    if runs_call(actor, proposal.call):
        found.add(collecting.OFFICE)
    return frozenset(found)


def require_step(act: ProposalAct, actor: Actor, proposal: AgendaProposal) -> None:
    """Raises `InvalidState` when the state has no such act, `Forbidden` when it is somebody else's."""
    try:
        step = collecting.step_of(proposal.state, act)
    except collecting.NoSuchStep:
        raise InvalidState(
            f"该议题现在是“{proposal.stage}”，不能{act.label}，请刷新页面查看最新情况。"
        ) from None
    if not step.roles & proposal_roles(actor, proposal):
        who = "、".join(collecting.ROLE_NAMES[one] for one in collecting.Role if one in step.roles)
        raise Forbidden(f"“{act.label}”由{who}办理。", rule=str(act))
