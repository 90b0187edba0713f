"""Wishes, fixed duties and pairs: who may ask for what, and that the arrangement keeps them."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.duty import services
from apps.duty.models import DutyPair, DutyRoster, DutyWish
from apps.duty.selectors.grids import grid_of
from apps.duty.selectors.planning import question_for
from apps.duty.services import WishDraft
from apps.duty.solver import solve
from apps.duty.verifier import faults_of
from tests.factories.world import World
from tests.helpers.duty import MONDAY, NOVEMBER, manned

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
DECEMBER = NOVEMBER.replace(month=12)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def december(world: World) -> DutyRoster:
    """December, empty, with so little rest asked that every wish can be met."""
    manned(world)
    services.rules_keep(actor=world.actor("director"), rest_hours=0, most=None)
    return services.roster_open(actor=world.actor("director"), month=DECEMBER)


def day(number: int) -> date:
    """A day of December."""
    return DECEMBER.replace(day=number)


def test_the_arrangement_keeps_days_off_fixed_duties_and_pairs(world: World) -> None:
    roster = december(world)
    director, drafter = world.actor("director"), world.actor("drafter")
    services.wish_make(
        actor=drafter,
        draft=WishDraft(kind="cannot", starts_on=day(1), ends_on=day(10), reason="孕晚期"),
    )
    post = services.posts_install(organ_id=roster.organ_id)[1]
    services.wish_make(
        actor=director,
        draft=WishDraft(
            kind="fixed",
            starts_on=day(15),
            ends_on=day(15),
            appointment_id=world.post("section_chief").pk,
            post_id=post.pk,
        ),
    )
    services.pair_keep(
        actor=director,
        one_id=world.post("section_chief").pk,
        other_id=world.post("clerk").pk,
        kind="together",
    )
    services.pair_keep(
        actor=director,
        one_id=world.post("clerk_chief").pk,
        other_id=world.post("archivist").pk,
        kind="apart",
    )
    plan = question_for(roster).plan
    made = solve(plan, seconds=10)
    assert faults_of(plan, made.given) == []
    by_watch: dict[int, set[int]] = {}
    for (watch, _), person in made.given.items():
        by_watch.setdefault(watch, set()).add(person)
    days = {one.pk: clock.local(one.starts_at).day for one in roster.watches.all()}
    chief, clerk = world.person("section_chief").pk, world.person("clerk").pk
    assert all((chief in people) == (clerk in people) for people in by_watch.values())
    assert not any(
        {world.person("clerk_chief").pk, world.person("archivist").pk} <= people
        for people in by_watch.values()
    )
    off = [people for watch, people in by_watch.items() if days[watch] <= 10]
    assert not any(world.person("drafter").pk in people for people in off)
    fifteenth = next(watch for watch, number in days.items() if number == 15)
    assert made.given[fifteenth, post.pk] == chief


def test_days_one_would_rather_not_serve_are_left_free_where_they_can_be(world: World) -> None:
    roster = december(world)
    services.wish_make(
        actor=world.actor("drafter"), draft=WishDraft(kind="rather_not", starts_on=day(5), ends_on=day(7))
    )
    plan = question_for(roster).plan
    person = world.person("drafter").pk
    made = solve(plan, seconds=10)
    assert not any((who, watch) in plan.wishes for (watch, _), who in made.given.items() if who == person)
    assert len(plan.wishes) == 3


def test_a_day_one_cannot_serve_is_found_on_a_roster_made_by_hand(world: World) -> None:
    roster = december(world)
    services.wish_make(
        actor=world.actor("drafter"),
        draft=WishDraft(kind="cannot", starts_on=day(5), ends_on=day(5), reason="孕晚期"),
    )
    watch = roster.watches.get(starts_at__date=day(5))
    post = services.posts_install(organ_id=roster.organ_id)[2]
    services.roster_save(
        actor=world.actor("director"),
        roster_id=roster.pk,
        expected_version=roster.version,
        cells={(watch.pk, post.pk): world.post("drafter").pk},
    )
    roster.refresh_from_db()
    assert any("孕晚期，不能值班" in one.text for one in grid_of(roster).findings)


def test_people_ask_for_themselves_only_and_nonsense_is_refused_in_words(world: World) -> None:
    manned(world)
    drafter, other = world.actor("drafter"), world.post("clerk").pk
    fine = WishDraft(kind="rather_not", starts_on=day(5), ends_on=day(6))
    for draft in (
        WishDraft(kind="rather_not", starts_on=day(5), ends_on=day(5), appointment_id=other),
        WishDraft(kind="fixed", starts_on=day(5), ends_on=day(5)),
    ):
        with pytest.raises(Forbidden, match="只能填报自己"):
            services.wish_make(actor=drafter, draft=draft)
    for draft, words in (
        (WishDraft(kind="cannot", starts_on=day(5), ends_on=day(5)), "请填写事由"),
        (WishDraft(kind="rather_not", starts_on=day(6), ends_on=day(5)), "不能早于"),
        (WishDraft(kind="rather_not", starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 1)), "已过"),
        (WishDraft(kind="x", starts_on=day(5), ends_on=day(5)), "类别"),
    ):
        with pytest.raises(ValidationFailed, match=words):
            services.wish_make(actor=drafter, draft=draft)
    wish = services.wish_make(actor=drafter, draft=fine)
    with pytest.raises(NotFound):
        services.wish_withdraw(actor=world.actor("clerk"), wish_id=wish.pk)
    with pytest.raises(Forbidden):
        services.pair_keep(actor=drafter, one_id=other, other_id=world.post("drafter").pk, kind="apart")
    assert services.wish_withdraw(actor=drafter, wish_id=wish.pk).withdrawn_at is not None


def test_wishes_and_pairs_by_their_page(world: World, client_as: As) -> None:
    manned(world)
    page = reverse("duty:wishes")
    drafter, director = client_as("drafter"), client_as("director")
    assert drafter.post(page, {"kind": "rather_not", "starts_on": "明天"}).status_code == 422
    assert drafter.post(page, {"kind": "rather_not", "starts_on": "2026-12-05"}).status_code == 303
    wish = DutyWish.objects.get()
    assert "尽量不排" in director.get(page).content.decode()
    assert client_as("clerk").post(reverse("duty:wish_withdraw", args=[wish.pk])).status_code == 404
    assert drafter.post(reverse("duty:wish_withdraw", args=[wish.pk])).status_code == 303
    form = {"one": world.post("clerk").pk, "other": world.post("drafter").pk, "kind": "apart"}
    assert director.post(reverse("duty:pair"), form).status_code == 303
    assert director.post(reverse("duty:pair"), form | {"kind": "together"}).status_code == 303
    pair = DutyPair.objects.get()
    assert pair.kind == "together"
    drop = reverse("duty:pair_drop", args=[pair.pk])
    assert drafter.post(drop).status_code == 403
    assert director.post(drop).status_code == 303
    assert director.post(drop).status_code == 404
