"""Rosters of the office for the cast, on the first Monday of November 2026."""

from datetime import date, datetime

from apps.accounts.selectors import actor_of_appointment
from apps.core import clock
from apps.core.actors import Actor
from apps.duty import services
from apps.duty.models import DutyPost, DutyRoster, DutyShift, DutyWatch, ShiftSwap
from apps.duty.selectors.swaps import terms_for
from tests.factories.world import World
from tests.helpers.replay import replayed

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=clock.CITY_ZONE)
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
PEOPLE = {
    "带班领导": ("head", "deputy", "director"),
    "主班": ("section_chief", "clerk_chief", "supervisor", "duty_officer"),
    "副班": ("drafter", "clerk", "seal_keeper", "archivist"),
}


def manned(world: World) -> dict[str, DutyPost]:
    """The office's posts with their people."""
    posts = {post.name: post for post in services.posts_install(organ_id=world.organs["office"].pk)}
    for name, keys in PEOPLE.items():
        services.post_keep(
            actor=world.actor("director"),
            post_id=posts[name].pk,
            member_ids=[world.post(key).pk for key in keys],
        )
    return posts


@replayed
def drafted(world: World, month: date = NOVEMBER) -> DutyRoster:
    """A month filled in turn."""
    manned(world)
    maker = world.actor("director")
    roster = services.roster_open(actor=maker, month=month)
    services.roster_fill(actor=maker, roster_id=roster.pk, expected_version=roster.version)
    roster.refresh_from_db()
    return roster


@replayed
def published(world: World, month: date = NOVEMBER) -> DutyRoster:
    """A month filled in turn and published; call it with the clock at `MONDAY`."""
    roster = drafted(world, month)
    return services.roster_publish(
        actor=world.actor("director"),
        roster_id=roster.pk,
        expected_version=roster.version,
        accepts_findings=True,
    )


def watch_at(roster: DutyRoster, day: int) -> DutyWatch:
    """The watch that begins on a day of the month."""
    return roster.watches.get(starts_at__date=roster.month.replace(day=day))


@replayed
def taken(world: World) -> DutyWatch:
    """The watch of the 2nd, taken over by the duty office."""
    watch = watch_at(published(world), 2)
    return services.watch_take(actor=world.actor("duty_officer"), watch_id=watch.pk)


def serving(roster: DutyRoster, day: int, post: str = "主班") -> DutyShift:
    """Who serves at a post of the watch that begins on a day."""
    return (
        watch_at(roster, day)
        .shifts.select_related("watch", "post", "appointment__person")
        .get(post__name=post)
    )


def actor_in(shift: DutyShift) -> Actor:
    """The person on duty, acting in that post."""
    return actor_of_appointment(shift.appointment)


def asked(shift: DutyShift, *, most: int = 1, key: str = "") -> ShiftSwap:
    """The holder asks the first people who can take the duty (替班)."""
    people = [ways[0].appointment.pk for _, ways in terms_for(shift) if ways[0].back is None]
    return services.swap_ask(
        actor=actor_in(shift),
        shift_id=shift.pk,
        offers=[services.OfferDraft(appointment_id=pk) for pk in people[:most]],
        reason="外地出差返程延误",
        key=key,
    )


@replayed
def relaxed(world: World, *, rest: int = 24, approves: bool = True) -> DutyRoster:
    """November published, with so little rest asked that somebody can take over; four people a post leave no room for 48 hours."""
    services.rules_keep(actor=world.actor("director"), rest_hours=rest, most=None, approves_swaps=approves)
    return published(world)
