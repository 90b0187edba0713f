"""What every act on a meeting or a proposed item shares: gate, rule, version, line of the course, audit, news."""

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict
from apps.core.events import publish
from apps.core.subjects import Subject
from apps.meetings.collecting import step_of
from apps.meetings.enums import MeetingAct, ProposalAct
from apps.meetings.events import MeetingMoved, ProposalMoved
from apps.meetings.lifecycle import rule_of
from apps.meetings.models import AgendaProposal, Meeting, MeetingLog, ProposalLog
from apps.meetings.policies import KIND, PROPOSAL_KIND, require
from apps.meetings.selectors.meetings import meeting_for


def taken_up(actor: Actor, meeting_id: int, act: MeetingAct, expected_version: int | None) -> Meeting:
    """The locked meeting when the actor may do this to it as it was shown. Part of the verb's transaction."""
    meeting = meeting_for(actor, meeting_id, lock=True)
    require(act, actor, meeting)
    version_checked(meeting, expected_version)
    return meeting


def version_checked(meeting: Meeting, expected_version: int | None) -> None:
    """Raises `Conflict` when somebody has changed the meeting since it was shown."""
    if expected_version is not None and meeting.version != expected_version:
        raise Conflict("会议刚刚有新的变动，请刷新后再操作，您填写的内容没有提交。", version=meeting.version)


def moved(
    meeting: Meeting, act: MeetingAct, *, actor: Actor | None, note: str = "", save: tuple[str, ...] = ()
) -> MeetingLog:
    """Carry out the table's step, write the line of the course, tell. The verb has changed the fields named in `save`."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act is one transaction")
    meeting.state = rule_of(meeting.state, act).then or meeting.state
    meeting.version += 1
    meeting.save(update_fields=["state", "version", *save])
    return logged(meeting, str(act), str(act.label), actor=actor, note=note)


def logged(meeting: Meeting, act: str, verb: str, *, actor: Actor | None, note: str = "") -> MeetingLog:
    """A line of the course with its audit entry and event."""
    line = MeetingLog.objects.create(
        meeting=meeting,
        act=act,
        verb=verb,
        person_name=actor.name if actor else "",
        post_text=actor.post_text[:160] if actor else "",
        note=note[:1000],
        at=now(),
    )
    record(
        "meetings.act",
        actor=actor,
        subject=Subject(KIND, meeting.pk),
        subject_text=meeting.name[:200],
        facts={"act": act, "state": meeting.state},
    )
    publish(MeetingMoved(meeting_id=meeting.pk, log_id=line.pk, act=act))
    return line


def proposal_moved(
    proposal: AgendaProposal, act: ProposalAct, *, actor: Actor, note: str = "", save: tuple[str, ...] = ()
) -> ProposalLog:
    """Carry out the table's step on a proposed item, write its course, tell."""
    proposal.state = step_of(proposal.state, act).then or proposal.state
    return proposal_logged(proposal, str(act), str(act.label), actor=actor, note=note, save=("state", *save))


def proposal_logged(
    proposal: AgendaProposal, act: str, verb: str, *, actor: Actor, note: str = "", save: tuple[str, ...] = ()
) -> ProposalLog:
    """A line of a proposed item's course with version, audit entry and event. The verb has changed the fields in `save`."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act is one transaction")
    proposal.version += 1
    proposal.save(update_fields=["version", *save])
    line = ProposalLog.objects.create(
        proposal=proposal,
        act=act,
        verb=verb,
        person_name=actor.name,
        post_text=actor.post_text[:160],
        note=note[:400],
        at=now(),
    )
    record(
        "meetings.proposal",
        actor=actor,
        subject=Subject(PROPOSAL_KIND, proposal.pk),
        subject_text=proposal.title[:200],
        facts={"act": act, "state": proposal.state, "call": proposal.call_id},
    )
    publish(ProposalMoved(proposal_id=proposal.pk, log_id=line.pk, act=act))
    return line
