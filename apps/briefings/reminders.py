"""约稿: units that have sent nothing are reminded by the one sweep."""

from collections.abc import Sequence

from apps.briefings.models import Commission
from apps.briefings.policies.commissions import COMMISSION_KIND
from apps.briefings.schedule import PLAN
from apps.briefings.selectors.commissions import contacts_of, lines_of
from apps.core.clock import local
from apps.core.deadlines import OccasionKind
from apps.core.reminding import Due, ReminderSource
from apps.core.subjects import Subject
from apps.notifications.enums import NoticeKind
from apps.notifications.reminders import words
from apps.notifications.services import NoticeDraft, notices_send

NAME = "briefings.commission"


def _tell(dues: Sequence[Due]) -> None:
    drafts = []
    for due in dues:
        commission: Commission = due.row
        people = set[int]()
        for line in lines_of(commission):
            if line.item is None:
                people |= contacts_of(line.unit.organ_id)
        when = local(commission.due_at)
        drafts.append(
            NoticeDraft(
                person_ids=people,
                key=due.key(NAME),
                kind=NoticeKind.URGE,
                title=f"约稿{words(due.occasion)}：{commission.topic}",
                text=f"报送时限 {when.month}月{when.day}日{when:%H:%M}，本单位尚未报送。",
                subject=Subject(COMMISSION_KIND, commission.pk),
                is_urgent=due.occasion.kind is not OccasionKind.BEFORE,
            )
        )
    notices_send(drafts=drafts)


COMMISSIONS = ReminderSource(
    name=NAME,
    running=lambda: Commission.objects.filter(closed_at__isnull=True),
    schedule_of=lambda _commission: PLAN,
    tell=_tell,
)
