"""A service that others call: part of their transaction, or a transaction of its own."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from apps.core.clock import now
from apps.core.errors import InvalidState
from apps.core.joining import joins_verb
from apps.core.models import OutboxEvent


@joins_verb
def part(*, is_refused: bool) -> None:
    """Write a row, then refuse when told to."""
    OutboxEvent.objects.create(kind="test.Part", payload={}, next_attempt_at=now(), created_at=now())
    if is_refused:
        raise InvalidState("不行。")


@transaction.atomic
def verb(*parts: Callable[[], None]) -> None:
    """A verb made of parts."""
    for one in parts:
        one()


@pytest.mark.django_db(transaction=True)
def test_inside_a_verb_no_savepoint_is_set() -> None:
    with CaptureQueriesContext(connection) as sent:
        verb(lambda: part(is_refused=False))
    assert not [query["sql"] for query in sent if "SAVEPOINT" in query["sql"]]
    assert OutboxEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_refused_part_takes_the_whole_verb_back() -> None:
    with pytest.raises(InvalidState):
        verb(lambda: part(is_refused=False), lambda: part(is_refused=True))
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_verb_that_swallows_the_refusal_of_a_part_cannot_go_on() -> None:
    def swallowing() -> None:
        with pytest.raises(InvalidState):
            part(is_refused=True)
        OutboxEvent.objects.count()

    with pytest.raises(TransactionManagementError):
        verb(swallowing)
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_alone_a_part_has_its_own_transaction() -> None:
    with pytest.raises(InvalidState):
        part(is_refused=True)
    assert OutboxEvent.objects.count() == 0
    part(is_refused=False)
    assert OutboxEvent.objects.count() == 1


@pytest.mark.django_db
def test_in_a_test_case_a_refused_part_leaves_the_connection_usable() -> None:
    with pytest.raises(InvalidState):
        part(is_refused=True)
    assert OutboxEvent.objects.count() == 0
