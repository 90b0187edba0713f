"""销假: who has not said they are back is reminded on working days; from the second time the office hears too."""

from collections.abc import Sequence

from apps.accounts.models import Role
from apps.accounts.selectors import holders
from apps.affairs.enums import AwayState
from apps.affairs.models import AwayNotice
from apps.affairs.selectors.notices import subject_of
from apps.affairs.services.flow import BACK
from apps.core.reminding import Due, ReminderSource
from apps.notifications.enums import NoticeKind
from apps.notifications.services import NoticeDraft, notices_send

NAME = "affairs.back"


def _tell(dues: Sequence[Due]) -> None:
    drafts = []
    for due in dues:
        notice: AwayNotice = due.row
        people = {notice.person_id, notice.filed_by.person_id}
        if due.occasion.number > 1:
            people |= {
                post.person_id for post in holders(organ_id=notice.organ_id, role=Role.OFFICE_DIRECTOR)
            }
        drafts.append(
            NoticeDraft(
                person_ids=people,
                key=due.key(NAME),
                kind=NoticeKind.URGE,
                title=f"请销假：{notice.person.name}外出（{notice.span}）",
                text="已过返回时间，返岗后请销假；行程有变请联系办公室。",
                subject=subject_of(notice),
            )
        )
    notices_send(drafts=drafts)


RETURNS = ReminderSource(
    name=NAME,
    running=lambda: AwayNotice.objects.filter(state=AwayState.APPROVED).select_related("person", "filed_by"),
    schedule_of=lambda _notice: BACK,
    tell=_tell,
    due_field="ends_at",
    next_field="next_return_reminder_at",
)
