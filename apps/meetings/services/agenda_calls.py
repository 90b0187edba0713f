"""议题征集: units are asked for items until a date; what was accepted goes on a meeting's agenda (domain.md §8.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.selectors import organs_by_id
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, Forbidden, InvalidState, RateLimited, ValidationFailed
from apps.core.events import publish
from apps.core.reminding import next_moment
from apps.core.subjects import Subject
from apps.core.submissions import claim, made, made_before
from apps.core.working_calendar import city_calendar
from apps.files.enums import UploadPurpose
from apps.files.selectors import files_of
from apps.files.services import file_copy
from apps.files.words import words_checked
from apps.meetings.collecting import CARRIED, UNDECIDED
from apps.meetings.course import proposal_logged
from apps.meetings.dating import CALL
from apps.meetings.enums import CallState, MeetingKind, ProposalState
from apps.meetings.events import CallMoved
from apps.meetings.models import AgendaCall, AgendaItem, AgendaProposal, CalledUnit, Meeting
from apps.meetings.policies import (
    CALL_KIND,
    PROPOSAL_KIND,
    proposes_in,
    require_call_runner,
    require_caller,
    require_organiser,
)
from apps.meetings.selectors.agenda import ITEM_KIND
from apps.meetings.selectors.meetings import meeting_for
from apps.meetings.selectors.proposals import call_for, owing_people
from apps.meetings.services.agenda import ItemDraft, agenda_add
from apps.meetings.services.filing import filing_stopped
from apps.meetings.services.installation import proposal_procedure_set_up
from apps.meetings.services.issuing import observers_invited
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send, notices_read_about

MOST_UNITS, MOST_ITEMS = 500, 30
URGE_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class CallDraft:
    """What is asked of whom until when; with `meeting_id` for a meeting that is known already."""

    name: str
    kind: str
    due_at: datetime | None
    organ_ids: Sequence[int]
    note: str = ""
    most_items: int = 5
    meeting_id: int | None = None


@transaction.atomic
def agenda_call_open(*, actor: Actor, draft: CallDraft, key: str = "") -> AgendaCall:
    """Ask units for items. What an earlier, closed call of the kind left over comes along, to be looked through by its unit.

    Raises `ValidationFailed` for a date that has passed or nobody to ask. The same key asks once.
    """
    organ_id = require_caller(actor)
    post = actor.post_required("征集议题")
    if not claim(person_id=actor.person_id, key=key, verb="meetings.call"):
        return made_before(AgendaCall.objects, person_id=actor.person_id, key=key)
    proposal_procedure_set_up()
    call = AgendaCall(organ_id=organ_id, organiser_id=post, opened_at=now())
    _fill(actor, call, draft)
    call.save()
    made(person_id=actor.person_id, key=key, row_id=call.pk)
    _units_add(call, draft)
    _carry(actor, call)
    _told(actor, call, "open")
    return call


def _fill(actor: Actor, call: AgendaCall, draft: CallDraft) -> None:
    call.name = " ".join(words_checked(draft.name, "征集名称", 100, required=True).split())
    if draft.kind not in MeetingKind.values:
        raise ValidationFailed("请选择会议类别。")
    call.kind = draft.kind
    call.note = words_checked(draft.note, "征集要求", 2000)
    if not 1 <= draft.most_items <= MOST_ITEMS:
        raise ValidationFailed(f"议题上限须为 1 至 {MOST_ITEMS}。")
    call.most_items = draft.most_items
    if draft.due_at is None or (draft.due_at <= now() and draft.due_at != call.due_at):
        raise ValidationFailed("请填写报送时限，且须在现在之后。")
    call.due_at = draft.due_at
    call.next_reminder_at = next_moment(draft.due_at, CALL, calendar=city_calendar())
    call.meeting = None
    if draft.meeting_id is not None:
        call.meeting = meeting_for(actor, draft.meeting_id)
        require_organiser(actor, call.meeting)


def _units_add(call: AgendaCall, draft: CallDraft) -> None:
    """Asked ones stay asked; a unit that is gone is left out by the picker and refused here."""
    wanted = list(dict.fromkeys(draft.organ_ids))
    found = organs_by_id(wanted)
    if len(found) < len(wanted):
        raise ValidationFailed("所选单位中有已撤销的，请选择承接其职责的单位。")
    known = set(call.units.values_list("organ_id", flat=True))
    CalledUnit.objects.bulk_create(
        CalledUnit(call=call, organ=organ) for organ in found if organ.pk not in known
    )
    if not 1 <= call.units.count() <= MOST_UNITS:
        raise ValidationFailed(f"请选择 1 至 {MOST_UNITS} 个征集单位。")


def _carry(actor: Actor, call: AgendaCall) -> None:
    """What closed calls of the kind put off or left unfinished, of units asked again."""
    asked = call.units.values("organ_id")
    left = AgendaProposal.objects.select_for_update(of=("self",)).filter(
        call__organ=call.organ_id, call__kind=call.kind, call__state=CallState.CLOSED,
        state__in=CARRIED, organ__in=asked,
    )  # fmt: skip
    for proposal in left.select_related("call").order_by("pk"):
        before = proposal.call
        proposal.past_calls.add(before)
        proposal.call, proposal.state, proposal.sent_at = call, ProposalState.RETURNED, None
        note = f"由“{before.name}”转入，请核对后重新报送，不再提请的可撤销"
        proposal_logged(proposal, "carry", "转入", actor=actor, note=note, save=("call", "state", "sent_at"))


@transaction.atomic
def agenda_call_read(*, actor: Actor, call: AgendaCall) -> None:
    """The actor opened it: its notices need no more attention."""
    notices_read_about(actor=actor, subject=Subject(CALL_KIND, call.pk))


@transaction.atomic
def agenda_call_change(*, actor: Actor, call_id: int, expected_version: int, draft: CallDraft) -> AgendaCall:
    """Other words, another date, more units. Units that were asked stay asked; a moved date is told to all."""
    call = _taken(actor, call_id, expected_version)
    before = call.due_at
    _fill(actor, call, draft)
    if call.proposals.filter(state=ProposalState.ACCEPTED).count() > call.most_items:
        raise ValidationFailed("已采纳的议题多于新的上限，请先将其中一些改为重新审核。")
    _units_add(call, draft)
    _told(actor, call, "move" if before != call.due_at else "change")
    return call


def _taken(
    actor: Actor, call_id: int, expected_version: int | None, state: str = CallState.OPEN
) -> AgendaCall:
    call = call_for(actor, call_id, lock=True)
    require_call_runner(actor, call)
    if call.state != state:
        raise InvalidState(f"这次征集{call.get_state_display()}，请刷新页面查看。")
    if expected_version not in {None, call.version}:
        raise Conflict("征集刚刚有新的变动，请刷新后再操作，您填写的内容没有提交。", version=call.version)
    return call


@transaction.atomic
def agenda_call_close(*, actor: Actor, call_id: int) -> AgendaCall:
    """No more is taken. Refused while something waits for a decision; what is not signed off goes back to its unit."""
    call = _taken(actor, call_id, None)
    waiting = call.proposals.filter(state__in=UNDECIDED).count()
    if waiting:
        raise InvalidState(f"还有 {waiting} 个议题待审核，请先采纳、退回或转下次，再结束征集。")
    for proposal in call.proposals.filter(state=ProposalState.SIGNING).select_related(
        "matter", "organ", "unit"
    ):
        filing_stopped(actor=actor, row=proposal, reason="征集已结束")
        proposal.state = ProposalState.DRAFT
        proposal_logged(proposal, "unsigned", "未及审签", actor=actor, note="征集已结束", save=("state",))
    call.state, call.next_reminder_at = CallState.CLOSED, None
    _told(actor, call, "close")
    return call


@transaction.atomic
def agenda_call_reopen(*, actor: Actor, call_id: int) -> AgendaCall:
    """Take items again, until the date as it stands; it is moved by a change."""
    call = _taken(actor, call_id, None, CallState.CLOSED)
    call.state = CallState.OPEN
    call.next_reminder_at = next_moment(call.due_at, CALL, calendar=city_calendar())
    _told(actor, call, "reopen")
    return call


@transaction.atomic
def nothing_say(*, actor: Actor, call_id: int, is_nothing: bool) -> AgendaCall:
    """The organ has no item this time; or it has one after all."""
    call = call_for(actor, call_id, lock=True)
    if actor.organ_id is None or not proposes_in(actor, call):
        raise Forbidden("由被征集单位的负责人、办公室主任和文书办理。", rule="proposes_in")
    if call.state != CallState.OPEN:
        raise InvalidState("这次征集已结束，请与会议承办部门联系。")
    unit = call.units.get(organ_id=actor.organ_id)
    sent = call.proposals.filter(organ_id=actor.organ_id, sent_at__isnull=False)
    if is_nothing and sent.exclude(state=ProposalState.DROPPED).exists():
        raise InvalidState("本单位已报送议题，请先撤回并撤销，再报无议题。")
    unit.nothing_at, unit.nothing_text = (now(), actor.signature) if is_nothing else (None, "")
    unit.save(update_fields=["nothing_at", "nothing_text"])
    record(
        "meetings.call",
        actor=actor,
        subject=Subject(CALL_KIND, call.pk),
        subject_text=call.name,
        facts={"act": "nothing", "is_nothing": is_nothing},
    )
    notices_read_about(actor=actor, subject=Subject(CALL_KIND, call.pk))
    return call


@transaction.atomic
def agenda_call_urge(*, actor: Actor, call_id: int) -> int:
    """One tap: who has said nothing is told, nobody else. Returns how many people. Refused within ten minutes."""
    call = _taken(actor, call_id, None)
    people = owing_people(call)
    if not people:
        return 0
    told = notice_send(
        person_ids=people,
        key=f"{CALL_KIND}:{call.pk}:urge:{int(now().timestamp() // URGE_SECONDS)}",
        kind=NoticeKind.URGE,
        title=f"请报送议题：{call.name}",
        subject=Subject(CALL_KIND, call.pk),
        is_urgent=True,
    )
    if not told:
        raise RateLimited("刚刚已经催过，请十分钟后再试，或电话联系。", retry_after=URGE_SECONDS)
    return len(told)


@transaction.atomic
def agenda_call_place(*, actor: Actor, call_id: int, meeting_id: int) -> list[AgendaItem]:
    """Accepted items go on the agenda in their order, each with its time, materials and 列席 units. Those that stand on one stay.

    Raises `InvalidState` when there is none to place, and what the agenda itself refuses.
    """
    call = _taken(actor, call_id, None)
    meeting = meeting_for(actor, meeting_id, lock=True)
    if meeting.organ_id != call.organ_id:
        raise ValidationFailed("请选择本机关承办的会议。")
    rows = call.proposals.filter(state=ProposalState.ACCEPTED, item=None).select_for_update(of=("self",))
    accepted = list(rows.order_by("place", "pk"))
    if not accepted:
        raise InvalidState("没有待列入议程的议题，请先采纳。")
    placed = [_placed(actor, meeting, proposal) for proposal in accepted]
    observers_invited(meeting=meeting)
    if call.meeting_id is None:
        call.meeting = meeting
    _told(actor, call, "place")
    return placed


def _placed(actor: Actor, meeting: Meeting, proposal: AgendaProposal) -> AgendaItem:
    gone = [one for one in (proposal.organ, *proposal.observers.all()) if one.abolished_on is not None]
    if gone:
        names = "、".join(one.short_name for one in gone)
        raise InvalidState(
            f"议题“{proposal.title}”涉及的{names}已撤销，请先在征集页选择承接单位，再列入议程。"
        )
    draft = ItemDraft(
        title=proposal.title,
        organ_id=proposal.organ_id,
        presenter=proposal.presenter,
        minutes=proposal.minutes,
        observer_ids=list(proposal.observers.values_list("pk", flat=True)),
    )
    item = agenda_add(actor=actor, meeting_id=meeting.pk, draft=draft)
    for file in files_of(Subject(PROPOSAL_KIND, proposal.pk)):
        file_copy(
            actor=actor, file=file, subject=Subject(ITEM_KIND, item.pk), purpose=UploadPurpose.ATTACHMENT
        )
    proposal.item = item
    note = f"{meeting.name}，第 {item.place} 个议题"
    proposal_logged(proposal, "place", "列入议程", actor=actor, note=note, save=("item",))
    return item


def _told(actor: Actor, call: AgendaCall, act: str) -> None:
    call.version += 1
    call.save()
    record(
        "meetings.call",
        actor=actor,
        subject=Subject(CALL_KIND, call.pk),
        subject_text=call.name,
        facts={"act": act, "state": call.state},
    )
    publish(CallMoved(call_id=call.pk, act=act, version=call.version))
