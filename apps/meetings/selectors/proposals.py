"""Calls for items and what is proposed: gates, lists, pages (domain.md §8.2)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import Organ, Role
from apps.accounts.selectors import organs_picked, posts_shown
from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import NotFound
from apps.core.spreadsheets import Cell
from apps.meetings.collecting import EDITABLE, steps_open
from apps.meetings.enums import CallState, MeetingKind, MeetingState, ProposalAct, ProposalState
from apps.meetings.lifecycle import EDITABLE as OPEN_MEETINGS
from apps.meetings.models import AgendaCall, AgendaProposal, CalledUnit, Meeting, ProposalLog
from apps.meetings.policies import (
    DESK,
    calls_visible_to,
    organises,
    proposal_roles,
    proposals_visible_to,
    proposes_in,
    runs_call,
    runs_calls_of,
    visible_to,
)
from apps.meetings.selectors.approval import Approval, approval_of
from apps.meetings.selectors.succession import gone_in_call

CALL_ORDER, PROPOSAL_ORDER = ("-due_at", "-id"), ("-created_at", "-id")
CALL_SCOPES = (("open", "征集中"), ("closed", "已结束"), ("", "全部"))
PROPOSAL_SCOPES = (("", "全部"), ("own", "本单位提出"), ("office", "我收集的"))
MOST_EXPORTED = 5000
HEADS = (
    "议题", "提出单位", "提出科室", "汇报人", "汇报时间（分钟）", "列席单位", "状态", "办理意见", "征集", "会议类别", "次序",
    "列入会议", "提出人", "提出时间", "报送时间",
)  # fmt: skip


def call_for(actor: Actor, call_id: int, *, lock: bool = False) -> AgendaCall:
    """A call the actor may see, its row locked if asked. Raises `NotFound`."""
    if lock:
        AgendaCall.objects.select_for_update(of=("self",)).filter(pk=call_id).first()
    rows = calls_visible_to(actor).select_related("organ", "organiser__person", "meeting")
    found = rows.filter(pk=call_id).first()
    if found is None:
        raise NotFound
    return found


def proposal_for(actor: Actor, proposal_id: int, *, lock: bool = False) -> AgendaProposal:
    """A proposed item the actor may see, its call and its row locked if asked. Raises `NotFound`."""
    if lock:
        number = AgendaProposal.objects.filter(pk=proposal_id).values_list("call_id", flat=True).first()
        AgendaCall.objects.select_for_update(of=("self",)).filter(pk=number or 0).first()
        AgendaProposal.objects.select_for_update(of=("self",)).filter(pk=proposal_id).first()
    rows = _related(proposals_visible_to(actor)).select_related("matter")
    found = rows.filter(pk=proposal_id).first()
    if found is None:
        raise NotFound
    return found


def _related(rows: QuerySet[AgendaProposal]) -> QuerySet[AgendaProposal]:
    return rows.select_related(
        "call__organ", "call__organiser__person", "organ", "unit", "proposer__person", "item__meeting"
    ).prefetch_related("observers")


def call_known(call_id: int) -> AgendaCall | None:
    """A call by number, for listeners."""
    return AgendaCall.objects.select_related("organ", "organiser").filter(pk=call_id).first()


def proposal_known(proposal_id: int) -> AgendaProposal | None:
    """A proposed item by number, for listeners."""
    rows = AgendaProposal.objects.select_related("call__organiser", "proposer", "organ")
    return rows.filter(pk=proposal_id).first()


def proposal_line(log_id: int) -> ProposalLog | None:
    """A line of a proposed item's course."""
    return ProposalLog.objects.filter(pk=log_id).first()


def call_title(call_id: int) -> str:
    """Its name."""
    return AgendaCall.objects.filter(pk=call_id).values_list("name", flat=True).first() or "议题征集"


def proposal_title(proposal_id: int) -> str:
    """Its title."""
    return AgendaProposal.objects.filter(pk=proposal_id).values_list("title", flat=True).first() or "议题"


def can_view_call(actor: Actor, call_id: int) -> bool:
    """Whether the actor may see it."""
    return calls_visible_to(actor).filter(pk=call_id).exists()


def can_view_proposal(actor: Actor, proposal_id: int) -> bool:
    """Whether the actor may see it."""
    return proposals_visible_to(actor).filter(pk=proposal_id).exists()


def can_attach_to_proposal(actor: Actor, proposal_id: int) -> bool:
    """Whether the actor may hand in or take off materials: while the unit has it in hand."""
    try:
        proposal = proposal_for(actor, proposal_id)
    except NotFound:
        return False
    return ProposalAct.EDIT in steps_open(proposal.state, proposal_roles(actor, proposal))


def calls_listed(actor: Actor, *, scope: str, text: str) -> QuerySet[AgendaCall]:
    """Visible calls with how many items have come and were accepted."""
    rows = calls_visible_to(actor).select_related("organ")
    if scope in CallState.values:
        rows = rows.filter(state=scope)
    if text:
        rows = rows.filter(name__icontains=text)
    come, accepted = Q(proposals__submitted_at__isnull=False), Q(proposals__state=ProposalState.ACCEPTED)
    return rows.annotate(come=Count("proposals", filter=come), accepted=Count("proposals", filter=accepted))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How the list of proposed items is narrowed; nonsense narrows nothing."""

    scope: str = ""
    state: str = ""
    kind: str = ""
    text: str = ""


def proposals_listed(actor: Actor, wanted: Wanted) -> QuerySet[AgendaProposal]:
    """Visible proposed items, narrowed."""
    rows = _related(proposals_visible_to(actor))
    if wanted.scope == "own":
        rows = rows.filter(organ_id=actor.organ_id or 0)
    elif wanted.scope == "office":
        rows = rows.filter(
            call__in=AgendaCall.objects.filter(runs_calls_of(actor)), submitted_at__isnull=False
        )
    if wanted.state == "placed":
        rows = rows.filter(item__isnull=False)
    elif wanted.state in ProposalState.values:
        rows = rows.filter(state=wanted.state, item__isnull=True)
    if wanted.kind in MeetingKind.values:
        rows = rows.filter(call__kind=wanted.kind)
    if wanted.text:
        found = Q(title__icontains=wanted.text) | Q(organ__short_name__icontains=wanted.text)
        rows = rows.filter(found | Q(presenter__icontains=wanted.text))
    return rows


def proposal_cells(proposal: AgendaProposal) -> list[Cell]:
    """One row of the Excel sheet, in the order of `HEADS`."""
    return [
        proposal.title,
        proposal.organ.short_name,
        proposal.unit.name if proposal.unit else "",
        proposal.presenter,
        proposal.minutes,
        "、".join(organ.short_name for organ in proposal.observers.all()),
        proposal.stage,
        proposal.answer,
        proposal.call.name,
        proposal.call.get_kind_display(),
        proposal.place,
        proposal.item.meeting.name if proposal.item else "",
        proposal.proposer.person.name,
        proposal.created_at,
        proposal.sent_at,
    ]


@dataclass(frozen=True, kw_only=True)
class UnitAnswer:
    """What an asked organ has answered so far."""

    unit: CalledUnit
    count: int

    @property
    def is_owed(self) -> bool:
        """Whether nothing has been said."""
        return not self.count and self.unit.nothing_at is None


@dataclass(frozen=True, kw_only=True)
class CallPage:
    """A call as the actor may see it; `units` and `meetings` (where accepted items may go) are for who collects."""

    call: AgendaCall
    runs: bool
    may_propose: bool
    own_unit: CalledUnit | None
    units: list[UnitAnswer]
    accepted: list[AgendaProposal]
    waiting: list[AgendaProposal]
    others: list[AgendaProposal]
    meetings: list[Meeting]
    is_over: bool
    gone: list[Organ]

    @property
    def may_order(self) -> bool:
        """Whether the reader puts accepted items in order."""
        return self.runs and self.call.state == CallState.OPEN

    @property
    def unplaced(self) -> int:
        """Accepted items that stand on no agenda yet."""
        return sum(one.item_id is None for one in self.accepted)

    @property
    def owed(self) -> int:
        """Organs that have said nothing."""
        return sum(one.is_owed for one in self.units)


def call_page(actor: Actor, call: AgendaCall) -> CallPage:
    """Everything the page of a call draws; a fixed number of statements."""
    runs = runs_call(actor, call)
    rows = list(
        _related(proposals_visible_to(actor).filter(Q(call=call) | Q(past_calls=call)).distinct()).order_by(
            "place", "submitted_at", "id"
        )
    )
    here = [one for one in rows if one.call_id == call.pk]
    accepted = [one for one in here if one.state == ProposalState.ACCEPTED]
    waiting = [one for one in here if one.state == ProposalState.SUBMITTED]
    units = list(call.units.select_related("organ"))
    return CallPage(
        call=call,
        runs=runs,
        may_propose=call.state == CallState.OPEN and call.due_at > now() and proposes_in(actor, call),
        own_unit=next((one for one in units if one.organ_id == actor.organ_id), None),
        units=unit_answers(call, units) if runs else [],
        accepted=accepted,
        waiting=waiting,
        others=[one for one in rows if one not in accepted and one not in waiting],
        meetings=meetings_to_ask_for(actor, call) if runs and accepted else [],
        is_over=call.due_at <= now(),
        gone=gone_in_call(call) if runs else [],
    )


def unit_answers(call: AgendaCall, units: list[CalledUnit]) -> list[UnitAnswer]:
    """What every asked organ has sent."""
    sent = call.proposals.filter(sent_at__isnull=False).exclude(state=ProposalState.DROPPED)
    counts = dict(sent.order_by().values_list("organ_id").annotate(Count("id")))
    return [UnitAnswer(unit=unit, count=counts.get(unit.organ_id, 0)) for unit in units]


def meetings_to_ask_for(actor: Actor, call: AgendaCall | None) -> list[Meeting]:
    """Meetings of the organ to come that the actor runs and whose agenda may still change; the call's own first."""
    organ_id = call.organ_id if call is not None else actor.organ_id or 0
    states = (*OPEN_MEETINGS, MeetingState.REQUESTED)
    rows = visible_to(actor).filter(organ_id=organ_id, state__in=states, starts_at__gt=now())
    found = [
        one
        for one in rows.select_related("organiser").order_by("starts_at", "id")[:30]
        if organises(actor, one)
    ]
    return sorted(found, key=lambda one: call is None or one.pk != call.meeting_id)


@dataclass(frozen=True, kw_only=True)
class ProposalPage:
    """One proposed item: `may` holds the codes of acts that make sense now."""

    proposal: AgendaProposal
    may: dict[str, bool]
    runs: bool
    past: list[AgendaCall]
    log: list[ProposalLog]
    approval: Approval | None


def proposal_page(actor: Actor, proposal: AgendaProposal) -> ProposalPage:
    """Everything the page draws."""
    is_open = proposal.call.state == CallState.OPEN
    acts = steps_open(proposal.state, proposal_roles(actor, proposal)) if is_open else []
    may = {str(act): True for act in acts}
    if proposal.item_id is not None:
        may.pop(str(ProposalAct.RECONSIDER), None)
    return ProposalPage(
        proposal=proposal,
        may=may,
        runs=runs_call(actor, proposal.call),
        past=list(proposal.past_calls.order_by("opened_at")),
        log=list(proposal.log.all()[:100]),
        approval=approval_of(actor, proposal),
    )


def desks_of(organ_ids: list[int]) -> dict[int, set[int]]:
    """Persons by organ: clerks and office directors; the head where there is neither. One query."""
    desk: dict[int, set[int]] = {one: set() for one in organ_ids}
    heads: dict[int, set[int]] = {one: set() for one in organ_ids}
    wanted = posts_shown().filter(
        organ_id__in=organ_ids, roles__role__in=[*sorted(DESK), Role.PRINCIPAL_HEAD]
    )
    for organ_id, person_id, role in wanted.values_list("organ_id", "person_id", "roles__role"):
        (desk if role in DESK else heads)[organ_id].add(person_id)
    return {one: desk[one] or heads[one] for one in organ_ids}


def owing_people(call: AgendaCall) -> set[int]:
    """Desks of organs that have said nothing, and proposers who still hold one in hand."""
    owed = [one.unit.organ_id for one in unit_answers(call, list(call.units.all())) if one.is_owed]
    people = {person for found in desks_of(owed).values() for person in found}
    held = call.proposals.filter(state__in=EDITABLE)
    return people | set(held.values_list("proposer__person_id", flat=True))


def call_draft(call: AgendaCall | None, due: datetime) -> dict[str, object]:
    """The form's values, empty but for the usual ones or a call's own."""
    due_text = f"{local(due):%Y-%m-%dT%H:%M}"
    if call is None:
        return {"kind": MeetingKind.EXECUTIVE, "due": due_text, "most": 5, "organs": []}
    organs = organs_picked(one.organ for one in call.units.select_related("organ"))
    return {
        "name": call.name, "kind": call.kind, "due": due_text, "most": call.most_items, "note": call.note,
        "organs": organs, "meeting": call.meeting_id,
    }  # fmt: skip


def proposal_draft(proposal: AgendaProposal | None) -> dict[str, object]:
    """The form's values."""
    if proposal is None:
        return {"minutes": 10, "observers": []}
    return {
        "title": proposal.title, "reason": proposal.reason, "presenter": proposal.presenter,
        "minutes": proposal.minutes, "observers": organs_picked(proposal.observers.all()),
    }  # fmt: skip
