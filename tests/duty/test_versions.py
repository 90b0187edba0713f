"""How a roster came to be what it is, and what lies between two of its versions."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.duty import services
from apps.duty.enums import VersionAct
from apps.duty.models import DutyRoster, RosterVersion
from apps.duty.selectors.versions import Difference, difference_of, versions_of
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.duty import MONDAY, published, serving

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def put(world: World, roster: DutyRoster, day: int, key: str) -> DutyRoster:
    """The office puts somebody on 主班 of a day of the published month."""
    shift = serving(roster, day)
    return services.roster_save(
        actor=world.actor("director"),
        roster_id=roster.pk,
        expected_version=roster.version,
        cells={(shift.watch_id, shift.post_id): world.post(key).pk},
        reason="家中有事",
        accepts_findings=True,
    )


def other_than(world: World, roster: DutyRoster, day: int) -> str:
    """Somebody else for the place."""
    held = serving(roster, day).appointment
    return next(key for key in ("section_chief", "clerk_chief") if world.post(key) != held)


def between(world: World, roster: DutyRoster, older: int, newer: int) -> Difference:
    """As whoever makes the roster sees it."""
    return difference_of(versions_of(world.actor("director"), roster), older, newer)


def test_every_version_says_who_made_it_when_and_how(world: World) -> None:
    roster = published(world)
    roster = put(world, roster, 10, other_than(world, roster, 10))
    steps = list(RosterVersion.objects.filter(roster=roster).order_by("number"))
    acts = [VersionAct.OPENED, VersionAct.FILLED, VersionAct.PUBLISHED, VersionAct.CHANGED]
    assert [step.act for step in steps] == acts
    assert [step.number for step in steps] == [1, 2, 3, roster.version]
    assert [len(step.places) for step in steps] == [0, 90, 0, 1]
    assert steps[3].words == "值班室调整：家中有事"
    assert "高文澜" in steps[3].by_text
    assert steps[3].made_at == MONDAY


def test_the_difference_names_who_was_moved_from_where_to_where(world: World) -> None:
    roster = published(world)
    before, key = serving(roster, 10).appointment.person.name, other_than(world, roster, 10)
    roster = put(world, roster, 10, key)
    found = between(world, roster, 3, 4)
    after = world.person(key).name
    assert [(one.post, one.before, one.after) for one in found.moves] == [("主班", before, after)]
    assert {one.name: (one.lost, one.gained) for one in found.people} == {
        before: (["10日主班"], []),
        after: ([], ["10日主班"]),
    }


def test_what_was_moved_there_and_back_is_no_difference(world: World) -> None:
    roster = published(world)
    first, other = serving(roster, 10).appointment, other_than(world, roster, 10)
    roster = put(world, roster, 10, other)
    back = next(key for key, post in world.posts.items() if post == first)
    roster = put(world, roster, 10, back)
    assert between(world, roster, 3, 5).moves == []
    assert len(between(world, roster, 4, 3).moves) == 1
    assert len(between(world, roster, 0, 5).moves) == 90


def test_history_is_never_rewritten(world: World) -> None:
    published(world)
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        RosterVersion.objects.update(words="没有发生过")


def test_only_those_whom_a_change_concerns_are_told(world: World, drain: Callable[[], int]) -> None:
    roster = published(world)
    before, key = serving(roster, 10).appointment.person_id, other_than(world, roster, 10)
    drain()
    told = set(Notice.objects.values_list("pk", flat=True))
    put(world, roster, 10, key)
    drain()
    new = Notice.objects.exclude(pk__in=told)
    assert set(new.values_list("person_id", flat=True)) == {before, world.person(key).pk}


def test_drafts_are_for_their_makers_and_changes_for_all_readers(world: World, client_as: As) -> None:
    roster = published(world)
    roster = put(world, roster, 10, other_than(world, roster, 10))
    page = reverse("duty:roster_history", args=[roster.pk])
    keys = ("drafter", "director", "bureau_clerk", "sysadmin")
    assert [client_as(key).get(page).status_code for key in keys] == [200, 200, 404, 404]
    assert "补空轮排" in client_as("director").get(page).content.decode()
    seen = client_as("drafter").get(page).content.decode()
    assert "补空轮排" not in seen
    assert "家中有事" in seen
    whole = client_as("drafter").get(page, {"from": "0", "to": "2"}).content.decode()
    assert "两版之间没有岗位变动" in whole
    assert client_as("director").get(page, {"from": "上一版", "to": "9" * 30}).status_code == 200


def test_the_history_is_exported_by_whoever_may_read_it(world: World, client_as: As) -> None:
    roster = published(world)
    sheet = reverse("duty:roster_history_export", args=[roster.pk])
    assert [client_as(key).get(sheet).status_code for key in ("drafter", "bureau_clerk")] == [200, 404]


def test_the_history_costs_the_same_for_one_step_and_for_many(world: World, client_as: As) -> None:
    roster = published(world)
    page = reverse("duty:roster_history", args=[roster.pk])
    director = client_as("director")
    counts = []
    for days in ((), (10, 12, 14)):
        for day in days:
            roster = put(world, roster, day, other_than(world, roster, day))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            director.get(page, {"from": "0", "to": "9"})
        counts.append(len(asked))
    assert counts[0] == counts[1]
