"""What a meeting agreed is followed up: one item a matter, its light on the meeting's page."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.meetings.services.issuing import meeting_end
from apps.meetings.services.minutes import matter_add
from apps.supervision import services
from apps.supervision.models import SupervisionItem
from apps.supervision.services.installation import classes_install
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, running

pytestmark = pytest.mark.django_db


def test_agreed_matters_become_items_once_and_show_their_light(
    world: World, client_as: Callable[[str], Client]
) -> None:
    classes_install()
    with clock.at(MONDAY):
        meeting = running(world)
    chief = world.actor("section_chief")
    with clock.at(meeting.starts_at + timedelta(hours=1)):
        for words, key, due in (("编制目录", "data", date(2026, 12, 4)), ("统筹经费", "finance", None)):
            matter_add(
                actor=chief, meeting_id=meeting.pk, text=words, organ_id=world.organs[key].pk, due_on=due
            )
        address, page = (
            reverse("supervision:from_meeting", args=[meeting.pk]),
            reverse("meetings:meeting", args=[meeting.pk]),
        )
        director = client_as("director")
        assert director.post(address).status_code == 409
        meeting_end(actor=chief, meeting_id=meeting.pk)
        assert "2 项议定事项登记督办" in director.get(page).content.decode()
        assert "登记督办" not in client_as("bureau_head").get(page).content.decode()
        assert client_as("stranger").post(address).status_code == 403
        assert client_as("bureau_head").post(address).status_code == 403
        assert client_as("county_clerk").post(address).status_code == 404
        assert director.post(address, {"key": "a"}).status_code == 303
        assert director.post(address, {"key": "a"}).status_code == 303
        assert director.post(address, {"key": "b"}).status_code == 409
        items = list(SupervisionItem.objects.order_by("pk"))
        assert [(one.title, one.source, one.lead_organ_id) for one in items] == [
            ("编制目录", "meeting", world.organs["data"].pk),
            ("统筹经费", "meeting", world.organs["finance"].pk),
        ]
        services.item_establish(actor=world.actor("director"), item_id=items[0].pk)
        services.item_assign(actor=world.actor("supervisor"), item_id=items[0].pk)
        items[0].refresh_from_db()
        assert items[0].due_at is not None
        assert clock.local(items[0].due_at).date() == date(2026, 12, 4)
        shown = director.get(page).content.decode()
        assert items[0].number in shown
        assert "已交办" in shown
