"""办会 of the demo city: rooms with bookings, a meeting that ended with its minutes, one today, one called, one that waits."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from apps.accounts.models import Organ
from apps.accounts.selectors import actor_of_appointment
from apps.core import clock
from apps.core.actors import Actor
from apps.core.errors import Conflict
from apps.core.subjects import Subject
from apps.core.working_calendar import city_calendar
from apps.files.services import file_store_bytes
from apps.meetings.models import AgendaCall, Attendee, Meeting, MeetingRoom
from apps.meetings.openings import Slot
from apps.meetings.selectors.agenda import ITEM_KIND
from apps.meetings.services.agenda import ItemDraft, agenda_add
from apps.meetings.services.agenda_calls import CallDraft, agenda_call_open
from apps.meetings.services.approving import meeting_approve
from apps.meetings.services.attending import leave_decide, slip_give
from apps.meetings.services.bookings import BookingDraft, booking_make
from apps.meetings.services.calls import MeetingDraft, meeting_begin, meeting_request
from apps.meetings.services.checkin import checkin_by_staff
from apps.meetings.services.installation import procedure_set_up
from apps.meetings.services.issuing import meeting_end, meeting_issue
from apps.meetings.services.minutes import matter_add, record_save
from apps.meetings.services.proposals import (
    ProposalDraft,
    proposal_accept,
    proposal_add,
    proposal_sign,
    proposal_submit,
)
from apps.meetings.services.rooms import room_keep
from apps.meetings.services.seats import SeatingDraft, seats_give
from apps.portal.demo.city import post_of
from apps.portal.demo.hours import days_before
from apps.portal.demo.report import report_pdf
from apps.supervision.services import item_assign, item_establish, matters_propose

# name, place, seats, equipment, must be granted, confirmed so many minutes before
ROOMS = (
    ("常务会议室", "市政府1号楼301", 40, "视频终端、投影、话筒", True, 0),
    ("第一会议室", "市政府1号楼205", 24, "投影、话筒", False, 60),
    ("第二会议室", "市政府1号楼207", 16, "投影", False, 0),
    ("视频会议室", "市政府2号楼102", 60, "视频终端、双屏、话筒", False, 0),
    ("多功能厅", "市政府2号楼一层", 320, "音响、大屏、同声传译", True, 0),
)
# room, days from the next working day, from, until, purpose, who
BOOKINGS = (
    (1, 0, (9, 0), (10, 30), "综合文稿会商", "linzhixia"),
    (1, 0, (14, 0), (15, 0), "值班交接例会", "gaowenlan"),
    (2, 0, (10, 0), (11, 30), "公文处理业务学习", "heshuhang"),
    (3, 0, (15, 0), (17, 0), "全省视频调度会（岱海分会场）", "gaowenlan"),
    (2, 1, (9, 0), (10, 0), "信息化项目评审", "linzhixia"),
    (1, 2, (8, 30), (9, 30), "督查工作碰头会", "qinlangyue"),
)
NAMED_AT_DOOR = {"公文处理业务学习", "全省视频调度会（岱海分会场）", "值班交接例会"}
BUREAUX = ("reform", "education", "finance", "housing", "transport", "water", "emergency", "data")
SLIPS = {
    "suwanqing": {"f1": "参会", "f2": "顾长青 局长"},
    "yezhiqiu": {"f1": "参会", "f2": "罗景明 局长"},
    "ningchuxue": {"f1": "请假", "f3": "参加省发展改革委会议"},
}
RECORD = """沈亦舟主持会议，通报近期工作安排。
罗景明汇报数据共享目录编制情况，顾长青就经费保障作说明。
会议讨论认为，目录编制要与“一件事”集成办理衔接，先易后难。"""


def meetings_build(organs: dict[str, Organ]) -> None:
    """All of it; what is there already is left as it is."""
    procedure_set_up()
    rooms = _rooms(organs["office"])
    day = _working_day(clock.today() + timedelta(days=1))
    for number, after, begin, end, purpose, who in BOOKINGS:
        _book(rooms[number], _slot(_working_day(day + timedelta(days=after)), begin, end), purpose, who)
    for build in (_ended, _coming, _today, _waiting, _items_called):
        with transaction.atomic():
            build(organs, day)


def _as(login_name: str) -> Actor:
    return actor_of_appointment(post_of(login_name))


def _working_day(day: date) -> date:
    calendar = city_calendar()
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def _slot(day: date, begin: tuple[int, int], end: tuple[int, int]) -> Slot:
    return Slot(
        datetime.combine(day, time(*begin), tzinfo=clock.CITY_ZONE),
        datetime.combine(day, time(*end), tzinfo=clock.CITY_ZONE),
    )


def _rooms(office: Organ) -> list[MeetingRoom]:
    found = []
    for rank, (name, place, seats, equipment, granted, confirm) in enumerate(ROOMS, start=1):
        facts = {
            "organ": office, "name": name, "place": place, "seat_count": seats, "equipment": equipment,
            "needs_approval": granted, "confirm_minutes": confirm, "rank_order": rank * 10, "manager": post_of("heshuhang"),
        }  # fmt: skip
        row = MeetingRoom.objects.filter(organ=office, name=name).first()
        found.append(row or room_keep(actor=None, row=MeetingRoom(), facts=facts))
    return found


def _book(room: MeetingRoom, slot: Slot, purpose: str, who: str) -> None:
    if room.bookings.filter(purpose=purpose).exists():
        return
    try:
        draft = BookingDraft(
            room_id=room.pk, slot=slot, purpose=purpose, is_named_at_door=purpose in NAMED_AT_DOOR
        )
        booking_make(actor=_as(who), draft=draft)
    except Conflict:
        return  # somebody of the city was faster


def _called(
    name: str, slot: Slot, organs: list[Organ], people: tuple[str, ...], **more: object
) -> Meeting | None:
    """Asked for by 综合科; None when the city has it."""
    if Meeting.objects.filter(name=name).exists():
        return None
    facts: dict[str, object] = {
        "name": name,
        "kind": "special",
        "slot": slot,
        "host_id": post_of("shenyizhou").pk,
        "contact": "林知夏 88060012",
        "organ_ids": [organ.pk for organ in organs],
        "post_ids": [post_of(one).pk for one in people],
    }
    return meeting_request(actor=_as("linzhixia"), draft=MeetingDraft(**(facts | more)))  # type: ignore[arg-type]  # facts are typed where they are written


def _issued(meeting: Meeting) -> None:
    meeting_approve(actor=_as("gaowenlan"), meeting_id=meeting.pk)
    meeting_issue(actor=_as("linzhixia"), meeting_id=meeting.pk)


def _slips(meeting: Meeting, chosen: tuple[str, ...]) -> None:
    for who in chosen:
        actor = _as(who)
        invitation = meeting.invitations.filter(organ_id=actor.organ_id or 0).first()
        if invitation is not None:
            slip_give(actor=actor, invitation_id=invitation.pk, expected_version=0, given=SLIPS[who])


def _ended(organs: dict[str, Organ], _day: date) -> None:
    """Last week: agenda, people, record, agreed matters."""
    office = _as("linzhixia")
    slot = _slot(days_before(clock.today(), 4), (9, 0), (11, 0))
    with clock.at(slot.starts_at - timedelta(days=3)):
        meeting = _called(
            "政务数据共享专题会",
            slot,
            [organs["data"], organs["finance"]],
            ("gaowenlan",),
            outside_place="常务会议室",
        )
        if meeting is None:
            return
        for title, key, presenter in (
            ("数据共享目录编制", "data", "罗景明"),
            ("信息化经费统筹", "finance", "顾长青"),
        ):
            item = ItemDraft(title=title, organ_id=organs[key].pk, presenter=presenter)
            agenda_add(actor=office, meeting_id=meeting.pk, draft=item)
        _issued(meeting)
        _slips(meeting, ("suwanqing", "yezhiqiu"))
    with clock.at(slot.starts_at - timedelta(minutes=15)):
        for row in meeting.attendees.all():
            checkin_by_staff(actor=office, meeting_id=meeting.pk, attendee_id=row.pk)
        meeting_begin(actor=office, meeting_id=meeting.pk)
    with clock.at(slot.ends_at):
        record_save(actor=office, meeting_id=meeting.pk, text=RECORD)
        for words, key, days in (
            ("编制首批政务数据共享目录", "data", 25),
            ("提出信息化项目经费统筹方案", "finance", 20),
        ):
            matter_add(
                actor=office, meeting_id=meeting.pk, text=words, organ_id=organs[key].pk,
                due_on=clock.today() + timedelta(days=days),
            )  # fmt: skip
        meeting_end(actor=office, meeting_id=meeting.pk)
    with clock.at(slot.ends_at + timedelta(hours=4)):
        for made in matters_propose(actor=_as("gaowenlan"), meeting_id=meeting.pk):
            item_establish(actor=_as("gaowenlan"), item_id=made.pk)
            item_assign(actor=_as("qinlangyue"), item_id=made.pk)


def _coming(organs: dict[str, Organ], day: date) -> None:
    """In two working days: eight bureaux called, some have answered, seats given."""
    slot = _slot(_working_day(day + timedelta(days=1)), (14, 30), (17, 0))
    meeting = _called(
        "全市冬春安全生产工作推进会",
        slot,
        [organs[key] for key in BUREAUX],
        ("zhoumingyuan", "gaowenlan"),
        kind="ordinary",
        outside_place="市民中心二楼会议厅",
        note="请各单位主要负责同志参加，提前 10 分钟入场，会议期间手机静音。",
        reply_due_at=slot.starts_at - timedelta(hours=20),
    )
    if meeting is None:
        return
    for title, key in (
        ("冬春安全形势分析", "emergency"),
        ("建筑工地专项检查", "housing"),
        ("道路运输保障", "transport"),
    ):
        item = ItemDraft(title=title, organ_id=organs[key].pk)
        agenda_add(actor=_as("linzhixia"), meeting_id=meeting.pk, draft=item)
    _issued(meeting)
    _slips(meeting, ("suwanqing", "yezhiqiu", "ningchuxue"))
    asked = Attendee.objects.filter(meeting=meeting, state="leave_requested").first()
    if asked is not None:
        leave_decide(
            actor=_as("linzhixia"), attendee_id=asked.pk, is_granted=False, words="请主要负责同志到会"
        )
    leaders = meeting.attendees.filter(person_id=post_of("zhoumingyuan").person_id).values_list(
        "pk", flat=True
    )
    draft = SeatingDraft(rostrum=(5,), hall=(10, 10, 10), leader_ids=list(leaders))
    seats_give(actor=_as("linzhixia"), meeting_id=meeting.pk, draft=draft)


def _today(organs: dict[str, Organ], _day: date) -> None:
    """Within the hour: for signing in."""
    begin = clock.local(clock.now()).replace(second=0, microsecond=0) + timedelta(minutes=50)
    begin -= timedelta(minutes=begin.minute % 5)
    meeting = _called(
        "本周重点工作碰头会",
        Slot(begin, begin + timedelta(hours=1)),
        [organs["data"]],
        ("gaowenlan", "heshuhang", "qinlangyue"),
        kind="office",
        outside_place="秘书科会商室",
    )
    if meeting is None:
        return
    office = _as("linzhixia")
    draft = ItemDraft(title="政务数据共享目录编制进展", organ_id=organs["data"].pk, presenter="罗景明")
    item = agenda_add(actor=office, meeting_id=meeting.pk, draft=draft)
    file_store_bytes(
        actor=_as("yezhiqiu"),
        subject=Subject(ITEM_KIND, item.pk),
        purpose="attachment",
        name="政务数据共享目录编制进展（汇报稿）.pdf",
        data=report_pdf(organs["data"].full_name),
        content_type="application/pdf",
    )
    _issued(meeting)
    _slips(meeting, ("yezhiqiu",))


def _waiting(organs: dict[str, Organ], day: date) -> None:
    """For the director to approve."""
    slot = _slot(_working_day(day + timedelta(days=3)), (9, 0), (11, 30))
    _called(
        "城市更新工作务虚会",
        slot,
        [organs["housing"], organs["reform"]],
        ("zhoumingyuan",),
        outside_place="规划展览馆三楼",
    )


# who writes, who signs, title, reason, presenter, minutes
ITEMS = (
    (
        "yezhiqiu",
        "luojingming",
        "岱海市公共数据授权运营管理办法（送审稿）",
        "已征求 18 个部门意见，无分歧。",
        "罗景明",
        15,
    ),
    (
        "suwanqing",
        "guchangqing",
        "市级部门预算绩效评价结果应用方案",
        "市人大常委会审议意见要求年内出台。",
        "顾长青",
        10,
    ),
)


def _items_called(organs: dict[str, Organ], day: date) -> None:
    """Items of the next executive meeting: one accepted, one for the office to look at, units that have not answered."""
    name = "市政府第12次常务会议议题征集"
    if AgendaCall.objects.filter(name=name).exists():
        return
    office, due = _as("linzhixia"), _slot(_working_day(day + timedelta(days=4)), (17, 0), (18, 0))
    draft = CallDraft(
        name=name,
        kind="executive",
        due_at=due.ends_at,
        organ_ids=[organs[key].pk for key in BUREAUX],
        note="议题须经本单位主要负责人审签，涉及其他部门的先行协商一致；汇报不超过 10 分钟。",
    )
    call = agenda_call_open(actor=office, draft=draft)
    made = []
    for writer, head, title, reason, presenter, minutes in ITEMS:
        words = ProposalDraft(
            title=title,
            reason=reason,
            presenter=presenter,
            minutes=minutes,
            observer_ids=[organs["reform"].pk],
        )
        made.append(proposal_add(actor=_as(writer), call_id=call.pk, draft=words))
        proposal_submit(actor=_as(writer), proposal_id=made[-1].pk)
        proposal_sign(actor=_as(head), proposal_id=made[-1].pk, words="同意报送。")
    proposal_accept(actor=office, proposal_id=made[0].pk)
