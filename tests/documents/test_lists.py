"""The lists of documents are unions of streams: each tab, filter and search equals a scan of what one may see."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Delegation
from apps.accounts.services import person_update
from apps.core import streams
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.models import OutboxEvent
from apps.core.streams import Union, union_counts, union_page
from apps.core.words import text_has, words_of
from apps.documents.enums import IncomingStatus, OutgoingStatus
from apps.documents.models import IncomingDocument, OutgoingDocument
from apps.documents.policies import incoming as incoming_policy
from apps.documents.policies import outgoing as outgoing_policy
from apps.documents.selectors import incoming, outgoing
from apps.documents.selectors.incoming import IncomingFilter
from apps.documents.selectors.outgoing import OutgoingFilter
from apps.workflow.models import Matter, Participation
from apps.workflow.services import reading_send, task_withdraw
from tests.factories.world import World
from tests.helpers.depth import examples, first_quick
from tests.helpers.incoming import assigned, completed, received, recorded, registered
from tests.helpers.outgoing import carried, drafted, submitted

pytestmark = pytest.mark.django_db
WORDS = (
    "通知", "17号", "关于 通知", "龘", "通", "安全生产", "许若溪", "〔2026〕", "１７", "防汛", "省政府 建设",
)[: examples(quick=4, long=11)]  # fmt: skip


@pytest.fixture
def busy(world: World) -> World:
    """Documents at many places, some sent to read, one to-do taken back, one held for somebody else."""
    drafted(world)
    outgoing_one = submitted(world)
    carried(world, OutgoingStatus.SIGNING)
    carried(world, OutgoingStatus.NUMBERING)
    withdrawn = submitted(world)
    task_withdraw(actor=world.actor("drafter"), run_id=withdrawn.matter.runs.get().pk)  # type: ignore[union-attr]  # submitted
    reading_send(
        actor=world.actor("drafter"),
        matter=outgoing_one.matter,  # type: ignore[arg-type]  # submitted
        appointments=[world.post("county_clerk"), world.post("deputy")],
    )
    received(world)
    recorded(world)
    registered(world)
    assigned(world)
    completed(world)
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
    return world


def people(world: World) -> Iterator[Actor]:
    """Of every kind: by authorship, for somebody else, by having read, by office; in the long run also by unit and not at all."""
    keys = ("drafter", "deputy", "county_clerk", "archivist", "section_chief", "head", "stranger")
    for key in keys[: examples(quick=4, long=len(keys))]:
        yield world.actor(key)


def walked(shown: QuerySet[Any], union: Union, order: tuple[str, ...], size: int) -> list[int]:
    """Ids, page after page; and back again they are the same."""
    forwards, cursor, last = [], "", ""
    while True:
        page = union_page(shown, union, order=order, cursor=cursor, size=size)
        forwards += [row.pk for row in page.rows]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
        last = page.next_cursor
    if last:
        page = union_page(shown, union, order=order, cursor=last, size=size)
        back = [row.pk for row in page.rows]
        while page.previous_cursor is not None:
            page = union_page(shown, union, order=order, cursor=page.previous_cursor, size=size)
            back = [row.pk for row in page.rows] + back
        assert back == forwards
    return forwards


@pytest.mark.parametrize(("window", "most"), first_quick([(2000, 0), (1, None), (2000, None)]))
def test_every_list_of_everybody_is_what_a_scan_gives(
    busy: World, window: int, most: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever part of it the search looks through before it asks the index, or when it begins there."""
    monkeypatch.setattr(streams, "WINDOW", window)
    monkeypatch.setattr(streams, "most_with", lambda *_: most)
    for actor in people(busy):
        for tab, (_, statuses) in outgoing.TABS.items():
            for text in ("", *WORDS) if tab in {"all", "review"} else ("",):
                truth = outgoing_policy.visible_to(actor).filter(text_has(words_of(text)))
                truth = truth.filter(status__in=statuses) if statuses else truth
                union = outgoing.documents_union(actor, OutgoingFilter(tab=tab, text=text))
                found = walked(outgoing.documents_shown(), union, outgoing.LIST_ORDER, 2)
                assert found == list(truth.order_by(*outgoing.LIST_ORDER).values_list("pk", flat=True))
        for tab, (_, stages) in incoming.TABS.items():
            for text in ("", *WORDS) if tab in {"all", "flow"} else ("",):
                seen = incoming_policy.visible_to(actor).filter(text_has(words_of(text)))
                seen = seen.filter(status__in=stages) if stages else seen
                union = incoming.incoming_union(actor, IncomingFilter(tab=tab, text=text))
                found = walked(incoming.incoming_shown(), union, incoming.LIST_ORDER, 2)
                assert found == list(seen.order_by(*incoming.LIST_ORDER).values_list("pk", flat=True))


def test_a_document_one_may_act_on_twice_is_one_line(world: World) -> None:
    """Acting for two who countersign: the page behind is not lost."""
    heads = (world.post("bureau_head"), world.post("finance_head"))
    for _ in range(3):
        carried(world, OutgoingStatus.COSIGN, cosign_ids=tuple(post.pk for post in heads))
    for post in heads:
        Delegation.objects.create(
            delegator=post,
            delegate=world.post("county_clerk"),
            kind=Delegation.Kind.ACTING,
            scope=[],
            starts_at=now() - timedelta(hours=1),
            ends_at=now() + timedelta(days=1),
            reason="出差",
            created_at=now(),
        )
    actor = world.actor("county_clerk")
    for text in ("", "防汛"):
        union = outgoing.documents_union(actor, OutgoingFilter(text=text))
        found = walked(outgoing.documents_shown(), union, outgoing.LIST_ORDER, 2)
        seen = outgoing_policy.visible_to(actor).order_by(*outgoing.LIST_ORDER)
        assert found == list(seen.values_list("pk", flat=True))
        assert len(found) == 3


@pytest.mark.long
def test_filters_of_the_lists_are_what_a_scan_gives(busy: World) -> None:
    """By year, kind, urgency, one's own, overdue."""
    for model in (OutgoingDocument, IncomingDocument):
        for place, pk in enumerate(model._default_manager.order_by("pk").values_list("pk", flat=True)):
            model._default_manager.filter(pk=pk).update(urgency=("", "urgent")[place % 2])
    IncomingDocument.objects.filter(status=IncomingStatus.HANDLE).update(
        deadline_at=now() - timedelta(days=1)
    )
    year = now().year
    for actor in people(busy):
        for wanted, scan in (
            (OutgoingFilter(year=year), {"created_at__year": year}),
            (OutgoingFilter(year=year - 1), {"created_at__year": year - 1}),
            (OutgoingFilter(document_type="notice"), {"document_type": "notice"}),
            (OutgoingFilter(urgency="urgent"), {"urgency": "urgent"}),
            (OutgoingFilter(mine=True), {"drafter_id": actor.person_id}),
        ):
            found = outgoing.documents_page(actor, wanted).rows
            truth = outgoing_policy.visible_to(actor).filter(**scan)
            assert [row.pk for row in found] == [row.pk for row in truth.order_by(*outgoing.LIST_ORDER)]
        for chosen in (
            IncomingFilter(urgency="urgent"),
            IncomingFilter(document_type="notice"),
            IncomingFilter(document_type="notice", urgency="urgent"),
            IncomingFilter(document_type="order"),
        ):
            arrived = incoming.incoming_page(actor, chosen).rows
            asked = {name: getattr(chosen, name) for name in ("urgency", "document_type")}
            asked = {name: value for name, value in asked.items() if value}
            seen = incoming_policy.visible_to(actor).filter(**asked).order_by(*incoming.LIST_ORDER)
            assert [row.pk for row in arrived] == [row.pk for row in seen]
        overdue = incoming_policy.visible_to(actor).filter(deadline_at__lt=now(), completed_at__isnull=True)
        rows = incoming.incoming_page(actor, IncomingFilter(overdue=True)).rows
        assert {row.pk for row in rows} == {row.pk for row in overdue}


@pytest.mark.long
def test_the_counts_are_what_a_scan_counts_up_to_what_is_shown(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond it they stop."""
    for actor in people(busy):
        for tab, count in outgoing.tab_counts(actor).items():
            seen = outgoing_policy.visible_to(actor).filter(status__in=outgoing.TABS[tab][1])
            assert count == seen.count()
        for tab, count in incoming.tab_counts(actor).items():
            assert count == incoming_policy.visible_to(actor).filter(status__in=incoming.TABS[tab][1]).count()
    monkeypatch.setattr(streams, "COUNT_LIMIT", 1)
    union = incoming.incoming_union(busy.actor("clerk"), IncomingFilter())
    assert union_counts({"all": union}, order=incoming.LIST_ORDER) == {"all": 2}


def test_a_part_knows_when_its_matter_closes_and_opens(world: World) -> None:
    """And is dated as the document is."""
    document = registered(world)
    parts = Participation.objects.filter(matter=document.matter)
    assert set(parts.values_list("dated_at", "is_open")) == {(document.received_at, True)}
    for moment, is_open in ((now(), False), (None, True)):
        Matter.objects.filter(incoming_document=document).update(closed_at=moment)
        assert set(parts.values_list("is_open", flat=True)) == {is_open}


def test_a_part_knows_how_urgent_its_document_is_and_of_what_kind(world: World) -> None:
    """By the database, also when either changes."""
    document = submitted(world, urgency="urgent")
    arrived = registered(world)
    for model, pk, matter in (
        (OutgoingDocument, document.pk, document.matter),
        (IncomingDocument, arrived.pk, arrived.matter),
    ):
        for urgency, kind in (("urgent", "notice"), ("", "opinion"), ("extra_urgent", "circular")):
            model._default_manager.filter(pk=pk).update(urgency=urgency, document_type=kind)
            parts = Participation.objects.filter(matter=matter)
            assert set(parts.values_list("urgency", "form")) == {(urgency, kind)}


def test_what_was_sent_back_is_not_late(world: World) -> None:
    late = assigned(world)
    IncomingDocument.objects.update(deadline_at=now() - timedelta(days=1))
    for status, count in ((late.status, 1), (IncomingStatus.RETURNED, 0)):
        IncomingDocument.objects.filter(pk=late.pk).update(status=status)
        assert len(incoming.incoming_page(world.actor("clerk"), IncomingFilter(overdue=True)).rows) == count


def test_the_text_that_is_searched_follows_the_document(world: World) -> None:
    """Title, number, signature and drafter of what goes out; title, sender and both numbers of what came in."""
    document = submitted(world)
    OutgoingDocument.objects.filter(pk=document.pk).update(
        title="关于Ａ４纸的通知", document_number="岱政办发〔2026〕3号"
    )
    document.refresh_from_db()
    assert document.search_text.startswith("关于a4纸的通知 岱政办发〔2026〕3号 ")
    assert document.search_text.endswith(" 许若溪")
    arrived = received(world, title="关于防汛的函")
    arrived.refresh_from_db()
    assert arrived.search_text == "关于防汛的函 市政府办公室 岱政办发〔2026〕17号"


def test_documents_are_found_by_the_drafters_present_name(world: World, drain: Callable[[], int]) -> None:
    """A filed one too, of which nothing else changes; other corrections of a person touch no document."""
    document, drafter = submitted(world), world.person("drafter")
    rows = OutgoingDocument.objects.filter(pk=document.pk)
    rows.update(status=OutgoingStatus.FILED)
    before = dict(rows.values().get())
    person_update(actor=None, person_id=drafter.pk, name="许若溪", phone="88061234")
    assert not OutboxEvent.objects.filter(kind__contains="PersonRenamed").exists()
    person_update(actor=None, person_id=drafter.pk, name="许如溪")
    drain()
    after = dict(rows.values().get())
    assert after.pop("search_text") == str(before.pop("search_text")).replace("许若溪", "许如溪")
    assert after == before
    wanted = OutgoingFilter(text="许如溪")
    assert [row.pk for row in outgoing.documents_page(world.actor("drafter"), wanted).rows] == [document.pk]


def test_a_filed_document_stays_read_only(world: World) -> None:
    """But for how it is found."""
    rows = OutgoingDocument.objects.filter(pk=submitted(world).pk)
    rows.update(status=OutgoingStatus.FILED)
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        rows.update(copies=2)


def test_a_search_on_the_page_finds_and_says_when_it_finds_nothing(
    world: World, client_as: Callable[[str], Client]
) -> None:
    received(world)
    client = client_as("bureau_clerk")
    address = reverse("documents:incoming_list")
    assert "做好防汛工作" in client.get(address, {"q": "汛"}).content.decode()
    assert "没有符合条件的收文" in client.get(address, {"q": "龘"}).content.decode()
    assert client.get(address, {"q": "%_\\'"}).status_code == 200
