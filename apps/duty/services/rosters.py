"""Making a month's roster and making it binding."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, now, today
from apps.core.deadlines import Countdown, Schedule
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.events import publish_all
from apps.core.reminding import next_moment
from apps.core.working_calendar import city_calendar
from apps.duty.enums import ChangeCause, RosterState, VersionAct, WatchState
from apps.duty.events import RosterPublished
from apps.duty.models import DutyRoster, DutyWatch
from apps.duty.policies import require_maker
from apps.duty.rotation import filled
from apps.duty.selectors.grids import grid_of
from apps.duty.selectors.judging import troubles_of
from apps.duty.selectors.ledgers import carried_points
from apps.duty.selectors.rosters import (
    away_of,
    changes_in,
    day_only_of,
    members_of,
    places_of,
    posts_in,
    roster_locked,
)
from apps.duty.selectors.rules import rules_of
from apps.duty.services.changing import Cause, Cells, places_put
from apps.duty.services.posts import posts_install
from apps.duty.services.versions import version_note
from apps.files.words import words_checked

CHANGE_TIME = time(8, 30)
COMING = Countdown(minutes=(60,), eve=time(16, 0))
TAKING = Countdown(minutes=(-15, -30, -60))
LEAVING = Countdown(minutes=(-15,))
FOLLOWING = Schedule(before=(3,), on_day=True, overdue_every=1, overdue_most=10)
FOLLOWING_SOURCE = "duty.following"
FOLLOWING_DAY, FOLLOWING_TIME = 25, time(18, 0)
NIGHT_TIME = time(17, 30)
FURTHEST = timedelta(days=400)
SWAP_AHEAD = timedelta(days=1)
REASON_LIMIT = 200
MOST_SAID = 6
PUBLICATION = ("state", "published_at", "published_text")


def _following_dated(roster: DutyRoster) -> None:
    """The 25th of its month: by then the next month's roster is to be published."""
    day = roster.month.replace(day=FOLLOWING_DAY)
    roster.following_due_at = datetime.combine(day, FOLLOWING_TIME, tzinfo=CITY_ZONE)
    roster.next_following_reminder_at = next_moment(
        roster.following_due_at, FOLLOWING, calendar=city_calendar()
    )


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
                next_taking_reminder_at=next_moment(start, TAKING, calendar=calendar),
                next_end_reminder_at=next_moment(end, LEAVING, calendar=calendar),
            )
            for start, end in _spans(first, is_split=is_split)
        )
        version_note(actor=actor, roster=roster, act=VersionAct.OPENED)
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
def roster_save(
    *,
    actor: Actor,
    roster_id: int,
    expected_version: int,
    cells: Cells,
    reason: str = "",
    accepts_findings: bool = False,
    act: VersionAct = VersionAct.HAND,
) -> DutyRoster:
    """Put people on places: (watch, post) → appointment or nobody; places not named stay. Closed watches are not touched.

    On a published roster nobody is taken off without a successor and without a reason; what breaks a rule must be accepted knowingly;
    those concerned are told.
    """
    roster = roster_locked(actor, roster_id, expected_version)
    changed = changes_in(roster, cells)
    if not changed:
        return roster
    if roster.state != RosterState.PUBLISHED:
        return places_put(actor=actor, roster=roster, cells=changed, cause=Cause(act=act))
    words = words_checked(reason, "调整事由", REASON_LIMIT, required=True)
    troubles = [] if accepts_findings else troubles_of(roster, changed, running=True)
    if troubles:
        raise ValidationFailed(
            "；".join(troubles[:MOST_SAID]) + "。请另选人员；确需安排的，勾选“已知悉问题”。"
        )
    kind = ChangeCause.SUBSTITUTE if _is_near(roster, changed) else ChangeCause.OFFICE
    return places_put(actor=actor, roster=roster, cells=changed, cause=Cause(kind, words))


def _is_near(roster: DutyRoster, changed: Cells) -> bool:
    """Too late for a swap by consent."""
    return roster.watches.filter(
        pk__in=[watch for watch, _ in changed], starts_at__lt=now() + SWAP_AHEAD
    ).exists()


@transaction.atomic
def roster_fill(*, actor: Actor, roster_id: int, expected_version: int) -> int:
    """Fill the empty places in turn; what is set stays. Returns how many places stay empty."""
    roster = roster_locked(actor, roster_id, expected_version)
    if roster.state == RosterState.PUBLISHED:
        raise InvalidState("值班表已发布，岗位已排满；个别调整请直接选择接替人员并写明事由。")
    posts = posts_in(roster)
    members = {post.pk: members_of(post) for post in posts}
    if not any(members.values()):
        raise ValidationFailed("还没有设置可值班人员，请先在“岗位设置”中选择。")
    places = [one for one in places_of(roster) if one.watch or one.person is not None]
    people = {person.person_id for group in members.values() for person in group}
    watches = list(roster.watches.order_by("starts_at"))
    made = filled(
        places,
        {post: [person.person_id for person in group] for post, group in members.items()},
        away_of(people, watches),
        carried_points(roster),
        rest=timedelta(hours=rules_of(roster.organ_id).rest_hours),
        day_only=day_only_of(people, watches),
    )
    posts_by_person = {(post, one.person_id): one.pk for post, group in members.items() for one in group}
    planned = set(roster.watches.filter(state=WatchState.PLANNED).values_list("pk", flat=True))
    cells = {
        (watch, post): posts_by_person[post, person]
        for (watch, post), person in made.items()
        if watch in planned
    }
    if cells:
        roster_save(
            actor=actor,
            roster_id=roster.pk,
            expected_version=expected_version,
            cells=cells,
            act=VersionAct.FILLED,
        )
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
    _following_dated(roster)
    roster.save(update_fields=[*PUBLICATION, "version", "following_due_at", "next_following_reminder_at"])
    said = f"已知悉 {len(grid.findings)} 处不符合规则" if grid.findings else ""
    version_note(actor=actor, roster=roster, act=VersionAct.PUBLISHED, words=said)
    record(
        "duty.roster",
        actor=actor,
        subject_text=f"{roster.month:%Y-%m} 值班表",
        facts={"act": "publish", "findings": [one.text for one in grid.findings]},
    )
    publish_all([RosterPublished(roster_id=roster.pk)])
    return roster


@transaction.atomic
def roster_save_fill(
    *, actor: Actor, roster_id: int, expected_version: int, cells: Cells
) -> tuple[DutyRoster, int]:
    """Keep what was chosen and fill the rest in turn, or neither. Returns how many places stay empty, too."""
    made = roster_save(actor=actor, roster_id=roster_id, expected_version=expected_version, cells=cells)
    return made, roster_fill(actor=actor, roster_id=roster_id, expected_version=made.version)


@transaction.atomic
def roster_save_publish(
    *, actor: Actor, roster_id: int, expected_version: int, cells: Cells, accepts_findings: bool = False
) -> DutyRoster:
    """Keep what was chosen and make it binding, or neither: after a refusal the page is still the newest."""
    made = roster_save(actor=actor, roster_id=roster_id, expected_version=expected_version, cells=cells)
    return roster_publish(
        actor=actor, roster_id=roster_id, expected_version=made.version, accepts_findings=accepts_findings
    )
