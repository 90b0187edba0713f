"""A month arranged by rule: asked for, put in place, refused with words, stopped, overtaken by a colleague."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Absence
from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.duty import services
from apps.duty.enums import SolvingState
from apps.duty.models import DutyRoster, DutyRules, DutyShift, RosterSolving
from apps.duty.planning import month_solve
from apps.duty.selectors.grids import grid_of
from apps.duty.selectors.planning import question_for
from apps.duty.services.solving import solving_note
from apps.duty.verifier import faults_of
from tests.factories.world import World
from tests.helpers.duty import MONDAY, NOVEMBER, manned, published

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
DECEMBER = NOVEMBER.replace(month=12)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def december(world: World) -> DutyRoster:
    """December, empty."""
    manned(world)
    return services.roster_open(actor=world.actor("director"), month=DECEMBER)


def asked(world: World, roster: DutyRoster) -> RosterSolving:
    """A run of it."""
    return services.solving_ask(
        actor=world.actor("director"), roster_id=roster.pk, expected_version=roster.version
    )


def ended(run: RosterSolving) -> RosterSolving:
    """The run after its worker."""
    month_solve(solving_id=run.pk, seconds=10)
    run.refresh_from_db()
    return run


def test_an_empty_month_is_filled_without_fault_and_shows_its_certificate(
    world: World, client_as: As
) -> None:
    roster = december(world)
    run = ended(asked(world, roster))
    assert run.state == SolvingState.DONE, run.words
    roster.refresh_from_db()
    assert run.made_version == roster.version
    grid = grid_of(roster)
    assert (grid.empty, grid.findings) == (0, [])
    held = DutyShift.objects.filter(watch__roster=roster).values_list("watch", "post", "appointment__person")
    assert faults_of(question_for(roster).plan, {(watch, post): who for watch, post, who in held}) == []
    page = client_as("director").get(f"{reverse('duty:roster')}?month=2026-12").content.decode()
    assert "最重负担" in page
    assert "已证明" in page


def test_a_day_nobody_can_serve_is_named_and_the_roster_stays(world: World) -> None:
    roster = december(world)
    day = roster.watches.order_by("starts_at")[13]
    for key in ("head", "deputy", "director"):
        Absence.objects.create(
            person=world.person(key),
            starts_at=day.starts_at,
            ends_at=day.ends_at,
            kind=Absence.Kind.TRIP,
        )
    run = ended(asked(world, roster))
    assert run.state == SolvingState.FAILED
    assert "12月14日 带班领导 无人可排" in run.words
    assert not DutyShift.objects.filter(watch__roster=roster).exists()


def test_what_a_colleague_changed_meanwhile_stays(world: World) -> None:
    roster = december(world)
    run = asked(world, roster)
    watch = roster.watches.order_by("starts_at")[0]
    post = manned(world)["主班"]
    cells = {(watch.pk, post.pk): world.post("supervisor").pk}
    services.roster_save(
        actor=world.actor("duty_officer"), roster_id=roster.pk, expected_version=roster.version, cells=cells
    )
    run = ended(run)
    assert run.state == SolvingState.FAILED
    assert "被修改" in run.words
    assert DutyShift.objects.get(watch__roster=roster).appointment == world.post("supervisor")


def test_one_run_at_a_time_and_a_lost_one_is_given_up(world: World) -> None:
    roster = december(world)
    first = asked(world, roster)
    with pytest.raises(InvalidState, match="正在编排"):
        asked(world, roster)
    with clock.at(MONDAY + timedelta(minutes=4)):
        second = asked(world, roster)
    first.refresh_from_db()
    assert (first.state, second.state) == (SolvingState.FAILED, SolvingState.RUNNING)
    assert ended(first).state == SolvingState.FAILED


def test_a_stopped_run_takes_the_best_so_far(world: World) -> None:
    roster = december(world)
    run = asked(world, roster)
    services.solving_stop(actor=world.actor("director"), solving_id=run.pk)
    assert solving_note(solving_id=run.pk, progress=None) is False
    assert ended(run).state == SolvingState.DONE


def test_a_published_month_and_a_post_without_people_are_refused(world: World) -> None:
    roster = published(world)
    with pytest.raises(InvalidState, match="已发布"):
        asked(world, roster)
    services.post_keep(actor=world.actor("director"), post_id=manned(world)["副班"].pk, member_ids=[])
    empty = services.roster_open(actor=world.actor("director"), month=DECEMBER)
    with pytest.raises(ValidationFailed, match="“副班”还没有可值班人员"):
        asked(world, empty)


def test_the_rules_bind_the_next_run_and_nonsense_is_refused(world: World, client_as: As) -> None:
    roster = december(world)
    maker = client_as("director")
    assert maker.post(reverse("duty:rules"), {"rest_hours": "24", "most": "2"}).status_code == 303
    assert DutyRules.objects.get().most == 2
    run = ended(asked(world, roster))
    assert run.state == SolvingState.FAILED
    assert "每月不超过 2 班" in run.words
    for form in ({"rest_hours": "241"}, {"rest_hours": "x"}, {"rest_hours": "24", "most": "0"}):
        assert maker.post(reverse("duty:rules"), form).status_code == 422
    assert client_as("drafter").post(reverse("duty:rules"), {"rest_hours": "24"}).status_code == 403


def test_the_page_asks_watches_and_stops(world: World, client_as: As) -> None:
    roster = december(world)
    maker = client_as("director")
    address = reverse("duty:solve", args=[roster.pk])
    assert client_as("drafter").post(address, {"expected_version": 1}).status_code == 403
    assert maker.post(address, {"expected_version": roster.version}).status_code == 303
    run = RosterSolving.objects.get()
    look, stop = reverse("duty:solving", args=[run.pk]), reverse("duty:solve_stop", args=[run.pk])
    assert "正在查找" in maker.get(look).content.decode()
    assert client_as("drafter").get(look).status_code == 403
    assert client_as("drafter").post(stop).status_code == 403
    assert maker.post(stop).status_code == 303
    assert "正在停止" in maker.get(look).content.decode()
    ended(run)
    assert maker.get(look).status_code == 303
    assert maker.get(reverse("duty:solving", args=[0])).status_code == 404


def test_others_neither_ask_nor_stop(world: World) -> None:
    roster = december(world)
    with pytest.raises(Forbidden):
        services.solving_ask(actor=world.actor("drafter"), roster_id=roster.pk, expected_version=1)
    run = asked(world, roster)
    with pytest.raises((Forbidden, NotFound)):
        services.solving_stop(actor=world.actor("bureau_clerk"), solving_id=run.pk)
