"""Each person's month in words."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Absence
from apps.core import clock
from apps.duty import services
from apps.duty.enums import PairKind, WishKind
from apps.duty.models import DutyRoster
from apps.duty.selectors.accounts import PersonAccount, accounts_of
from apps.duty.services import WishDraft
from tests.factories.world import World
from tests.helpers.duty import MONDAY, NOVEMBER, manned, published, serving, watch_at

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def account(world: World, roster: DutyRoster, key: str) -> PersonAccount:
    """As the office reads it."""
    found = {one.person_id: one for one in accounts_of(world.actor("director"), roster)}
    return found[world.person(key).pk]


def holder(world: World, roster: DutyRoster, day: int) -> str:
    """Who serves as 主班."""
    held = serving(roster, day).appointment
    return next(key for key, post in world.posts.items() if post == held)


def wished(world: World, key: str, day: int, kind: WishKind, *, post_id: int | None = None) -> None:
    """A day of November asked for by the office."""
    services.wish_make(
        actor=world.actor("director"),
        draft=WishDraft(
            kind=kind,
            starts_on=date(2026, 11, day),
            ends_on=date(2026, 11, day),
            reason="家中有事",
            appointment_id=world.post(key).pk,
            post_id=post_id,
        ),
    )


def said(found: PersonAccount) -> str:
    """All sentences."""
    return "".join(found.words)


def test_the_sum_is_what_stands_on_the_roster_and_is_set_beside_the_others(world: World) -> None:
    roster = published(world)
    for one in accounts_of(world.actor("director"), roster):
        assert one.points == sum(turn.points for turn in one.turns)
        assert one.total == one.carried + one.points
        assert "比平均" in said(one)
        assert one.turns == sorted(one.turns, key=lambda turn: turn.day)
    kinds = {turn.kind for one in accounts_of(world.actor("director"), roster) for turn in one.turns}
    assert kinds == {"平日", "周末"}


def test_a_wish_kept_and_a_wish_not_kept_are_told_with_the_reason(world: World) -> None:
    roster = published(world)
    key = holder(world, roster, 20)
    free = next(day for day in range(21, 30) if holder(world, roster, day) != key)
    wished(world, key, 20, WishKind.RATHER_NOT)
    wished(world, key, free, WishKind.RATHER_NOT)
    words = said(account(world, roster, key))
    assert f"11月{free}日“尽量不排”：已照顾" in words
    assert "20日主班“尽量不排”未能照顾：该岗位其他 3 人中" in words
    assert "间隔不足" in words


def test_who_could_take_the_duty_without_more_load_is_named(world: World) -> None:
    manned(world)
    maker = world.actor("director")
    roster = services.roster_open(actor=maker, month=NOVEMBER)
    watches = [watch_at(roster, day) for day in (10, 20)]
    main = services.posts_install(organ_id=roster.organ_id)[1]
    cells = {(watch.pk, main.pk): world.post("section_chief").pk for watch in watches}
    services.roster_save(actor=maker, roster_id=roster.pk, expected_version=1, cells=cells)
    roster.refresh_from_db()
    wished(world, "section_chief", 20, WishKind.RATHER_NOT)
    words = said(account(world, roster, "section_chief"))
    assert "可以接替且负担不更重，可在表上调整" in words
    assert "两班间隔最短 216 小时（10日到20日），符合至少 48 小时的要求" in words


def test_leave_days_one_cannot_serve_fixed_days_and_pairs_are_told(world: World) -> None:
    roster = published(world)
    key = holder(world, roster, 20)
    shift = serving(roster, 20)
    Absence.objects.create(
        person=world.person(key),
        kind="leave",
        starts_at=datetime(2026, 11, 19, tzinfo=clock.CITY_ZONE),
        ends_at=datetime(2026, 11, 22, tzinfo=clock.CITY_ZONE),
    )
    wished(world, key, 20, WishKind.FIXED, post_id=shift.post_id)
    other = next(one for one in ("section_chief", "clerk_chief") if one != key)
    services.pair_keep(
        actor=world.actor("director"),
        one_id=world.post(key).pk,
        other_id=world.post(other).pk,
        kind=PairKind.APART,
    )
    words = said(account(world, roster, key))
    assert "与 20日 的班次冲突" in words
    assert "11月20日指定主班：已按指定安排 20日" in words
    assert f"与{world.person(other).name}不排同班：没有同班，符合要求" in words
    services.pair_keep(
        actor=world.actor("director"),
        one_id=world.post(key).pk,
        other_id=world.post(other).pk,
        kind=PairKind.TOGETHER,
    )
    assert "班没有同班" in said(account(world, roster, key))


def test_everybody_reads_only_the_own_account_and_the_office_all(world: World, client_as: As) -> None:
    roster = published(world)
    page = reverse("duty:accounts", args=[roster.pk])
    keys = ("director", "drafter", "secretary", "bureau_clerk", "sysadmin")
    answers = [client_as(key).get(page) for key in keys]
    assert [one.status_code for one in answers] == [200, 200, 200, 404, 404]
    texts = [one.content.decode() for one in answers]
    assert texts[0].count("account__sums") == 11
    assert texts[1].count("account__sums") == 1
    assert "与您无关" in texts[2]
    sheet = reverse("duty:accounts_export", args=[roster.pk])
    assert [client_as(key).get(sheet).status_code for key in keys] == [200, 200, 200, 404, 404]


def test_a_draft_is_explained_to_its_maker_only(world: World, client_as: As) -> None:
    manned(world)
    roster = services.roster_open(actor=world.actor("director"), month=NOVEMBER)
    page = reverse("duty:accounts", args=[roster.pk])
    assert [client_as(key).get(page).status_code for key in ("director", "drafter")] == [200, 404]


@pytest.mark.long
def test_the_page_costs_the_same_with_and_without_wishes(world: World, client_as: As) -> None:
    roster = published(world)
    page, counts = reverse("duty:accounts", args=[roster.pk]), []
    director = client_as("director")
    director.get(page)
    for days in ((), (20, 22, 24)):
        for day in days:
            wished(world, holder(world, roster, day), day, WishKind.RATHER_NOT)
        with CaptureQueriesContext(connection) as asked:
            director.get(page)
        counts.append(len(asked))
    assert counts[0] == counts[1]
