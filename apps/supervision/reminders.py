"""Dates of items and of reports: who is told when they come near, have come, or have passed."""

from collections.abc import Sequence
from functools import partial

from django.db.models import QuerySet

from apps.accounts.selectors import delegates_of
from apps.core.clock import local
from apps.core.deadlines import Occasion, OccasionKind
from apps.core.reminding import Due, ReminderSource
from apps.core.subjects import Subject
from apps.notifications.enums import NoticeKind
from apps.notifications.reminders import words
from apps.notifications.services import NoticeDraft, notices_send
from apps.supervision.dating import report_schedule_of, schedule_of
from apps.supervision.enums import Party
from apps.supervision.lifecycle import RUNNING
from apps.supervision.models import SupervisionItem
from apps.supervision.policies import people_of
from apps.supervision.selectors.items import KIND


def _running() -> QuerySet[SupervisionItem]:
    rows = SupervisionItem.objects.filter(state__in=RUNNING).select_related("item_class", "lead_organ")
    return rows.prefetch_related("assisting")


def told(item: SupervisionItem, occasion: Occasion) -> set[int]:
    """Persons: the lead's handlers and delegates; its head and the leader in charge from as late as the item's class says."""
    posts = people_of(item, Party.LEAD, *_above(item, occasion))
    delegates = delegates_of([post.pk for post in posts])
    return {post.person_id for post in posts} | {held.delegate.person_id for held in delegates}


def _tell(source: str, what: str, field: str, dues: Sequence[Due]) -> None:
    """One draft an item; recipients of items with the same lead are looked up once."""
    found: dict[tuple[object, ...], set[int]] = {}
    drafts = []
    for due in dues:
        item: SupervisionItem = due.row
        kin = (
            item.lead_organ_id,
            item.lead_unit_id,
            item.handler_id,
            item.leader_id,
            _above(item, due.occasion),
        )
        if kin not in found:
            found[kin] = told(item, due.occasion)
        when = local(getattr(item, field))
        drafts.append(
            NoticeDraft(
                person_ids=found[kin],
                key=due.key(source),
                kind=NoticeKind.URGE,
                title=f"{what}{words(due.occasion)}：{item.title}",
                text=f"{item.number}，时限{when.month}月{when.day}日{when:%H:%M}，牵头单位{item.lead_organ.short_name}",
                subject=Subject(KIND, item.pk),
                is_urgent=due.occasion.kind is not OccasionKind.BEFORE,
            )
        )
    notices_send(drafts=drafts)


def _above(item: SupervisionItem, occasion: Occasion) -> tuple[Party, ...]:
    """Whom an occasion escalates to."""
    steps = ((Party.LEAD_HEAD, item.item_class.head_after), (Party.LEADER, item.item_class.leader_after))
    return tuple(party for party, after in steps if after is not None and occasion.overdue_days >= after)


ITEMS = ReminderSource(
    name="supervision.item",
    running=_running,
    schedule_of=schedule_of,
    tell=partial(_tell, "supervision.item", "督办事项", "due_at"),
)
REPORTS = ReminderSource(
    name="supervision.report",
    running=_running,
    schedule_of=report_schedule_of,
    tell=partial(_tell, "supervision.report", "进展反馈", "report_due_at"),
    due_field="report_due_at",
    next_field="next_report_reminder_at",
)
