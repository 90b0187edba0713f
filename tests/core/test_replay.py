"""What is put back for a test is what the services built, and only where it may be."""

import os
from collections import Counter
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument
from tests.factories.world import World
from tests.helpers import replay
from tests.helpers.outgoing import carried

pytestmark = pytest.mark.django_db
FEW = 10  # statements: what puts rows back, the row itself, savepoints


def written() -> set[tuple[str, str]]:
    """Every row there is, with its table; in which order they lie is the database's own affair."""
    tables = set(connection.introspection.table_names()) - {*replay.SESSIONS}
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', to_jsonb(t)::text FROM {connection.ops.quote_name(table)} t"  # noqa: S608  # names of ours
                for table in sorted(tables)
            )
        )
        return set(cursor.fetchall())


def counted(rows: set[tuple[str, str]]) -> Counter[str]:
    """How many there are of each table."""
    return Counter(table for table, _ in rows)


def taken_back(
    world: World, status: Status = Status.SIGNING
) -> tuple[OutgoingDocument, set[tuple[str, str]], int]:
    """A document at 签发 (or that step), all rows there were then, how many statements it took; nothing of it is left."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as asked:
            document = carried(world, status)
        rows = written()
        transaction.set_rollback(True)
    assert not OutgoingDocument.objects.exists()
    return document, rows, len(asked)


@pytest.fixture(autouse=True)
def _as_in_short() -> Iterator[None]:
    """Also in the long run, which builds always."""
    with patch.dict(os.environ, HYPOTHESIS_PROFILE="quick"), patch.dict(replay._known, clear=True):
        yield


def test_rows_come_back_as_they_were_built(world: World) -> None:
    """The same rows in every table, by a handful of statements."""
    built, rows, statements = taken_back(world)
    assert statements > FEW
    replay._course[-1].calls = ()  # as it was before: all has been taken back
    again, same, few = taken_back(world)
    assert again == built
    assert same == rows
    assert few <= FEW


def test_who_has_written_anything_gets_it_built(world: World) -> None:
    """What came before may make a difference."""
    taken_back(world)
    replay._course[-1].calls = ()
    world.person("head").save(update_fields=["phone"])
    assert taken_back(world)[2] > FEW


def test_what_fails_half_way_is_not_remembered(world: World) -> None:
    """Nor is the test's course believed to be known after it."""
    with (
        patch("tests.helpers.outgoing.outgoing_advance", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        taken_back(world)
    assert not [calls for calls in replay._known if "carried" in calls[-1] or "stepped" in calls[-1]]


def test_what_a_helper_begins_with_is_put_back_too(world: World) -> None:
    """A document one step further costs this one step; the rows are those of one built whole."""
    taken_back(world)
    replay._course[-1].calls = ()
    on_top, rows, few = taken_back(world, Status.RECHECK)
    replay._known.clear()
    replay._course[-1].calls = ()
    whole, same, statements = taken_back(world, Status.RECHECK)
    assert on_top.status == whole.status
    assert on_top.version == whole.version
    assert counted(rows) == counted(same)
    assert few < statements / 2
