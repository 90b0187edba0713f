"""What people are told when an item moves. Each looks at the rows as they are now."""

from apps.accounts.events import CalendarChanged, OrganAbolished, UnitAbolished
from apps.core.events import listens_to
from apps.core.subjects import Subject
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send
from apps.supervision.enums import Act, Party
from apps.supervision.events import ItemMoved, ItemsSucceeded, PlanProposed, SupervisionNoticeIssued
from apps.supervision.models import ItemLog, SupervisionItem, SupervisionNotice
from apps.supervision.policies import people_of
from apps.supervision.selectors.items import KIND
from apps.supervision.selectors.pages import item_known, log_line, notice_with_item
from apps.supervision.selectors.succession import items_orphaned
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
    # the units hear of a listing and of a talk by its paper
    Act.LIST_PUBLICLY: (Party.LEADER,),
    Act.INTERVIEW: (Party.LEADER,),
    Act.DELIST: (Party.LEAD, Party.LEAD_HEAD, Party.LEADER),
    Act.COMMENT: (Party.SUPERVISOR, Party.LEAD, Party.ASSIST),
    Act.TERMINATE: (Party.LEAD, Party.LEAD_HEAD),
    Act.MAKE_LONG_TERM: (Party.LEAD, Party.LEAD_HEAD),
    Act.RESUME: (Party.LEAD, Party.LEAD_HEAD),
    "calendar": (Party.LEAD, Party.LEAD_HEAD),
}
WORDS_SHOWN = 100
PRESSING = {
    SupervisionNotice.Kind.URGE,
    SupervisionNotice.Kind.LIST,
    SupervisionNotice.Kind.INTERVIEW,
}
BACK = {Act.REFUSE, Act.SEND_BACK, "report_dropped"}


@listens_to(ItemMoved)
def tell_the_next(event: ItemMoved) -> None:
    """Whoever has to act now, or asked, hears it once; nobody of what he did himself."""
    line = log_line(event.log_id)
    if line is None or line.act not in HEARS:
        return
    people = {post.person_id for post in people_of(line.item, *HEARS[line.act])} - {event.person_id}
    notice_send(
        person_ids=people,
        key=f"{KIND}:log:{line.pk}",
        kind=NoticeKind.RETURN if line.act in BACK else NoticeKind.PROGRESS,
        title=f"{line.verb}：{line.item.title}",
        text=_said(line),
        subject=Subject(KIND, line.item_id),
    )


def _said(line: ItemLog) -> str:
    """Who, and of a comment its words, else the item's number."""
    who = f"{line.post_text} {line.person_name}".strip()
    return (
        f"{who}：{line.note[:WORDS_SHOWN]}"
        if line.act == Act.COMMENT
        else f"{who}，{line.item.number}".strip("，")
    )


@listens_to(SupervisionNoticeIssued)
def tell_the_units(event: SupervisionNoticeIssued) -> None:
    """Every organ the paper goes to; what presses reaches the lead's head as well, a talk nobody but the lead."""
    notice = notice_with_item(event.notice_id)
    if notice is None:
        return
    is_urging = notice.kind in PRESSING
    helps = notice.kind != SupervisionNotice.Kind.INTERVIEW
    wanted = [Party.LEAD, *([Party.ASSIST] if helps else []), *([Party.LEAD_HEAD] if is_urging else [])]
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


@listens_to(ItemsSucceeded)
def tell_the_successor(event: ItemsSucceeded) -> None:
    """One notice for all items taken over, that opens the first."""
    item = item_known(event.first_id)
    if item is None:
        return
    notice_send(
        person_ids={post.person_id for post in people_of(item, Party.LEAD, Party.LEAD_HEAD)},
        key=f"{KIND}:succeed:{event.first_id}:{item.version}",
        kind=NoticeKind.TASK,
        title=f"承接{event.source}的 {event.count} 个督办事项",
        text=f"{item.title}等，请指定经办人并按原时限办理。",
        subject=Subject(KIND, item.pk),
    )


@listens_to(OrganAbolished)
def ask_for_an_organs_successor(event: OrganAbolished) -> None:
    """Whoever supervises open items of an organ that is no more is asked to hand them over."""
    _successor_asked(items_orphaned(organ_id=event.organ_id), f"organ:{event.organ_id}")


@listens_to(UnitAbolished)
def ask_for_a_units_successor(event: UnitAbolished) -> None:
    """The same for an internal unit."""
    _successor_asked(items_orphaned(unit_id=event.unit_id), f"unit:{event.unit_id}")


def _successor_asked(items: list[SupervisionItem], place: str) -> None:
    """One notice an organ that supervises, about its first such item."""
    for organ_id in {item.organ_id for item in items}:
        mine = [item for item in items if item.organ_id == organ_id]
        first = mine[0]
        name = (
            first.lead_unit.name
            if place.startswith("unit") and first.lead_unit
            else first.lead_organ.short_name
        )
        notice_send(
            person_ids={post.person_id for post in people_of(first, Party.SUPERVISOR, Party.APPROVER)},
            key=f"{KIND}:orphaned:{place}:{organ_id}",
            kind=NoticeKind.TASK,
            title=f"{name}已撤销，{len(mine)} 个督办事项待移交",
            text="请在事项页面选择承接单位，逐项核对后一次移交。",
            subject=Subject(KIND, first.pk),
        )


@listens_to(CalendarChanged)
def follow_the_calendar(event: CalendarChanged) -> None:
    """Counted dates move with the year's arrangement."""
    dates_recompute(year=event.year)
