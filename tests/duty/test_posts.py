"""Posts beyond the usual three: made, ordered, manned, solved for, printed, withdrawn and restored."""

from collections.abc import Callable, Iterator
from datetime import date

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.duty import services
from apps.duty.enums import SolvingState, WishKind
from apps.duty.models import DutyPost, DutyRoster, DutyShift, DutyWish, RosterVersion
from apps.duty.papers import roster_pdf
from apps.duty.planning import month_solve
from apps.duty.policies import keeps
from apps.duty.selectors.exports import roster_heads
from apps.duty.selectors.grids import grid_of
from apps.duty.selectors.rosters import posts_in, posts_of
from tests.factories.world import World
from tests.helpers.duty import DECEMBER, MONDAY, NOVEMBER, drafted, manned, published, watch_at

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]
NETWORK = "网络值守"
PEOPLE = ("section_chief", "drafter", "secretary", "supervisor", "seal_keeper")


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def network(world: World) -> DutyPost:
    """A fourth post with its people; the usual three are there."""
    manned(world)
    maker = world.actor("director")
    services.rules_keep(actor=maker, rest_hours=24, most=None)
    post = services.post_make(actor=maker, draft=services.PostDraft(name=NETWORK))
    return services.post_keep(actor=maker, post_id=post.pk, member_ids=[world.post(key).pk for key in PEOPLE])


def names(world: World) -> list[str]:
    """Posts in use, in order."""
    return [post.name for post in posts_of(world.organs["office"].pk)]


def filled(world: World, month: date = NOVEMBER) -> DutyRoster:
    """A month with the posts there are."""
    maker = world.actor("director")
    roster = services.roster_open(actor=maker, month=month)
    services.roster_fill(actor=maker, roster_id=roster.pk, expected_version=roster.version)
    roster.refresh_from_db()
    return roster


def test_a_fourth_post_is_filled_published_printed_and_exported(world: World, client_as: As) -> None:
    network(world)
    roster = filled(world)
    assert DutyShift.objects.filter(watch__roster=roster, post__name=NETWORK).count() == 30
    services.roster_publish(
        actor=world.actor("director"),
        roster_id=roster.pk,
        expected_version=roster.version,
        accepts_findings=True,
    )
    roster.refresh_from_db()
    grid = grid_of(roster)
    assert NETWORK in roster_heads(grid)
    words = "".join(
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(roster_pdf(roster, grid))
    )
    assert NETWORK in words.replace(" ", "")
    desk = client_as("secretary").get(reverse("portal:desk")).content.decode()
    assert NETWORK in desk
    for address in ("/duty/", "/duty/roster/?month=2026-11", "/duty/roster/?month=2026-11&view=calendar"):
        assert NETWORK in client_as("secretary").get(address).content.decode()


def test_the_solver_arranges_four_posts_without_fault(world: World) -> None:
    network(world)
    maker = world.actor("director")
    roster = services.roster_open(actor=maker, month=DECEMBER)
    run = services.solving_ask(actor=maker, roster_id=roster.pk, expected_version=roster.version)
    month_solve(solving_id=run.pk, seconds=10)
    run.refresh_from_db()
    assert run.state == SolvingState.DONE, run.words
    roster.refresh_from_db()
    grid = grid_of(roster)
    assert (grid.empty, grid.findings) == (0, [])
    assert DutyShift.objects.filter(watch__roster=roster).count() == 31 * 4


def test_posts_are_ordered_renamed_and_their_names_kept_apart(world: World) -> None:
    post = network(world)
    maker = world.actor("director")
    services.post_move(actor=maker, post_id=post.pk, is_up=True)
    assert names(world) == ["带班领导", "主班", NETWORK, "副班"]
    for _ in range(5):
        services.post_move(actor=maker, post_id=post.pk, is_up=True)
    assert names(world)[0] == NETWORK
    services.post_move(actor=maker, post_id=post.pk, is_up=False)
    assert names(world)[1] == NETWORK
    services.post_describe(actor=maker, post_id=post.pk, draft=services.PostDraft(name="信息值守"))
    assert "信息值守" in names(world)
    with pytest.raises(ValidationFailed, match="已有岗位"):
        services.post_describe(actor=maker, post_id=post.pk, draft=services.PostDraft(name="主班"))
    with pytest.raises(ValidationFailed, match="请填写岗位名称"):
        services.post_make(actor=maker, draft=services.PostDraft(name=" "))


def test_withdrawing_empties_drafts_and_leaves_what_is_published(world: World) -> None:
    post = network(world)
    maker = world.actor("director")
    november, december = filled(world), filled(world, DECEMBER)
    services.roster_publish(
        actor=maker, roster_id=november.pk, expected_version=november.version, accepts_findings=True
    )
    assert services.post_withdraw(actor=maker, post_id=post.pk) == 31
    assert services.post_withdraw(actor=maker, post_id=post.pk) == 0
    assert post not in posts_in(december)
    assert post in posts_in(november)
    assert grid_of(december).empty == 0
    last = RosterVersion.objects.filter(roster=december).order_by("-number")[0]
    assert (last.words, len(last.places)) == (f"停用岗位“{NETWORK}”", 31)
    with pytest.raises(ValidationFailed, match="已停用"):
        services.post_make(actor=maker, draft=services.PostDraft(name=NETWORK))
    services.post_restore(actor=maker, post_id=post.pk)
    assert post in posts_in(december)
    assert grid_of(december).empty == 31


def test_a_withdrawn_post_is_served_to_the_end_of_its_published_month(world: World) -> None:
    post = network(world)
    maker = world.actor("director")
    roster = filled(world)
    roster = services.roster_publish(
        actor=maker, roster_id=roster.pk, expected_version=roster.version, accepts_findings=True
    )
    services.post_withdraw(actor=maker, post_id=post.pk)
    shift = watch_at(roster, 10).shifts.get(post=post)
    free = next(
        world.post(key)
        for key in PEOPLE
        if not watch_at(roster, 10).shifts.filter(appointment=world.post(key)).exists()
    )
    services.roster_save(
        actor=maker,
        roster_id=roster.pk,
        expected_version=roster.version,
        cells={(shift.watch_id, post.pk): free.pk},
        reason="生病",
        accepts_findings=True,
    )
    assert watch_at(roster, 10).shifts.get(post=post).appointment == free


def test_a_new_post_is_optional_in_a_published_month_and_absent_in_one_that_is_over(world: World) -> None:
    roster = published(world)
    maker = world.actor("director")
    post = services.post_make(actor=maker, draft=services.PostDraft(name=NETWORK))
    services.post_keep(actor=maker, post_id=post.pk, member_ids=[world.post("secretary").pk])
    watch = watch_at(roster, 10)
    services.roster_save(
        actor=maker,
        roster_id=roster.pk,
        expected_version=roster.version,
        cells={(watch.pk, post.pk): world.post("secretary").pk},
        reason="防汛期间增设",
        accepts_findings=True,
    )
    grid = grid_of(roster)
    assert grid.empty == 29 - 1  # the watch of the 1st is over
    with clock.at(MONDAY.replace(month=12)):
        assert post in posts_in(roster)
        DutyShift.objects.filter(post=post).delete()
        assert post not in posts_in(roster)
        assert grid_of(roster).empty == 0


def test_nobody_is_put_on_a_withdrawn_post_and_its_fixed_duties_end(world: World) -> None:
    post = network(world)
    maker = world.actor("director")
    wish = services.wish_make(
        actor=maker,
        draft=services.WishDraft(
            kind=WishKind.FIXED,
            starts_on=date(2026, 11, 20),
            ends_on=date(2026, 11, 20),
            appointment_id=world.post("secretary").pk,
            post_id=post.pk,
        ),
    )
    roster = filled(world)
    roster = services.roster_publish(
        actor=maker, roster_id=roster.pk, expected_version=roster.version, accepts_findings=True
    )
    watch = watch_at(roster, 12)
    watch.shifts.filter(post=post).delete()
    services.post_withdraw(actor=maker, post_id=post.pk)
    assert DutyWish.objects.get(pk=wish.pk).withdrawn_at == MONDAY
    with pytest.raises(InvalidState, match="已停用"):
        services.roster_save(
            actor=maker,
            roster_id=roster.pk,
            expected_version=roster.version,
            cells={(watch.pk, post.pk): world.post("secretary").pk},
            reason="补",
            accepts_findings=True,
        )


def test_the_last_post_stays_and_there_is_an_end_to_their_number(world: World) -> None:
    manned(world)
    maker = world.actor("director")
    first, second, third = posts_of(world.organs["office"].pk)
    for post in (first, second):
        services.post_withdraw(actor=maker, post_id=post.pk)
    with pytest.raises(ValidationFailed, match="至少保留一个"):
        services.post_withdraw(actor=maker, post_id=third.pk)
    for number in range(11):
        services.post_make(actor=maker, draft=services.PostDraft(name=f"岗位{number}"))
    with pytest.raises(ValidationFailed, match="最多设 12 个"):
        services.post_make(actor=maker, draft=services.PostDraft(name="再一个"))
    with pytest.raises(ValidationFailed, match="最多设 12 个"):
        services.post_restore(actor=maker, post_id=first.pk)


def test_only_posts_that_keep_the_log_and_leaders_write_it(world: World) -> None:
    network(world)
    roster = filled(world)
    watch = watch_at(roster, 10)
    by_post = {shift.post.name: shift.appointment for shift in watch.shifts.select_related("post")}
    keys = {post.pk: key for key, post in world.posts.items()}
    may = {name: keeps(world.actor(keys[post.pk]), watch) for name, post in by_post.items()}
    assert may == {"带班领导": True, "主班": True, "副班": True, NETWORK: False}


def test_the_settings_page_makes_orders_withdraws_and_restores(world: World, client_as: As) -> None:
    drafted(world)
    director = client_as("director")
    assert director.post(reverse("duty:post_new"), {"name": NETWORK, "keeps_log": "1"}).status_code == 303
    post = DutyPost.objects.get(name=NETWORK)
    act = reverse("duty:post_act", args=[post.pk])
    for form in (
        {"do": "up"},
        {"do": "down"},
        {"do": "describe", "name": "信息值守"},
        {"do": "withdraw"},
        {"do": "restore"},
    ):
        assert director.post(act, form).status_code == 303
    assert director.post(act, {"do": "blow"}).status_code == 404
    post.refresh_from_db()
    assert (post.name, post.keeps_log, post.is_active) == ("信息值守", False, True)
    keys = ("drafter", "bureau_chief", "sysadmin", "duty_officer")
    assert [client_as(key).post(act, {"do": "up"}).status_code for key in keys] == [403, 404, 403, 303]
    text = director.get(reverse("duty:posts")).content.decode()
    assert "信息值守" in text


def test_others_make_no_posts(world: World) -> None:
    post = network(world)
    with pytest.raises(Forbidden):
        services.post_make(actor=world.actor("drafter"), draft=services.PostDraft(name="岗"))
    with pytest.raises(NotFound):
        services.post_withdraw(actor=world.actor("bureau_chief"), post_id=post.pk)
