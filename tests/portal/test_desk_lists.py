"""The desk's lists with words and filters: each equals a scan of the person's rows, wherever the search finds them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.models import Delegation
from apps.core import streams
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.words import text_has, words_of
from apps.documents.enums import OutgoingStatus
from apps.portal import selectors
from apps.portal.desk import Tab
from apps.portal.selectors import DeskQuery, desk_page
from apps.workflow.models import Follow, Matter
from apps.workflow.selectors import inbox
from apps.workflow.services import reading_done, reading_send
from tests.factories.world import World
from tests.helpers.depth import examples, first_quick
from tests.helpers.incoming import assigned, completed, registered
from tests.helpers.outgoing import carried, drafted, submitted

pytestmark = pytest.mark.django_db
WORDS = ("", "通知", "龘", "17号", "通", "防汛 通知", "关于")[: examples(quick=4, long=7)]
SOURCES = {
    Tab.TODO: inbox.tasks_todo,
    Tab.DONE: inbox.tasks_done,
    Tab.READING: inbox.readings_todo,
    Tab.READ: inbox.readings_done,
    Tab.INITIATED: inbox.matters_initiated,
    Tab.FOLLOWED: inbox.matters_followed,
}


@pytest.fixture
def busy(world: World) -> World:
    """People with acts of several steps in one matter, done for others too, reads and things followed."""
    drafted(world)
    written = submitted(world, title="岱海市人民政府办公室关于加强值守的通知")
    for status in (OutgoingStatus.OFFICE_REVIEW, OutgoingStatus.NUMBERING):
        carried(world, status)
    sent = reading_send(
        actor=world.actor("drafter"),
        matter=written.matter,  # type: ignore[arg-type]  # submitted
        appointments=[world.post("clerk"), world.post("deputy")],
    )
    reading_done(actor=world.actor("clerk"), reading_ids=[sent[0].pk])
    for received in (registered, assigned, completed):
        received(world)
    Delegation.objects.create(
        delegator=world.post("head"),
        delegate=world.post("deputy"),
        kind=Delegation.Kind.ACTING,
        scope=[],
        starts_at=now() - timedelta(hours=1),
        ends_at=now() + timedelta(days=1),
        reason="出差",
        created_at=now(),
    )
    for place, matter in enumerate(Matter.objects.order_by("pk")):
        Matter.objects.filter(pk=matter.pk).update(urgency=("", "urgent")[place % 2])
        Follow.objects.create(matter=matter, person=world.person("clerk"), created_at=now())
    carried(world, OutgoingStatus.SIGNING)
    return world


def people(world: World) -> Iterator[Actor]:
    """Who does most, who acts for another, who has nothing."""
    for key in ("drafter", "clerk", "deputy", "bureau_clerk", "bureau_chief", "stranger"):
        yield world.actor(key)


def truth(actor: Actor, tab: Tab, *, text: str, only: str) -> list[int]:
    """The rows by a scan, in the list's order."""
    prefix = selectors.MATTER_PREFIX.get(tab, "")
    rows: Any = SOURCES[tab](actor).filter(text_has(words_of(text), prefix))
    if only != "all":
        rows = rows.filter(**{f"{prefix}urgency": only})
    return list(rows.order_by(*selectors.ORDERS[tab]).values_list("pk", flat=True))


def listed(actor: Actor, tab: Tab, monkeypatch: pytest.MonkeyPatch, **wanted: str) -> list[int]:
    """The rows of the pages, two by two, as they are drawn."""
    found: list[int] = []
    monkeypatch.setattr(selectors, "_row", lambda _actor, _tab, row: found.append(row.pk))
    monkeypatch.setattr(
        selectors, "union_page", lambda *rows, **how: streams.union_page(*rows, **how | {"size": 2})
    )
    cursor = ""
    while True:
        page = desk_page(actor, DeskQuery(tab=tab, cursor=cursor, **wanted))
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


@pytest.mark.parametrize(
    ("window", "most"),
    first_quick([(2000, 0), (1, None), (2, None), (2000, None)]),
)
def test_every_list_of_everybody_is_what_a_scan_gives(
    busy: World, window: int, most: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a window ends among acts of which only the latest counts, or the search begins at the index."""
    monkeypatch.setattr(streams, "WINDOW", window)
    monkeypatch.setattr(streams, "most_with", lambda *_: most)
    for actor in people(busy):
        for tab in SOURCES:
            for text in WORDS:
                assert listed(actor, tab, monkeypatch, text=text) == truth(actor, tab, text=text, only="all")
            assert listed(actor, tab, monkeypatch, only="urgent") == truth(actor, tab, text="", only="urgent")
