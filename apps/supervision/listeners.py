"""What people are told when an item moves. Each looks at the rows as they are now."""

from apps.accounts.events import CalendarChanged
from apps.core.events import listens_to
from apps.core.subjects import Subject
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send
from apps.supervision.enums import Act, Party
from apps.supervision.events import ItemMoved, PlanProposed, SupervisionNoticeIssued
from apps.supervision.models import SupervisionNotice
from apps.supervision.policies import people_of
from apps.supervision.selectors.items import KIND
from apps.supervision.selectors.pages import item_known, log_line, notice_with_item
from apps.supervision.services.calendar import dates_recompute

# what was done → who hears it
HEARS: dict[str, tuple[Party, ...]] = {
    "propose": (Party.APPROVER,),
    Act.ESTABLISH: (Party.SUPERVISOR,),
    Act.DECLINE: (Party.SUPERVISOR,),
    Act.REFUSE: (Party.SUPERVISOR,),
    "report_written": (Party.LEAD_HEAD,),
    "report_dropped": (Party.LEAD,),
    Act.REPORT: (Party.SUPERVISOR,),
    Act.NOTE: (Party.LEAD,),
    Act.ASK_EXTENSION: (Party.APPROVER, Party.SUPERVISOR),
    Act.DECIDE_EXTENSION: (Party.LEAD, Party.LEAD_HEAD),
    Act.APPLY_CLOSE: (Party.APPROVER, Party.SUPERVISOR),
    Act.SEND_BACK: (Party.LEAD, Party.LEAD_HEAD),
    Act.COMPLETE: (Party.LEAD, Party.LEAD_HEAD, Party.LEADER),
    Act.LIST_PUBLICLY: (Party.LEAD, Party.LEAD_HEAD, Party.LEADER),
    Act.TERMINATE: (Party.LEAD, Party.LEAD_HEAD),
    Act.MAKE_LONG_TERM: (Party.LEAD, Party.LEAD_HEAD),
    Act.RESUME: (Party.LEAD, Party.LEAD_HEAD),
    "calendar": (Party.LEAD, Party.LEAD_HEAD),
}
BACK = {Act.REFUSE, Act.SEND_BACK, "report_dropped"}


@listens_to(ItemMoved)
def tell_the_next(event: ItemMoved) -> None:
    """Whoever has to act now, or asked, hears it once."""
    line = log_line(event.log_id)
    if line is None or line.act not in HEARS:
        return
    people = {post.person_id for post in people_of(line.item, *HEARS[line.act])}
    notice_send(
        person_ids=people,
        key=f"{KIND}:log:{line.pk}",
        kind=NoticeKind.RETURN if line.act in BACK else NoticeKind.PROGRESS,
        title=f"{line.verb}：{line.item.title}",
        text=f"{line.post_text} {line.person_name}，{line.item.number}".strip(" ，"),
        subject=Subject(KIND, line.item_id),
    )


@listens_to(SupervisionNoticeIssued)
def tell_the_units(event: SupervisionNoticeIssued) -> None:
    """Every organ the paper goes to; urging reaches the lead's head as well."""
    notice = notice_with_item(event.notice_id)
    if notice is None:
        return
    is_urging = notice.kind == SupervisionNotice.Kind.URGE
    wanted = [Party.LEAD, Party.ASSIST, *([Party.LEAD_HEAD] if is_urging else [])]
    notice_send(
        person_ids={post.person_id for post in people_of(notice.item, *wanted)},
        key=f"{KIND}:notice:{notice.pk}",
        kind=NoticeKind.URGE if is_urging else NoticeKind.TASK,
        title=f"{notice.get_kind_display()} {notice.number}：{notice.item.title}",
        text=f"{notice.issued_text}，请签收并按时办理。",
        subject=Subject(KIND, notice.item_id),
        is_urgent=is_urging,
    )


@listens_to(PlanProposed)
def tell_the_approvers(event: PlanProposed) -> None:
    """One notice for the whole plan, that opens its first item."""
    item = item_known(event.first_id)
    if item is None:
        return
    notice_send(
        person_ids={post.person_id for post in people_of(item, Party.APPROVER)},
        key=f"{KIND}:plan:{event.first_id}",
        kind=NoticeKind.TASK,
        title=f"计划分解的 {event.count} 个督办事项待立项",
        text=item.title,
        subject=Subject(KIND, item.pk),
    )


@listens_to(CalendarChanged)
def follow_the_calendar(event: CalendarChanged) -> None:
    """Counted dates move with the year's arrangement."""
    dates_recompute(year=event.year)
