"""值班: the office's rosters of last, this and next month, the last watches with their logs, one event from 初报 to 终报."""

from datetime import date, datetime, timedelta
from itertools import islice

from apps.accounts.models import AbsenceKind, Appointment, Organ, Role
from apps.accounts.selectors import actor_for, actor_of_appointment, holders, valid_on
from apps.accounts.services import protection_record
from apps.core import clock
from apps.core.actors import Actor
from apps.duty import services
from apps.duty.enums import EntryKind, EventClass, PairKind, RosterState, WatchState, WishKind
from apps.duty.models import DutyRoster, DutyShift, DutyWatch
from apps.duty.papers import day_pdf
from apps.duty.selectors.attachments import log_subject
from apps.duty.selectors.days import day_for, next_number
from apps.duty.selectors.holidays import holidays_in, lacking_for
from apps.duty.selectors.journal import event_of
from apps.duty.selectors.swaps import terms_for
from apps.duty.services import (
    DailyDraft,
    EntryDraft,
    EventDraft,
    OfferDraft,
    ReportDraft,
    SpotDraft,
    WishDraft,
)
from apps.duty.services.events import Count
from apps.files.enums import UploadPurpose
from apps.files.services import upload_append, upload_finish, upload_start
from apps.messaging.models import Confirmation
from apps.messaging.services import receipt_give
from apps.portal.demo.cast import PEOPLE
from apps.portal.demo.city import post_of

WATCHES = 3
LOOKED_AT = 10
PUBLISHED_BY = 25
LEADERS = (Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD)
WARNING = """大风蓝色预警信号

预计今夜到明天，我市沿海海面偏北风7级，阵风9级，请有关单位和人员做好防范。
"""
LINES: tuple[tuple[EntryKind, str, str, int], ...] = (
    (
        EntryKind.INFORMATION,
        "市气象台值班室 0631-5550121",
        "发布大风蓝色预警：今夜到明天沿海海面偏北风7级，阵风9级。",
        35,
    ),
    (EntryKind.HANDLING, "", "已电话通知渔港、海事和沿海各县区值班室，要求加强巡查。", 50),
    (EntryKind.PHONE, "青石县政府值班室 石磊", "报告森林防火巡查情况：隔离带清理正常，无火情。", 260),
    (EntryKind.PATROL, "", "夜间巡查办公楼、机房和档案库，门窗水电正常。", 780),
)


def duty_build(organs: dict[str, Organ]) -> None:
    """What is there already is left as it is."""
    office = organs["office"]
    if DutyRoster.objects.filter(organ_id=office.pk).exists():
        return
    director, officer = (
        actor_of_appointment(post_of("gaowenlan")),
        actor_of_appointment(post_of("liangxiaoman")),
    )
    moment = clock.now()
    this = clock.local(moment).date().replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    with clock.at(datetime.combine(last, datetime.min.time(), tzinfo=clock.CITY_ZONE)):
        _manned(office, director)
    for month in (last, this):
        _rostered(director, month, publishes=True)
    following = (this + timedelta(days=32)).replace(day=1)
    _wished(director, following)
    _protected(following)
    _rostered(director, following, publishes=clock.local(moment).day > PUBLISHED_BY)
    _holiday_lists(director, office)
    watches = DutyWatch.objects.filter(organ_id=office.pk, starts_at__lte=moment, state=WatchState.PLANNED)
    for number, watch in enumerate(reversed(watches.order_by("-starts_at")[: WATCHES + 1])):
        _served(officer, watch, moment, tells=number == 1)
    _swapped(office)


def _manned(office: Organ, director: Actor) -> None:
    leaders = [post.pk for role in LEADERS for post in holders(organ_id=office.pk, role=role)]
    rest = Appointment.objects.filter(
        valid_on(clock.today()),
        organ_id=office.pk,
        unit__isnull=False,
        person__is_active=True,
        person__login_name__in=[person.login_name for person in PEOPLE],
    ).order_by("rank_order", "pk")
    others = [post.pk for post in rest if post.pk not in leaders]
    half = (len(others) + 1) // 2
    wanted = {"带班领导": [*leaders, post_of("gaowenlan").pk], "主班": others[:half], "副班": others[half:]}
    for post in services.posts_install(organ_id=office.pk):
        services.post_keep(actor=director, post_id=post.pk, member_ids=wanted[post.name])


def _rostered(director: Actor, month: date, *, publishes: bool) -> None:
    """Made and published on the 25th of the month before, or now when that is still to come."""
    before = datetime.combine(month - timedelta(days=6), datetime.min.time(), tzinfo=clock.CITY_ZONE)
    with clock.at(min(before + timedelta(hours=10), clock.now())):
        roster = services.roster_open(actor=director, month=month)
        services.roster_fill(actor=director, roster_id=roster.pk, expected_version=roster.version)
        roster.refresh_from_db()
        if publishes and roster.state == RosterState.DRAFT:
            services.roster_publish(
                actor=director, roster_id=roster.pk, expected_version=roster.version, accepts_findings=True
            )


def _holiday_lists(director: Actor, office: Organ) -> None:
    """Holidays of the months that are published are made known three days before they begin."""
    for one in [*holidays_in(clock.today().year), *holidays_in(clock.today().year + 1)]:
        eve = datetime.combine(one.first_on - timedelta(days=3), datetime.min.time(), tzinfo=clock.CITY_ZONE)
        with clock.at(min(eve + timedelta(hours=10), clock.now())):
            if not lacking_for(office.pk, one):
                services.holiday_list_publish(actor=director, first_on=one.first_on)


def _swapped(office: Organ) -> None:
    """Somebody asks two colleagues to take a duty; one agrees, the office has still to decide."""
    coming = DutyShift.objects.filter(
        watch__organ_id=office.pk,
        watch__roster__state=RosterState.PUBLISHED,
        watch__starts_at__gt=clock.now() + timedelta(days=2),
    ).select_related("watch", "post", "appointment__person")
    for shift in coming.exclude(post__is_leader=True).order_by("watch__starts_at")[:LOOKED_AT]:
        asked = [
            OfferDraft(appointment_id=one.pk, return_shift_id=ways[-1].back.pk if ways[-1].back else None)
            for one, ways in terms_for(shift)[:2]
        ]
        if not asked:
            continue
        swap = services.swap_ask(
            actor=actor_of_appointment(shift.appointment),
            shift_id=shift.pk,
            offers=asked,
            reason="当日参加省里组织的业务培训",
        )
        offer = swap.offers.select_related("appointment__person").order_by("pk")[0]
        services.swap_answer(actor=actor_of_appointment(offer.appointment), offer_id=offer.pk, agrees=True)
        return


def _served(officer: Actor, watch: DutyWatch, moment: datetime, *, tells: bool) -> None:
    """Taken over, written in, and handed over when its time has passed."""
    start = watch.starts_at + timedelta(minutes=5)
    with clock.at(min(start, moment)):
        services.watch_take(actor=officer, watch_id=watch.pk)
    for kind, source, text, minutes in LINES:
        at = start + timedelta(minutes=minutes)
        if at < moment:
            with clock.at(at):
                services.log_write(actor=officer, draft=EntryDraft(kind=kind, text=text, source=source))
    if tells:
        _told(officer, start + timedelta(minutes=95))
        if (evening := start + timedelta(hours=10)) < moment:
            _called(officer, watch.organ_id, evening)
    if tells and start < moment:
        _noted(officer, min(start + timedelta(minutes=20), moment))
    if watch.ends_at < moment:
        with clock.at(watch.ends_at):
            services.watch_hand_over(
                actor=officer,
                watch_id=watch.pk,
                summary="值守平稳，来电来情均已办理。",
                pending="继续跟踪大风蓝色预警，每4小时调度一次渔船回港情况。",
            )
            if tells:
                _reported_daily(officer, clock.local(watch.starts_at).date())


def _wished(director: Actor, month: date) -> None:
    """Days two people would rather not or cannot serve in the month to come, and two who are not put together."""
    _, main, deputy = (
        list(post.members.order_by("rank_order", "pk"))
        for post in services.posts_install(organ_id=director.organ_id or 0)
    )
    asked = (
        (main[2], WishKind.RATHER_NOT, 9, 11, "孩子期末考试"),
        (main[1], WishKind.RATHER_NOT, 14, 20, "家中有老人需要照料"),
        (deputy[0], WishKind.CANNOT, 6, 8, "参加省里组织的业务培训"),
    )
    for person, kind, first, last, reason in asked:
        services.wish_make(
            actor=director,
            draft=WishDraft(
                kind=kind,
                starts_on=month.replace(day=first),
                ends_on=month.replace(day=last),
                reason=reason,
                appointment_id=person.pk,
            ),
        )
    never = (
        (one, other)
        for one in main
        for other in deputy
        if not DutyWatch.objects.filter(shifts__appointment=one).filter(shifts__appointment=other).exists()
    )
    for one, other in islice(never, 1):
        services.pair_keep(actor=director, one_id=one.pk, other_id=other.pk, kind=PairKind.APART)


def _protected(month: date) -> None:
    """A colleague nearing her time has said so herself; nobody else reads why she serves no night."""
    person = post_of("zhuqinghe")
    protection_record(
        actor=actor_of_appointment(person),
        person_id=person.person_id,
        kind=AbsenceKind.PREGNANCY,
        starts_on=month,
        ends_on=month + timedelta(days=100),
    )


def _noted(officer: Actor, moment: datetime) -> None:
    """A line with the paper that came with it."""
    data = WARNING.encode()
    with clock.at(moment):
        file = upload_start(
            actor=officer,
            subject=log_subject(officer.organ_id or 0),
            purpose=UploadPurpose.ATTACHMENT,
            name="大风蓝色预警（市气象台）.txt",
            size=len(data),
        )
        upload_append(actor=officer, file_id=file.pk, offset=0, chunk=data)
        upload_finish(actor=officer, file_id=file.pk)
        services.log_write(
            actor=officer,
            draft=EntryDraft(
                kind=EntryKind.INFORMATION,
                source="市气象台 传真",
                text="收到大风蓝色预警信号文本，见附件。",
                file_ids=[file.pk],
            ),
        )


def _reported_daily(officer: Actor, day: date) -> None:
    """The day told to leaders, at the moment its watch was handed over."""
    duty = day_for(officer, day)
    number = next_number(duty.organ.pk, day.year)
    words = "大风天气仍在持续，已要求沿海县区加强渔船管控。"
    sheet = day_pdf(duty, number=number, words=words)
    draft = DailyDraft(day=day, number=number, sheet=sheet, words=words)
    services.daily_send(actor=officer, draft=draft)


def _called(officer: Actor, organ_id: int, evening: datetime) -> None:
    """抽查点名 of the watch: all answer in time but one, who says why."""
    with clock.at(evening):
        check = services.spot_check_make(actor=officer, draft=SpotDraft(organ_id=organ_id))
    *quick, slow = check.answers.select_related("appointment__person").order_by("pk")
    for number, answer in enumerate(quick, start=1):
        with clock.at(evening + timedelta(seconds=9 * number)):
            services.spot_answer(actor=actor_of_appointment(answer.appointment), answer_id=answer.pk)
    with clock.at(evening + timedelta(minutes=4)):
        late = actor_of_appointment(slow.appointment)
        services.spot_answer(actor=late, answer_id=slow.pk)
        services.spot_explain(actor=late, answer_id=slow.pk, text="正在机房接报渔港来电，通话结束后应答。")


def _told(officer: Actor, learned: datetime) -> None:
    """A fire in a warehouse: phoned, reported in time, instructed, followed up, closed."""
    with clock.at(learned):
        event = services.event_open(
            actor=officer,
            draft=EventDraft(
                title="临港县一冷链仓库起火",
                event_class=EventClass.ACCIDENT,
                place="临港县港前路冷链物流园3号库",
                occurred_at=learned - timedelta(minutes=15),
                source="临港县政府值班室",
                count=Count(deaths=0, injured=2),
            ),
        )
    with clock.at(learned + timedelta(minutes=9)):
        services.event_phone_note(
            actor=officer, event_id=event.pk, source="市长、分管副市长", text="已电话报告火情和现场处置力量。"
        )
    with clock.at(learned + timedelta(minutes=34)):
        _reported(
            officer, event.pk, "消防救援力量8车42人到场，明火已控制，2人重伤送医，过火面积约300平方米。"
        )
    with clock.at(learned + timedelta(minutes=40)):
        services.event_instruct(
            actor=officer,
            event_id=event.pk,
            source="分管副市长",
            text="全力救治伤员，查清起火原因，举一反三开展冷链企业消防检查。",
            post_ids=[post_of("hanmosheng").pk],
        )
    with clock.at(learned + timedelta(minutes=46)):
        _confirmed()
    with clock.at(learned + timedelta(hours=3)):
        _reported(officer, event.pk, "明火已扑灭，无新增伤亡，周边群众生活未受影响。")
    with clock.at(learned + timedelta(hours=9)):
        _reported(
            officer,
            event.pk,
            "现场清理完毕，2名伤员生命体征平稳，起火原因正在调查，转入善后。",
            is_final=True,
        )


def _confirmed() -> None:
    """Whoever was told the instruction has it."""
    owed = Confirmation.objects.filter(message__text__startswith="【领导指示】", confirmed_at=None)
    for one in owed.select_related("message", "person"):
        receipt_give(
            actor=actor_for(one.person),
            conversation_id=one.message.conversation_id,
            seq=one.message.seq,
        )


def _reported(officer: Actor, event_id: int, text: str, *, is_final: bool = False) -> None:
    event = event_of(officer.organ_id or 0, event_id)
    services.event_report(
        actor=officer,
        event_id=event_id,
        expected_version=event.version,
        draft=ReportDraft(text=text, sent_to="省政府总值班室，市长、分管副市长", is_final=is_final),
    )
