"""Making a month's roster and making it binding."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction

from apps.accounts.models import Appointment
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, now, today
from apps.core.deadlines import Countdown
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.core.events import publish_all
from apps.core.reminding import next_moment
from apps.core.working_calendar import city_calendar
from apps.duty.enums import RosterState, WatchState
from apps.duty.events import RosterPublished, ShiftChanged
from apps.duty.models import DutyRoster, DutyShift, DutyWatch
from apps.duty.policies import require_maker
from apps.duty.rotation import filled
from apps.duty.selectors.rosters import (
    away_of,
    carried_points,
    grid_of,
    members_of,
    places_of,
    posts_of,
    roster_locked,
)
from apps.duty.services.posts import posts_install

CHANGE_TIME = time(8, 30)
COMING = Countdown(minutes=(60,), eve=time(16, 0))
LEAVING = Countdown(minutes=(-15,))
NIGHT_TIME = time(17, 30)
FURTHEST = timedelta(days=400)
Cells = Mapping[tuple[int, int], int | None]


@transaction.atomic
def roster_open(*, actor: Actor, month: date, is_split: bool = False) -> DutyRoster:
    """The month's roster with its empty watches: whole days from 08:30, or day and night apart. Once made it is found again."""
    organ_id = require_maker(actor)
    first = month.replace(day=1)
    if abs(first - today()) > FURTHEST:
        raise ValidationFailed("只能编排前后一年内的值班表。")
    posts_install(organ_id=organ_id)
    roster, is_new = DutyRoster.objects.get_or_create(organ_id=organ_id, month=first)
    if is_new:
        calendar = city_calendar()
        DutyWatch.objects.bulk_create(
            DutyWatch(
                organ_id=organ_id,
                roster=roster,
                starts_at=start,
                ends_at=end,
                next_start_reminder_at=next_moment(start, COMING, calendar=calendar),
                next_end_reminder_at=next_moment(end, LEAVING, calendar=calendar),
            )
            for start, end in _spans(first, is_split=is_split)
        )
        record("duty.roster", actor=actor, subject_text=f"{first:%Y-%m} 值班表", facts={"act": "open"})
    return roster


def _spans(first: date, *, is_split: bool) -> list[tuple[datetime, datetime]]:
    made = []
    day = first
    while day.month == first.month:
        start = datetime.combine(day, CHANGE_TIME, tzinfo=CITY_ZONE)
        end = datetime.combine(day + timedelta(days=1), CHANGE_TIME, tzinfo=CITY_ZONE)
        middle = datetime.combine(day, NIGHT_TIME, tzinfo=CITY_ZONE)
        made += [(start, middle), (middle, end)] if is_split else [(start, end)]
        day += timedelta(days=1)
    return made


@transaction.atomic
def roster_save(*, actor: Actor, roster_id: int, expected_version: int, cells: Cells) -> DutyRoster:
    """Put people on places: (watch, post) → appointment or nobody; places not named stay. Past watches are not touched.

    On a published roster nobody may be taken off without a successor, and those concerned are told.
    """
    roster = roster_locked(actor, roster_id, expected_version)
    held = {(row.watch_id, row.post_id): row for row in DutyShift.objects.filter(watch__roster=roster)}
    changed = {
        place: who
        for place, who in cells.items()
        if (held[place].appointment_id if place in held else None) != who
    }
    if not changed:
        return roster
    _places_checked(roster, changed)
    _doubles_refused(roster, held, changed)
    DutyShift.objects.filter(pk__in=[held[place].pk for place in changed if place in held]).delete()
    DutyShift.objects.bulk_create(
        DutyShift(watch_id=watch, post_id=post, appointment_id=who)
        for (watch, post), who in changed.items()
        if who
    )
    roster.version += 1
    roster.save(update_fields=["version"])
    _changes_told(actor, roster, held, changed)
    return roster


def _changes_told(
    actor: Actor, roster: DutyRoster, held: Mapping[tuple[int, int], DutyShift], changed: Cells
) -> None:
    """The audit's line with every place; on a published roster also to those concerned."""
    events = [
        ShiftChanged(
            watch_id=watch,
            post_id=post,
            before_id=held[watch, post].appointment_id if (watch, post) in held else None,
            after_id=who,
            version=roster.version,
        )
        for (watch, post), who in changed.items()
    ]
    record(
        "duty.roster",
        actor=actor,
        subject_text=f"{roster.month:%Y-%m} 值班表",
        facts={
            "act": "change",
            "places": [[one.watch_id, one.post_id, one.before_id, one.after_id] for one in events],
        },
    )
    if roster.state == RosterState.PUBLISHED:
        publish_all(events)


def _places_checked(roster: DutyRoster, changed: Cells) -> None:
    watches = {row.pk: row for row in roster.watches.all()}
    posts = {post.pk: post for post in posts_of(roster.organ_id)}
    wanted = {who for who in changed.values() if who}
    people = {
        row.pk
        for row in Appointment.objects.filter(pk__in=wanted, organ_id=roster.organ_id, person__is_active=True)
    }
    for (watch, post), who in changed.items():
        if watch not in watches or post not in posts:
            raise NotFound
        if watches[watch].state != WatchState.PLANNED:
            raise InvalidState("已接班的班次不能再改，实际值班人员以交接班记录为准。")
        if who is None and roster.state == RosterState.PUBLISHED:
            raise ValidationFailed("值班表已发布，岗位不能空缺，请直接选择接替人员。")
        if who is not None and who not in people:
            raise ValidationFailed("值班人员须是本机关在任人员，请重新选择。")


def _doubles_refused(roster: DutyRoster, held: Mapping[tuple[int, int], DutyShift], changed: Cells) -> None:
    """One person holds one post in a watch, also under two appointments."""
    after = {place: row.appointment_id for place, row in held.items()} | dict(changed)
    wanted = {who for who in after.values() if who}
    people = {
        row.pk: row.person for row in Appointment.objects.filter(pk__in=wanted).select_related("person")
    }
    seen: set[tuple[int, int]] = set()
    for (watch, _), who in after.items():
        if who is None:
            continue
        if (watch, people[who].pk) in seen:
            day = roster.watches.get(pk=watch).starts_at.astimezone(CITY_ZONE)
            raise ValidationFailed(
                f"{day.month}月{day.day}日 {people[who].name}重复排班，一人一班只能在一个岗位。"
            )
        seen.add((watch, people[who].pk))


@transaction.atomic
def roster_fill(*, actor: Actor, roster_id: int, expected_version: int) -> int:
    """Fill the empty places in turn; what is set stays. Returns how many places stay empty."""
    roster = roster_locked(actor, roster_id, expected_version)
    posts = posts_of(roster.organ_id)
    members = {post.pk: members_of(post) for post in posts}
    if not any(members.values()):
        raise ValidationFailed("还没有设置可值班人员，请先在“岗位人员”中选择。")
    places = [one for one in places_of(roster) if one.watch or one.person is not None]
    people = {person.person_id for group in members.values() for person in group}
    made = filled(
        places,
        {post: [person.person_id for person in group] for post, group in members.items()},
        away_of(people, list(roster.watches.order_by("starts_at"))),
        carried_points(roster),
    )
    posts_by_person = {(post, one.person_id): one.pk for post, group in members.items() for one in group}
    planned = set(roster.watches.filter(state=WatchState.PLANNED).values_list("pk", flat=True))
    cells = {
        (watch, post): posts_by_person[post, person]
        for (watch, post), person in made.items()
        if watch in planned
    }
    if cells:
        roster_save(actor=actor, roster_id=roster.pk, expected_version=expected_version, cells=cells)
    return sum(one.person is None for one in places) - len(cells)


@transaction.atomic
def roster_publish(
    *, actor: Actor, roster_id: int, expected_version: int, accepts_findings: bool = False
) -> DutyRoster:
    """Make it binding and tell everybody on it. Refuses empty places; other findings must be accepted knowingly."""
    roster = roster_locked(actor, roster_id, expected_version)
    if roster.state == RosterState.PUBLISHED:
        raise InvalidState("值班表已经发布。")
    grid = grid_of(roster)
    if grid.empty:
        raise ValidationFailed(f"还有 {grid.empty} 个岗位空缺，请排满后再发布。")
    if grid.findings and not accepts_findings:
        raise ValidationFailed(
            f"有 {len(grid.findings)} 处不符合规则，请调整；确需发布的，勾选“已知悉问题”。"
        )
    roster.state, roster.published_at, roster.published_text = RosterState.PUBLISHED, now(), actor.signature
    roster.version = roster.version + 1
    roster.save(update_fields=["state", "published_at", "published_text", "version"])
    record(
        "duty.roster",
        actor=actor,
        subject_text=f"{roster.month:%Y-%m} 值班表",
        facts={"act": "publish", "findings": [one.text for one in grid.findings]},
    )
    publish_all([RosterPublished(roster_id=roster.pk)])
    return roster
