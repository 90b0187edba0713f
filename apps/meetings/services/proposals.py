"""A proposed item: written by a unit, signed off by its head, accepted, returned or put off by the office (domain.md §8.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import Role
from apps.accounts.selectors import holders, organs_by_id
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, Forbidden, InvalidState, ValidationFailed
from apps.core.subjects import Subject
from apps.core.submissions import claim, made, made_before
from apps.files.words import words_checked
from apps.meetings.course import proposal_logged, proposal_moved
from apps.meetings.enums import CallState, ProposalAct, ProposalState
from apps.meetings.models import AgendaCall, AgendaProposal
from apps.meetings.policies import PROPOSAL_KIND, proposes_in, require_call_runner, require_step
from apps.meetings.procedures import PROPOSAL_CODE
from apps.meetings.selectors.proposals import call_for, proposal_for
from apps.meetings.services.agenda import MOST_MINUTES
from apps.meetings.services.filing import card_kept, filing_stopped, filing_taken, held_task
from apps.notifications.services import notices_read_about
from apps.workflow.models import Opinion
from apps.workflow.services import task_complete, task_return

MOST_OBSERVERS = 30


@dataclass(frozen=True, kw_only=True)
class ProposalDraft:
    """What a unit proposes."""

    title: str
    reason: str
    presenter: str
    minutes: int = 10
    observer_ids: Sequence[int] = ()


@transaction.atomic
def proposal_read(*, actor: Actor, proposal: AgendaProposal) -> None:
    """The actor opened it: its notices need no more attention."""
    notices_read_about(actor=actor, subject=Subject(PROPOSAL_KIND, proposal.pk))


@transaction.atomic
def may_propose_checked(*, actor: Actor, call: AgendaCall) -> int:
    """The organ for which the actor proposes.

    Raises `Forbidden` for who does not propose for an organ that is asked, `InvalidState` after the date.
    """
    if actor.organ_id is None or not proposes_in(actor, call):
        raise Forbidden("由被征集单位的负责人、科室负责人、办公室主任和文书提出议题。", rule="proposes_in")
    _in_time(call)
    return actor.organ_id


@transaction.atomic
def proposal_add(*, actor: Actor, call_id: int, draft: ProposalDraft, key: str = "") -> AgendaProposal:
    """Keep what the actor's unit proposes; it is sent by `proposal_submit`. The same key gives the same proposal."""
    call = call_for(actor, call_id, lock=True)
    organ_id = may_propose_checked(actor=actor, call=call)
    post = actor.post_required("提出议题")
    if not claim(person_id=actor.person_id, key=key, verb="meetings.propose"):
        return made_before(AgendaProposal.objects, person_id=actor.person_id, key=key)
    proposal = AgendaProposal(
        call=call, organ_id=organ_id, unit_id=actor.unit_id, proposer_id=post, created_at=now()
    )
    _fill(proposal, draft)
    proposal.save()
    made(person_id=actor.person_id, key=key, row_id=proposal.pk)
    _observers_set(proposal, draft)
    call.units.filter(organ_id=organ_id).update(nothing_at=None, nothing_text="")
    proposal_logged(proposal, "draft", "起草", actor=actor)
    return proposal


@transaction.atomic
def proposal_save(
    *, actor: Actor, proposal_id: int, expected_version: int, draft: ProposalDraft
) -> AgendaProposal:
    """Other words, while the unit has it in hand. Raises `Conflict` when a colleague was faster."""
    proposal = _taken(actor, proposal_id, ProposalAct.EDIT, expected_version)
    _fill(proposal, draft)
    _observers_set(proposal, draft)
    save = ("title", "reason", "presenter", "minutes")
    proposal_moved(proposal, ProposalAct.EDIT, actor=actor, save=save)
    return proposal


def _fill(proposal: AgendaProposal, draft: ProposalDraft) -> None:
    proposal.title = " ".join(words_checked(draft.title, "议题", 150, required=True).split())
    proposal.reason = words_checked(draft.reason, "提请理由", 1000, required=True)
    proposal.presenter = words_checked(draft.presenter, "汇报人", 80, required=True)
    if not 1 <= draft.minutes <= MOST_MINUTES:
        raise ValidationFailed(f"汇报时间须为 1 至 {MOST_MINUTES} 分钟。")
    proposal.minutes = draft.minutes


def _observers_set(proposal: AgendaProposal, draft: ProposalDraft) -> None:
    wanted = {one for one in draft.observer_ids if one != proposal.organ_id}
    found = organs_by_id(wanted)
    if len(found) < len(wanted):
        raise ValidationFailed("列席单位中有已撤销的，请选择承接其职责的单位。")
    if len(found) > MOST_OBSERVERS:
        raise ValidationFailed(f"列席单位不能超过 {MOST_OBSERVERS} 个。")
    proposal.observers.set(found)


def _in_time(call: AgendaCall) -> None:
    if call.state != CallState.OPEN:
        raise InvalidState("这次征集已结束，请与会议承办部门联系，或待下次征集时提出。")
    if call.due_at <= now():
        raise InvalidState("已过报送时限，请联系会议承办部门延长时限，或待下次征集时提出。")


@transaction.atomic
def proposal_submit(*, actor: Actor, proposal_id: int, expected_version: int | None = None) -> AgendaProposal:
    """To the unit's head to sign off; a head's own goes to the office at once. What came back may be sent again after the date."""
    proposal = _taken(actor, proposal_id, ProposalAct.SUBMIT, expected_version)
    if proposal.sent_at is None:
        _in_time(proposal.call)
        proposal.sent_at = now()
    subject = Subject(PROPOSAL_KIND, proposal.pk)
    title = f"议题：{proposal.title}"
    task = filing_taken(actor=actor, row=proposal, subject=subject, procedure=PROPOSAL_CODE, title=title)
    facts = _facts(actor, proposal)
    result = task_complete(actor=actor, task_id=task.pk, action=Opinion.Action.SUBMIT, facts=facts)
    proposal_moved(proposal, ProposalAct.SUBMIT, actor=actor, save=("sent_at", "matter"))
    if result.run_finished:
        _signed(actor, proposal)
    _card_kept(proposal)
    return proposal


def _facts(actor: Actor, proposal: AgendaProposal) -> dict[str, bool]:
    """Within the calling organ a section's head signs, elsewhere the organ's."""
    is_section = proposal.organ_id == proposal.call.organ_id and actor.unit_id is not None
    has_head = (
        is_section
        and holders(organ_id=proposal.organ_id, unit_id=actor.unit_id, role=Role.UNIT_HEAD).exists()
    )
    head = Role.UNIT_HEAD if has_head else Role.PRINCIPAL_HEAD
    return {"is_signed": head in actor.roles, "has_unit_head": has_head}


@transaction.atomic
def proposal_sign(
    *,
    actor: Actor,
    proposal_id: int,
    words: str = "",
    recorded_for_leader: bool = False,
    expected_version: int | None = None,
) -> AgendaProposal:
    """The head signs off; the office has it. A secretary only records what the leader said, and has to say so (代录)."""
    proposal = _taken(actor, proposal_id, ProposalAct.SIGN, expected_version)
    task_complete(
        actor=actor,
        task_id=held_task(actor=actor, row=proposal).pk,
        action=Opinion.Action.APPROVE,
        text=words_checked(words, "审签意见", 200),
        recorded_for_leader=recorded_for_leader,
    )
    _signed(actor, proposal, words.strip())
    _card_kept(proposal)
    return proposal


def _signed(actor: Actor, proposal: AgendaProposal, words: str = "") -> None:
    proposal.submitted_at, proposal.answer = now(), ""
    proposal_moved(proposal, ProposalAct.SIGN, actor=actor, note=words, save=("submitted_at", "answer"))


@transaction.atomic
def proposal_return(
    *, actor: Actor, proposal_id: int, words: str, expected_version: int | None = None
) -> AgendaProposal:
    """Back to the unit with a reason: by its head before signing, by the office afterwards."""
    proposal = _taken(actor, proposal_id, ProposalAct.RETURN, expected_version)
    proposal.answer = words_checked(words, "退回理由", 200, required=True)
    if proposal.state == ProposalState.SIGNING:
        task = held_task(actor=actor, row=proposal)
        task_return(actor=actor, task_id=task.pk, to="drafter", text=proposal.answer)
    proposal_moved(proposal, ProposalAct.RETURN, actor=actor, note=proposal.answer, save=("answer",))
    _card_kept(proposal)
    return proposal


@transaction.atomic
def proposal_withdraw(
    *, actor: Actor, proposal_id: int, expected_version: int | None = None
) -> AgendaProposal:
    """The unit takes it back, until the office has decided."""
    proposal = _taken(actor, proposal_id, ProposalAct.WITHDRAW, expected_version)
    filing_stopped(actor=actor, row=proposal, reason="提出单位撤回")
    proposal_moved(proposal, ProposalAct.WITHDRAW, actor=actor)
    _card_kept(proposal)
    return proposal


@transaction.atomic
def proposal_drop(*, actor: Actor, proposal_id: int, expected_version: int | None = None) -> AgendaProposal:
    """The unit gives it up; it stays in the list with its course."""
    proposal = _taken(actor, proposal_id, ProposalAct.DROP, expected_version)
    filing_stopped(actor=actor, row=proposal, reason="提出单位撤销")
    proposal_moved(proposal, ProposalAct.DROP, actor=actor)
    _card_kept(proposal)
    return proposal


@transaction.atomic
def proposal_accept(*, actor: Actor, proposal_id: int, expected_version: int | None = None) -> AgendaProposal:
    """The office takes it, at the end of the order. Refused beyond the number of items the call allows."""
    proposal = _taken(actor, proposal_id, ProposalAct.ACCEPT, expected_version)
    taken = proposal.call.proposals.filter(state=ProposalState.ACCEPTED)
    most = proposal.call.most_items
    if taken.count() >= most:
        raise InvalidState(
            f"本次最多 {most} 个议题，已采纳 {most} 个。请将其他议题转下次，或在“修改征集”中调整上限。"
        )
    proposal.place = (taken.aggregate(last=Max("place"))["last"] or 0) + 1
    proposal.answer = ""
    proposal_moved(proposal, ProposalAct.ACCEPT, actor=actor, save=("place", "answer"))
    return proposal


@transaction.atomic
def proposal_defer(
    *, actor: Actor, proposal_id: int, words: str, expected_version: int | None = None
) -> AgendaProposal:
    """Not this time, with a reason: the next call of the kind takes it over."""
    proposal = _taken(actor, proposal_id, ProposalAct.DEFER, expected_version)
    proposal.answer = words_checked(words, "理由", 200, required=True)
    proposal_moved(proposal, ProposalAct.DEFER, actor=actor, note=proposal.answer, save=("answer",))
    return proposal


@transaction.atomic
def proposal_reconsider(
    *, actor: Actor, proposal_id: int, expected_version: int | None = None
) -> AgendaProposal:
    """The office looks at it again. What stands on an agenda is first taken off there."""
    proposal = _taken(actor, proposal_id, ProposalAct.RECONSIDER, expected_version)
    if proposal.item is not None:
        raise InvalidState("该议题已列入会议议程，请先在会议页面撤下该议题。")
    proposal.place, proposal.answer = None, ""
    proposal_moved(proposal, ProposalAct.RECONSIDER, actor=actor, save=("place", "answer"))
    _renumber(proposal.call)
    return proposal


@transaction.atomic
def proposal_move(
    *, actor: Actor, proposal_id: int, is_up: bool, expected_place: int | None = None
) -> AgendaProposal:
    """One place up or down among the accepted. Raises `Conflict` when the order is another by now."""
    proposal = proposal_for(actor, proposal_id, lock=True)
    require_call_runner(actor, proposal.call)
    if proposal.state != ProposalState.ACCEPTED or proposal.item_id is not None:
        raise InvalidState("只有已采纳、尚未列入议程的议题可以调整次序。")
    if expected_place not in {None, proposal.place}:
        raise Conflict("议题次序刚刚被同事调整，请刷新后再移动。", place=proposal.place)
    rows = list(proposal.call.proposals.filter(state=ProposalState.ACCEPTED).order_by("place", "pk"))
    place = [one.pk for one in rows].index(proposal.pk)
    other = place - 1 if is_up else place + 1
    if 0 <= other < len(rows) and rows[other].item_id is None:
        rows[place], rows[other] = rows[other], rows[place]
        _numbered(rows)
    return proposal


def _renumber(call: AgendaCall) -> None:
    _numbered(list(call.proposals.filter(state=ProposalState.ACCEPTED).order_by("place", "pk")))


def _numbered(rows: list[AgendaProposal]) -> None:
    for place, row in enumerate(rows, start=1):
        row.place = place
    AgendaProposal.objects.bulk_update(rows, ["place"])


def _taken(actor: Actor, proposal_id: int, act: ProposalAct, expected_version: int | None) -> AgendaProposal:
    proposal = proposal_for(actor, proposal_id, lock=True)
    require_step(act, actor, proposal)
    if proposal.call.state != CallState.OPEN:
        raise InvalidState("这次征集已结束，议题待下次征集时转入。")
    if expected_version not in {None, proposal.version}:
        raise Conflict(
            "该议题刚刚有新的变动，请刷新后再操作，您填写的内容没有提交。", version=proposal.version
        )
    return proposal


def _card_kept(proposal: AgendaProposal) -> None:
    card_kept(row=proposal, title=f"议题：{proposal.title}", state=proposal.get_state_display())
