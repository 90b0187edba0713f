"""Two hundred clerks ask for numbers at once: no duplicate, no unexplained gap, no document with two."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, connections

from apps.core.clock import today
from apps.core.errors import HouseError
from apps.documents.enums import NumberStatus
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import DocumentNumber, OutgoingDocument
from apps.documents.selectors.numbering import unexplained_gaps
from apps.documents.services.numbering import number_reserve, number_use, number_void, series_ready
from tests.factories.world import World
from tests.helpers.outgoing import carried

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, TIMES = 200, 5
T = TypeVar("T")


def together(count: int, work: Callable[[int], T]) -> list[T | HouseError]:
    """Run `work(n)` in `count` threads that start at one moment; results or the house's refusals."""
    barrier = threading.Barrier(count, timeout=60)

    def run(number: int) -> T | HouseError:
        try:
            barrier.wait()
            return work(number)
        except HouseError as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.long
def test_two_hundred_threads_times_five_give_a_thousand_serials_without_gap(world: World) -> None:
    clerk = world.actor("clerk")
    series = series_ready(organ=world.organs["office"], year=today().year)

    def work(_number: int) -> list[int]:
        return [
            number_reserve(actor=clerk, series_id=series.pk, reason="并发占号").serial for _ in range(TIMES)
        ]

    found = [serials for serials in together(_threads(), work) if isinstance(serials, list)]
    serials = sorted(serial for some in found for serial in some)
    assert serials == list(range(1, _threads() * TIMES + 1))
    series.refresh_from_db()
    assert list(unexplained_gaps(series)) == []


def _threads() -> int:
    """As many threads as the server has room for, at most two hundred."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting::int FROM pg_settings WHERE name = 'max_connections'")
        return min(THREADS, int(cursor.fetchone()[0]) - 20)


def test_documents_numbered_at_once_each_get_one_number(world: World) -> None:
    documents = [carried(world, Status.NUMBERING) for _ in range(8)]
    clerk = world.actor("clerk")

    def work(number: int) -> str:
        document = documents[number % 8]
        return number_use(
            actor=clerk, document_id=document.pk, expected_version=document.version
        ).document_number

    results = together(24, work)
    given = [result for result in results if isinstance(result, str)]
    assert len(given) == len(set(given)) == 8
    assert DocumentNumber.objects.filter(status=NumberStatus.USED).count() == 8
    assert OutgoingDocument.objects.filter(status=Status.TYPESET).count() == 8


def test_a_serial_is_used_or_voided_and_never_both(world: World) -> None:
    clerk = world.actor("clerk")
    series = series_ready(organ=world.organs["office"], year=today().year)
    pairs = [
        (carried(world, Status.NUMBERING), number_reserve(actor=clerk, series_id=series.pk, reason="占号"))
        for _ in range(6)
    ]

    def work(number: int) -> None:
        document, serial = pairs[number // 2]
        if number % 2:
            number_void(actor=clerk, number_id=serial.pk, reason="不用了")
        else:
            version = document.version
            number_use(actor=clerk, document_id=document.pk, expected_version=version, number_id=serial.pk)

    results = together(len(pairs) * 2, work)
    assert sum(result is None for result in results) == len(pairs)
    for document, serial in pairs:
        document.refresh_from_db()
        serial.refresh_from_db()
        is_used = serial.status == NumberStatus.USED
        assert document.document_number == (str(serial) if is_used else "")


@pytest.mark.long
def test_one_reserved_number_wanted_by_many_goes_to_one(world: World) -> None:
    clerk = world.actor("clerk")
    series = series_ready(organ=world.organs["office"], year=today().year)
    reserved = number_reserve(actor=clerk, series_id=series.pk, reason="占号")
    documents = [carried(world, Status.NUMBERING) for _ in range(6)]

    def work(number: int) -> str:
        document = documents[number]
        return number_use(
            actor=clerk,
            document_id=document.pk,
            expected_version=document.version,
            number_id=reserved.pk,
        ).document_number

    results = together(6, work)
    assert sum(isinstance(result, str) for result in results) == 1
    assert DocumentNumber.objects.get().status == NumberStatus.USED
