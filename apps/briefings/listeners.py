"""Who hears in information reporting: the desk, the authors and their units, the editors."""

from apps.briefings.enums import ItemState
from apps.briefings.events import (
    CommissionIssued,
    InstructionGiven,
    IssuePublished,
    IssueSigned,
    ItemSettled,
    ItemSubmitted,
)
from apps.briefings.models import InfoItem
from apps.briefings.policies.commissions import COMMISSION_KIND
from apps.briefings.selectors.bulletins import (
    entries_of,
    instruction_by_id,
    issue_by_id,
    issue_subject,
)
from apps.briefings.selectors.commissions import commission_by_id, contacts_of, lines_of
from apps.briefings.selectors.items import item_by_id, subject_of
from apps.briefings.selectors.receivers import desk_of
from apps.core.clock import local
from apps.core.events import listens_to
from apps.core.subjects import Subject
from apps.notifications.enums import NoticeKind
from apps.notifications.services import NoticeDraft, notice_send, notices_send


@listens_to(ItemSubmitted)
def tell_the_desk(event: ItemSubmitted) -> None:
    """An item has arrived."""
    item = item_by_id(event.item_id)
    if item is None or item.state != ItemState.SUBMITTED:
        return
    notice_send(
        person_ids=desk_of(item.receiver_id) - {item.person_id},
        key=f"briefing:{item.pk}:{item.version}",
        kind=NoticeKind.PROGRESS,
        title=f"{item.organ.short_name}报送信息：{item.title}",
        text=str(item.get_category_display()),
        subject=subject_of(item),
    )


@listens_to(ItemSettled)
def tell_the_author(event: ItemSettled) -> None:
    """What the desk decided, with its reason."""
    item = item_by_id(event.item_id)
    if item is None or item.version != event.version:
        return
    is_back = item.state == ItemState.RETURNED
    notice_send(
        person_ids={item.person_id},
        key=f"briefing:{item.pk}:{event.version}:settled",
        kind=NoticeKind.RETURN if is_back else NoticeKind.RESULT,
        title=f"信息{item.get_state_display()}：{item.title}",
        text=item.answer or f"{item.receiver.short_name}已处理。",
        subject=subject_of(item),
    )


@listens_to(IssueSigned)
def tell_the_editors(event: IssueSigned) -> None:
    """A leader has signed; it may be published."""
    issue = issue_by_id(event.issue_id)
    if issue is None:
        return
    notice_send(
        person_ids=desk_of(issue.organ_id),
        key=f"briefing:issue:{issue.pk}:{issue.version}",
        kind=NoticeKind.PROGRESS,
        title=f"《{issue.bulletin.name}》已由{issue.signed_by}签发，请编发",
        subject=issue_subject(issue),
    )


@listens_to(IssuePublished)
def tell_whose_items_are_printed(event: IssuePublished) -> None:
    """Feedback to the units: their information was printed."""
    issue = issue_by_id(event.issue_id)
    if issue is None:
        return
    items = [item for entry in entries_of(issue) for item in entry.adoption.items.all()]
    notices_send(
        drafts=[
            _draft(item, f"briefing:issue:{issue.pk}:{item.pk}", f"信息已刊载于{issue.title}")
            for item in items
        ]
    )


@listens_to(InstructionGiven)
def tell_of_the_instruction(event: InstructionGiven) -> None:
    """A leader said something: the desk, and whose information it was."""
    said = instruction_by_id(event.instruction_id)
    if said is None or said.cancelled_at is not None:
        return
    issue, key = said.issue, f"briefing:instruction:{said.pk}"
    notice_send(
        person_ids=desk_of(issue.organ_id),
        key=key,
        kind=NoticeKind.PROGRESS,
        title=f"{said.leader_text}对{issue.title}作出批示",
        subject=issue_subject(issue),
    )
    if said.adoption is not None:
        title = f"{said.leader_text}对信息作出批示"
        notices_send(drafts=[_draft(item, f"{key}:{item.pk}", title) for item in said.adoption.items.all()])


@listens_to(CommissionIssued)
def tell_the_units(event: CommissionIssued) -> None:
    """Who of the units is asked; units that have answered are left in peace."""
    commission = commission_by_id(event.commission_id)
    if commission is None or commission.version != event.version or commission.closed_at is not None:
        return
    people = set[int]()
    for line in lines_of(commission):
        people |= contacts_of(line.unit.organ_id) if line.item is None else set()
    when = local(commission.due_at)
    notice_send(
        person_ids=people,
        key=f"commission:{commission.pk}:{commission.version}",
        kind=NoticeKind.TASK,
        title=f"{commission.organ.short_name}约稿：{commission.topic}",
        text=f"报送时限 {when.month}月{when.day}日{when:%H:%M}",
        subject=Subject(COMMISSION_KIND, commission.pk),
    )


def _draft(item: InfoItem, key: str, title: str) -> NoticeDraft:
    return NoticeDraft(
        person_ids={item.person_id},
        key=key,
        kind=NoticeKind.RESULT,
        title=f"{title}：{item.title}",
        subject=subject_of(item),
    )
