"""A month of duty: its posts and people, its places, who is away, what each carries."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch, Q

from apps.accounts.models import Absence, Appointment
from apps.accounts.selectors import protections_between
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, local, today
from apps.core.errors import Conflict, NotFound
from apps.duty.checks import Away
from apps.duty.enums import RosterState, WishKind
from apps.duty.models import DutyPost, DutyRoster, DutyShift, DutyWatch, DutyWish
from apps.duty.policies import makes_roster, require_maker
from apps.duty.rotation import Place
from apps.duty.selectors.rules import scales_of

ROSTER = "duty.roster"
AROUND = timedelta(days=11)  # the longest rest a rule may ask is ten days


def posts_of(organ_id: int) -> list[DutyPost]:
    """The posts in use, each with its people in rank order."""
    return list(
        DutyPost.objects.filter(organ_id=organ_id, is_active=True).prefetch_related(
            "members__person", "members__unit"
        )
    )


def posts_in(roster: DutyRoster) -> list[DutyPost]:
    """The posts of a roster: those with duties in it, withdrawn ones too, and until its month is over those in use."""
    shown = Q(pk__in=DutyShift.objects.filter(watch__roster=roster).values("post"))
    if roster.state != RosterState.PUBLISHED or not is_past(roster):
        shown |= Q(is_active=True)
    rows = DutyPost.objects.filter(shown, organ_id=roster.organ_id)
    return list(rows.prefetch_related("members__person", "members__unit"))


def is_past(roster: DutyRoster) -> bool:
    """Whether its month is over."""
    return (roster.month + timedelta(days=32)).replace(day=1) <= today()


def withdrawn_posts(organ_id: int) -> list[DutyPost]:
    """Posts no longer in use."""
    return list(DutyPost.objects.filter(organ_id=organ_id, is_active=False))


def roster_in(organ_id: int, month: date) -> DutyRoster | None:
    """The roster of a month."""
    return DutyRoster.objects.filter(organ_id=organ_id, month=month).first()


def roster_locked(actor: Actor, roster_id: int, expected_version: int) -> DutyRoster:
    """The locked roster for its maker. Raises `NotFound`, `Forbidden`, `Conflict` with the current version."""
    organ_id = require_maker(actor)
    roster = DutyRoster.objects.select_for_update().filter(pk=roster_id, organ_id=organ_id).first()
    if roster is None:
        raise NotFound
    if roster.version != expected_version:
        raise Conflict("值班表刚刚被他人修改，请刷新后再操作，您的修改没有保存。", version=roster.version)
    return roster


def roster_for(actor: Actor, roster_id: int) -> DutyRoster:
    """The roster for its maker, to read. Raises `NotFound`, `Forbidden`."""
    organ_id = require_maker(actor)
    roster = DutyRoster.objects.filter(pk=roster_id, organ_id=organ_id).first()
    if roster is None:
        raise NotFound
    return roster


def changes_in(
    roster: DutyRoster, cells: Mapping[tuple[int, int], int | None]
) -> dict[tuple[int, int], int | None]:
    """Those of the cells that differ from who holds the places."""
    rows = DutyShift.objects.filter(watch__roster=roster).values_list("watch_id", "post_id", "appointment_id")
    held = {(watch, post): who for watch, post, who in rows}
    return {place: who for place, who in cells.items() if held.get(place) != who}


def members_of(post: DutyPost) -> list[Appointment]:
    """Who may serve, in rank order; who has left the post is passed over."""
    people = [one for one in post.members.all() if one.ended_on is None and one.person.is_active]
    return sorted(people, key=lambda one: (one.rank_order, one.pk))


def places_of(roster: DutyRoster) -> list[Place]:
    """Every place of the month and the filled ones near enough for the longest rest, as the filling in turn sees them."""
    posts = posts_in(roster)
    scales = scales_of(roster.organ_id, roster.month.year)
    made = []
    for watch in watches_of(roster):
        held = {shift.post_id: shift.appointment.person_id for shift in watch.shifts.all()}
        points = scales.points(local(watch.starts_at).date())
        made += [
            Place(watch.pk, post.pk, watch.starts_at, watch.ends_at, points, held.get(post.pk))
            for post in posts
        ]
    known = {place.watch for place in made}
    made += [
        Place(
            watch=0,
            post=shift.post_id,
            starts_at=shift.watch.starts_at,
            ends_at=shift.watch.ends_at,
            points=0,
            person=shift.appointment.person_id,
            is_here=False,
        )
        for shift in shifts_around(roster)
        if shift.watch_id not in known
    ]
    return made


def away_of(people: set[int], watches: list[DutyWatch]) -> dict[int, list[Away]]:
    """Absences of the people that touch the watches."""
    found: defaultdict[int, list[Away]] = defaultdict(list)
    if not watches:
        return found
    rows = Absence.objects.filter(
        person_id__in=people,
        cancelled_at__isnull=True,
        starts_at__lt=watches[-1].ends_at,
        ends_at__gt=watches[0].starts_at,
    )
    for row in rows:
        found[row.person_id].append(Away(row.starts_at, row.ends_at, str(row.get_kind_display())))
    for wish in DutyWish.objects.filter(
        appointment__person_id__in=people,
        kind=WishKind.CANNOT,
        withdrawn_at=None,
        starts_on__lte=watches[-1].ends_at,
        ends_on__gte=watches[0].starts_at - timedelta(days=1),
    ).select_related("appointment"):
        start = datetime.combine(wish.starts_on, time.min, tzinfo=CITY_ZONE)
        end = datetime.combine(wish.ends_on + timedelta(days=1), time.min, tzinfo=CITY_ZONE)
        found[wish.appointment.person_id].append(Away(start, end, wish.reason))
    return found


def day_only_of(people: set[int], watches: list[DutyWatch]) -> dict[int, list[Away]]:
    """Stretches that touch the watches in which people serve no night; never why."""
    found: defaultdict[int, list[Away]] = defaultdict(list)
    if watches:
        for row in protections_between(people, watches[0].starts_at, watches[-1].ends_at):
            found[row.person_id].append(Away(row.starts_at, row.ends_at, row.shown_kind))
    return found


def absences_between(people: set[int], first: date, last: date) -> list[Absence]:
    """Absences of the people that touch the days, and their stretches without night duty."""
    start = datetime.combine(first, time.min, tzinfo=CITY_ZONE)
    end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=CITY_ZONE)
    away = Absence.objects.filter(
        person_id__in=people, cancelled_at__isnull=True, starts_at__lt=end, ends_at__gt=start
    )
    return [*away, *protections_between(people, start, end)]


def watches_of(roster: DutyRoster) -> list[DutyWatch]:
    """The month's watches in order, with who serves."""
    shifts = DutyShift.objects.select_related("post", "appointment__person")
    rows = roster.watches.prefetch_related(Prefetch("shifts", shifts))
    return list(rows.order_by("starts_at"))


def shifts_around(roster: DutyRoster) -> list[DutyShift]:
    """Shifts of the month and near enough to it for the longest rest."""
    start, end = roster.month - AROUND, (roster.month + timedelta(days=32)).replace(day=1) + AROUND
    return list(
        DutyShift.objects.filter(
            watch__organ_id=roster.organ_id,
            watch__starts_at__date__gte=start,
            watch__starts_at__date__lte=end,
        ).select_related("watch", "post", "appointment__person")
    )


def shown_to(actor: Actor, roster: DutyRoster | None) -> DutyRoster | None:
    """The roster when it is published, or to whoever makes it."""
    if roster is None or roster.state == RosterState.PUBLISHED or makes_roster(actor):
        return roster
    return None


def can_view_roster(actor: Actor, roster_id: int) -> bool:
    """People of the organ once it is published; whoever makes it before."""
    found = DutyRoster.objects.filter(pk=roster_id, organ_id=actor.organ_id or 0).first()
    return shown_to(actor, found) is not None


def month_text(roster_id: int) -> str:
    """`2026-11`."""
    found = DutyRoster.objects.filter(pk=roster_id).first()
    return f"{found.month:%Y-%m}" if found else ""


def roster_title(roster_id: int) -> str:
    """For notices and cards."""
    found = DutyRoster.objects.filter(pk=roster_id).first()
    return f"{found.month.year}年{found.month.month}月值班表" if found else ""
