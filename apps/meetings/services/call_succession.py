"""承接 in a call for items: an organ that is abolished is asked no more; its successor is, and has its items in hand."""

from django.db import transaction

from apps.accounts.models import Organ
from apps.accounts.selectors import organs_by_id, posts_shown
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import Conflict, InvalidState, ValidationFailed
from apps.core.subjects import Subject
from apps.meetings.course import proposal_logged
from apps.meetings.enums import ProposalState
from apps.meetings.models import AgendaCall, AgendaProposal
from apps.meetings.policies import CALL_KIND, require_call_runner
from apps.meetings.selectors.proposals import call_for, desks_of
from apps.meetings.selectors.succession import gone_in_call, items_in_hand
from apps.meetings.services.filing import filing_stopped
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send
from apps.workflow.services import matter_update


@transaction.atomic
def call_organ_succeed(
    *, actor: Actor, call_id: int, organ_id: int, target_id: int, expected_version: int | None = None
) -> AgendaCall:
    """The successor is asked in the place of an abolished organ; items in hand are its own from now, others' 列席 too.

    An item that waited for the signature of the organ that is no more is the successor's draft again; what was signed off stays so.
    Items on an agenda follow with the meeting. Raises `ValidationFailed` for a successor that is gone or the organ itself.
    """
    call = call_for(actor, call_id, lock=True)
    require_call_runner(actor, call)
    if expected_version not in {None, call.version}:
        raise Conflict("征集刚刚有新的变动，请刷新后再操作。", version=call.version)
    source = next((one for one in gone_in_call(call) if one.pk == organ_id), None)
    if source is None:
        raise InvalidState("该单位没有撤销，或已由其他单位承接，请刷新页面查看。")
    target = next(iter(organs_by_id([target_id])), None)
    if target is None or target.abolished_on is not None:
        raise ValidationFailed("请选择承接单位；已撤销的单位不能承接。")
    _asked_goes(call, source, target)
    for proposal in items_in_hand(call).filter(organ=source).select_for_update(of=("self",)):
        _item_goes(actor, proposal, source, target)
    for proposal in items_in_hand(call).filter(observers=source):
        proposal.observers.remove(source)
        if proposal.organ_id != target.pk:
            proposal.observers.add(target)
    call.version += 1
    call.save(update_fields=["version"])
    _told(actor, call, source, target)
    return call


def _asked_goes(call: AgendaCall, source: Organ, target: Organ) -> None:
    """What the organ said of having nothing goes with it: the successor answers anew, unless it is asked already."""
    old = call.units.select_for_update(of=("self",)).filter(organ=source).first()
    if old is None:
        return
    if call.units.filter(organ=target).exists():
        old.delete()
        return
    old.organ, old.nothing_at, old.nothing_text = target, None, ""
    old.save(update_fields=["organ", "nothing_at", "nothing_text"])


def _item_goes(actor: Actor, proposal: AgendaProposal, source: Organ, target: Organ) -> None:
    """With its proposer where that person serves the successor now, else to the successor's desk."""
    posts = posts_shown().filter(organ=target).order_by("rank_order", "pk")
    post = (
        posts.filter(person=proposal.proposer.person_id).first()
        or posts.filter(person__in=desks_of([target.pk])[target.pk]).first()
    )
    if proposal.state == ProposalState.SIGNING:
        filing_stopped(actor=actor, row=proposal, reason=f"{source.short_name}已撤销")
        proposal.state = ProposalState.DRAFT
    proposal.organ = target
    if proposal.matter is not None:
        matter_update(matter=proposal.matter, organ_id=target.pk)
    if post is not None:
        proposal.proposer, proposal.unit = post, post.unit
    proposal.observers.remove(target)
    note = f"{source.short_name} → {target.short_name}"
    saved = ("organ", "unit", "proposer", "state")
    proposal_logged(proposal, "succeed", "单位承接", actor=actor, note=note, save=saved)


def _told(actor: Actor, call: AgendaCall, source: Organ, target: Organ) -> None:
    record(
        "meetings.call",
        actor=actor,
        subject=Subject(CALL_KIND, call.pk),
        subject_text=call.name,
        facts={"act": "succeed", "from": source.pk, "to": target.pk},
    )
    notice_send(
        person_ids=desks_of([target.pk])[target.pk],
        key=f"{CALL_KIND}:{call.pk}:succeed:{source.pk}",
        kind=NoticeKind.TASK,
        title=f"承接{source.short_name}的议题报送：{call.name}",
        text="请核对其已提出的议题，需要提请的按时报送。",
        subject=Subject(CALL_KIND, call.pk),
    )
