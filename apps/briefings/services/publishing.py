"""编发: the issue takes its number and goes to its readers; what leaders said about it is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import Appointment
from apps.briefings.course import noted
from apps.briefings.enums import InstructionLevel, IssueState
from apps.briefings.events import InstructionGiven, IssuePublished
from apps.briefings.models import Bulletin, BulletinIssue, LeaderInstruction
from apps.briefings.policies.bulletins import IssueAct, issue_act_required
from apps.briefings.policies.items import HEADS, works_at_desk
from apps.briefings.selectors.bulletins import instruction_for, issue_for, issue_subject
from apps.briefings.services.scores import instruction_count, instruction_uncount, issue_count
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim, made, made_before
from apps.files.words import words_checked
from apps.workflow.models import Reading
from apps.workflow.services import matter_update, reading_send

WORDS, LEADER, WHY = 1000, 120, 200


@transaction.atomic
def issue_publish(
    *, actor: Actor, issue_id: int, recipient_ids: Sequence[int], key: str = ""
) -> BulletinIssue:
    """编发: the next number of the series in this year, without gap, and a read for each recipient (ids of appointments).

    Raises `Forbidden` before it is signed, `ValidationFailed` without recipients.
    """
    if not claim(person_id=actor.person_id, key=key, verb="briefings.publish"):
        return issue_for(actor, issue_id)
    issue = issue_for(actor, issue_id, lock=True)
    issue_act_required(IssueAct.PUBLISH, actor, issue)
    if issue.matter is None:
        raise InvalidState("这一期没有签发记录，不能编发。")
    if not recipient_ids:
        raise ValidationFailed("请选择发送对象。", field="recipients")
    issue.year, issue.number = today().year, _next_number(issue.bulletin_id)
    issue.state, issue.issued_at, issue.issued_by = IssueState.ISSUED, now(), actor.signature
    issue.version += 1
    issue.save()
    matter_update(matter=issue.matter, title=issue.title, state_text=issue.get_state_display(), closed=True)
    reading_send(actor=actor, matter=issue.matter, appointments=recipient_ids, source=Reading.Source.INFORM)
    noted("briefings.publish", actor, issue_subject(issue), issue, number=issue.number)
    issue_count(issue=issue, actor=actor)
    publish(IssuePublished(issue_id=issue.pk))
    return issue


def _next_number(bulletin_id: int) -> int:
    """Numbers follow each other: the series' row is held until the number is taken."""
    Bulletin.objects.select_for_update().get(pk=bulletin_id)
    rows = BulletinIssue.objects.filter(bulletin_id=bulletin_id, year=today().year)
    last: int | None = rows.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


@transaction.atomic
def issue_send(*, actor: Actor, issue_id: int, recipient_ids: Sequence[int]) -> int:
    """增发 of a published issue; who has it already is passed over. Returns how many are new."""
    issue = issue_for(actor, issue_id, lock=True)
    issue_act_required(IssueAct.SEND, actor, issue)
    if issue.matter is None:
        raise InvalidState("这一期没有签发记录，不能增发。")
    sent = reading_send(
        actor=actor, matter=issue.matter, appointments=recipient_ids, source=Reading.Source.INFORM
    )
    return len(sent)


@dataclass(frozen=True, kw_only=True)
class InstructionDraft:
    """What the form holds; `leader_id` None with `leader_text` for a leader who is not in the system."""

    words: str
    given_on: date | None = None
    adoption_id: int | None = None
    level: str = InstructionLevel.CITY
    leader_id: int | None = None
    leader_text: str = ""


@transaction.atomic
def issue_instruct(
    *, actor: Actor, issue_id: int, draft: InstructionDraft, key: str = ""
) -> LeaderInstruction:
    """批示: a leader's own words, or somebody's recorded by the desk with the recorder's name. The same key records once."""
    issue = issue_for(actor, issue_id, lock=True)
    issue_act_required(IssueAct.INSTRUCT, actor, issue)
    if not claim(person_id=actor.person_id, key=key, verb="briefings.instruct"):
        return made_before(LeaderInstruction.objects, person_id=actor.person_id, key=key)
    day = draft.given_on or today()
    if day > today():
        raise ValidationFailed("批示日期不能晚于今天。", field="given_on")
    if draft.adoption_id is not None and not issue.entries.filter(adoption_id=draft.adoption_id).exists():
        raise ValidationFailed("所批内容不在这一期，请重新选择。", field="adoption")
    if draft.level not in InstructionLevel.values:
        raise ValidationFailed("请选择批示领导的层级。", field="level")
    leader, name = _leader(actor, issue, draft)
    instruction = LeaderInstruction.objects.create(
        issue=issue,
        adoption_id=draft.adoption_id,
        level=InstructionLevel(draft.level),
        leader=leader,
        leader_text=name,
        words=words_checked(draft.words, "批示内容", WORDS, required=True),
        given_on=day,
        recorded_by=actor.signature,
        at=now(),
    )
    made(person_id=actor.person_id, key=key, row_id=instruction.pk)
    noted("briefings.instruct", actor, issue_subject(issue), issue, instruction=instruction.pk)
    instruction_count(instruction=instruction, actor=actor)
    publish(InstructionGiven(instruction_id=instruction.pk))
    return instruction


def _leader(actor: Actor, issue: BulletinIssue, draft: InstructionDraft) -> tuple[Appointment | None, str]:
    """Whose words they are: the actor's own unless the desk records somebody else's."""
    desk = works_at_desk(actor, issue.organ_id)
    if not desk or (actor.roles & HEADS and draft.leader_id is None and not draft.leader_text.strip()):
        own = Appointment.objects.get(pk=actor.post_required("批示"))
        return own, f"{actor.name}（{actor.post_title}）"[:LEADER]
    if draft.leader_id is not None:
        post = Appointment.objects.select_related("person").filter(pk=draft.leader_id).first()
        if post is None:
            raise ValidationFailed("请重新选择批示领导。", field="leader")
        return post, f"{post.person.name}（{post.post_title}）"[:LEADER]
    return None, words_checked(draft.leader_text, "批示领导", LEADER, required=True)


@transaction.atomic
def instruction_cancel(*, actor: Actor, instruction_id: int, reason: str) -> LeaderInstruction:
    """Take a wrongly recorded 批示 back, with a reason; it stays readable. Only the desk, or whose words they are."""
    instruction = instruction_for(actor, instruction_id, lock=True)
    issue = instruction.issue
    own = instruction.leader is not None and instruction.leader.person_id == actor.person_id
    if not own and not works_at_desk(actor, issue.organ_id):
        raise Forbidden("批示由本人或采编人员撤销。", rule="desk")
    if instruction.cancelled_at is not None:
        raise InvalidState("这条批示已经撤销。")
    instruction.cancelled_why = words_checked(reason, "撤销原因", WHY, required=True)
    instruction.cancelled_at = now()
    instruction.save(update_fields=["cancelled_at", "cancelled_why"])
    instruction_uncount(instruction=instruction, reason=instruction.cancelled_why)
    noted("briefings.instruction_cancel", actor, issue_subject(issue), issue, instruction=instruction.pk)
    return instruction
