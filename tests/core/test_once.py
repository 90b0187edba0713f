"""One question, one answer while a page is read; every question afresh while something may change."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext

from apps.core.middleware import ReadingMiddleware
from apps.core.once import once, reading
from apps.workflow.policies import reach_of
from tests.factories.world import World


def test_within_a_reading_the_same_question_is_asked_once() -> None:
    asked: list[int] = []

    @once
    def doubled(number: int) -> int:
        asked.append(number)
        return number * 2

    with reading():
        assert [doubled(2), doubled(3), doubled(2)] == [4, 6, 4]
    assert asked == [2, 3]
    assert doubled(2) == 4
    assert asked == [2, 3, 2]


def test_one_reading_knows_nothing_of_another_and_a_refusal_is_not_kept() -> None:
    answers: Iterator[int | ValueError] = iter([ValueError("not now"), 1, 2])

    @once
    def next_answer() -> int:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    with reading():
        with pytest.raises(ValueError, match="not now"):
            next_answer()
        assert next_answer() == next_answer() == 1
    with reading():
        assert next_answer() == 2


@pytest.mark.parametrize(("method", "times"), [("GET", 1), ("HEAD", 1), ("POST", 2), ("PUT", 2)])
def test_only_requests_that_read_remember(method: str, times: int) -> None:
    asked: list[None] = []

    @once
    def noted() -> None:
        asked.append(None)

    def answered(_request: HttpRequest) -> HttpResponse:
        noted()
        noted()
        return HttpResponse()

    request = HttpRequest()
    request.method = method
    ReadingMiddleware(answered)(request)
    assert len(asked) == times


def test_for_whom_a_person_acts_is_read_once_a_page(world: World) -> None:
    person = world.person("director").pk
    with CaptureQueriesContext(connection) as queries, reading():
        assert reach_of(person) == reach_of(person)
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        assert reach_of(person) == reach_of(person)
    assert len(queries) == 4
