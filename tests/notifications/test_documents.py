"""Looking at a document is enough: its notices need no more attention."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.notifications.models import Notice
from apps.notifications.selectors import unread_count
from tests.factories.world import World
from tests.helpers.outgoing import submitted


@pytest.mark.django_db
def test_opening_a_document_reads_its_notices_and_no_others(
    world: World, client_as: Callable[[str], Client], drain: Callable[[], int]
) -> None:
    """The badge of the section chief goes from two to one."""
    first, second = submitted(world), submitted(world)
    drain()
    chief = world.actor("section_chief")
    assert unread_count(chief) == 2
    assert client_as("section_chief").get(f"/documents/outgoing/{first.pk}/").status_code == 200
    assert unread_count(chief) == 1
    assert Notice.objects.get(person_id=chief.person_id, read_at__isnull=True).subject_id == second.pk
