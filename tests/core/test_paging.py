"""Laws of keyset paging: every row once, in order, forwards and backwards, whatever the cursor."""

import base64
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.core.models import OutboxEvent
from apps.core.paging import Page, page_of

START = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
ORDERS = [
    ("-created_at", "-id"),
    ("created_at", "id"),
    ("kind", "-created_at", "id"),
    ("-attempt_count", "id"),
]
rows = st.lists(
    st.tuples(st.sampled_from("甲乙丙"), st.integers(0, 3), st.integers(0, 2)), min_size=0, max_size=25
)


def fill(facts: list[tuple[str, int, int]]) -> None:
    """Rows with many equal values."""
    OutboxEvent.objects.bulk_create(
        OutboxEvent(
            kind=kind,
            payload={},
            attempt_count=attempts,
            next_attempt_at=START,
            created_at=START + timedelta(microseconds=minutes),
        )
        for kind, minutes, attempts in facts
    )


def page(order: tuple[str, ...], cursor: str, size: int) -> Page[OutboxEvent]:
    """One page."""
    return page_of(OutboxEvent.objects.all(), order=order, cursor=cursor, size=size)


class PagingLaws(TestCase):
    """On real rows."""

    @given(facts=rows, order=st.sampled_from(ORDERS), size=st.integers(1, 7))
    def test_walking_forwards_gives_every_row_once_in_order(
        self, facts: list[tuple[str, int, int]], order: tuple[str, ...], size: int
    ) -> None:
        """And walking back from the end gives the same pages in reverse."""
        fill(facts)
        wanted = list(OutboxEvent.objects.order_by(*order).values_list("pk", flat=True))
        pages, cursor = [], ""
        while True:
            here = page(order, cursor, size)
            pages.append(here)
            if here.next_cursor is None:
                break
            cursor = here.next_cursor
        assert [row.pk for here in pages for row in here.rows] == wanted
        assert pages[0].previous_cursor is None
        assert all(len(here.rows) == size for here in pages[:-1])
        for earlier, later in pairwise(pages):
            assert later.previous_cursor is not None
            back = page(order, later.previous_cursor, size)
            assert [row.pk for row in back.rows] == [row.pk for row in earlier.rows]
            assert (back.previous_cursor is None) == (earlier.previous_cursor is None)
            assert back.next_cursor is not None

    @given(facts=rows, extra=rows, size=st.integers(1, 5))
    def test_rows_that_arrive_on_top_shift_nothing(
        self, facts: list[tuple[str, int, int]], extra: list[tuple[str, int, int]], size: int
    ) -> None:
        """Newest first: the second page is the same before and after."""
        fill(facts)
        first = page(("-created_at", "-id"), "", size)
        if first.next_cursor is None:
            return
        before = [row.pk for row in page(("-created_at", "-id"), first.next_cursor, size).rows]
        fill([(kind, minutes + 100, attempts) for kind, minutes, attempts in extra])
        after = [row.pk for row in page(("-created_at", "-id"), first.next_cursor, size).rows]
        assert before == after

    @given(
        cursor=st.one_of(
            st.text(max_size=60),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
                lambda inner: (
                    st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
                ),
                max_leaves=6,
            ).map(lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode()),
            st.lists(
                st.integers() | st.floats() | st.text(max_size=8) | st.booleans(), min_size=2, max_size=2
            ).map(lambda values: base64.urlsafe_b64encode(json.dumps([0, *values]).encode()).decode()),
        )
    )
    def test_a_cursor_of_nonsense_counts_as_the_first_page(self, cursor: Any) -> None:
        """Nobody gets an error page by editing an address."""
        fill([("甲", 1, 0), ("乙", 2, 0), ("丙", 3, 0)])
        found = page(("-created_at", "-id"), cursor, 2)
        assert len(found.rows) <= 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        ["abc", 1],
        ["2026-13-45", 1],
        ["2026-03-05", "x"],
        [5, 5],
        ["a\x00b", 1],
        ["2026-03-05T00:00:00", 10**30],
    ],
)
def test_cursors_of_the_right_shape_and_wrong_content_count_as_the_first_page(values: list[Any]) -> None:
    """Each of these reached the database once."""
    fill([("甲", 1, 0), ("乙", 2, 0), ("丙", 3, 0)])
    cursor = base64.urlsafe_b64encode(json.dumps([0, *values]).encode()).decode()
    assert page(("-created_at", "-id"), cursor, 2).previous_cursor is None or values[1] == 10**30
    assert len(page(("-created_at", "-id"), cursor, 2).rows) <= 2


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_a_cursor_with_text_no_row_can_hold_counts_as_the_first_page(text: str) -> None:
    fill([("甲", 1, 0), ("乙", 2, 0)])
    values = [0, text, "2026-03-05T00:00:00Z", 1]
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    assert len(page(("kind", "-created_at", "id"), cursor, 5).rows) == 2
