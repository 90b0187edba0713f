"""The timeline of an item: everything lies on one scale, in its place."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock
from apps.supervision import services
from apps.supervision.charts import SPAN, TICKS, Stretch, Timed, timeline_of
from apps.supervision.enums import State
from apps.supervision.selectors.items import item_for
from apps.supervision.selectors.pages import item_page
from tests.factories.world import World
from tests.helpers.supervision import MONDAY, brought, draft

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=clock.CITY_ZONE)
MOMENTS = st.integers(-2000, 2000).map(lambda hours: NOW + timedelta(hours=hours))
SLACK = 0.11  # two numbers rounded to a tenth


def timed(start: datetime | None, due: datetime | None, **more: object) -> Timed:
    facts = {"item_id": 1, "title": "甲", "unit": "乙", "light": "green", "progress": 50}
    return Timed(start=start, due=due, **(facts | more))  # type: ignore[arg-type]  # facts by name


def end(stretch: Stretch) -> float:
    return float(stretch.x) + float(stretch.width)


@given(
    st.lists(
        st.tuples(MOMENTS, st.integers(1, 3000), st.integers(0, 100), st.none() | st.integers(0, 4000)),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_drawn_lies_within_and_in_its_order(
    rows: list[tuple[datetime, int, int, int | None]],
) -> None:
    items = [
        timed(
            start,
            start + timedelta(hours=hours),
            progress=percent,
            completed=None if done is None else start + timedelta(hours=done),
        )
        for start, hours, percent, done in rows
    ]
    drawn = timeline_of(items, NOW)
    assert drawn is not None
    assert len(drawn.ticks) == TICKS
    assert drawn.ticks == sorted(drawn.ticks)
    for row, item in zip(drawn.rows, items, strict=True):
        assert row.plan is not None
        assert row.done is not None
        assert row.plan.x == row.done.x
        assert float(row.done.width) == pytest.approx(float(row.plan.width) * item.progress / 100, abs=SLACK)
        assert 0 <= float(row.plan.x) <= end(row.plan) <= SPAN + SLACK
        until = item.completed or NOW
        assert item.due is not None
        assert (row.over is not None) == (until > item.due)
        if row.over is not None:
            assert float(row.over.x) == pytest.approx(end(row.plan), abs=SLACK)
            assert end(row.over) <= SPAN + SLACK
    if drawn.today is not None:
        assert 0 <= float(drawn.today) <= SPAN


def test_what_was_not_given_is_not_drawn() -> None:
    assert timeline_of([timed(None, NOW)], NOW) is None
    drawn = timeline_of([timed(NOW, NOW + timedelta(days=3)), timed(None, NOW)], NOW)
    assert drawn is not None
    assert [row.plan is not None for row in drawn.rows] == [True, False]


@pytest.mark.django_db
def test_the_page_draws_a_whole_with_its_parts_and_milestones(world: World) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS, workdays=20)
        assert item_page(world.actor("director"), item).timeline is None
        services.milestone_add(
            actor=world.actor("bureau_head"),
            item_id=item.pk,
            title="完成招标",
            due_on=(MONDAY + timedelta(days=9)).date(),
        )
        services.item_split(
            actor=world.actor("supervisor"),
            item_id=item.pk,
            drafts=[draft(world, title="甲部分", workdays=5)],
        )
    with clock.at(MONDAY + timedelta(days=21)):
        actor = world.actor("supervisor")
        drawn = item_page(actor, item_for(actor, item.pk)).timeline
    assert drawn is not None
    whole, part = drawn.rows
    assert [title for _, title, _ in whole.marks] == ["完成招标"]
    assert whole.over is None
    assert part.timed.title == "甲部分"
    assert part.over is not None
    assert drawn.today is not None
