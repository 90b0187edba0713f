"""What modules of these tests may share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories.world import World
from tests.helpers.exchange import sealed
from tests.helpers.keeping import kept


@pytest.fixture(scope="module")
def sealed_before(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The city with a sealed document that waits for distribution; a module that wants it lets its `world` be a copy."""
    with kept(django_db_blocker):
        world = World.build()
        world.ready.append(sealed(world).pk)
        yield world
