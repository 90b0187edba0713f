"""Who is told what when copies travel: each desk of its own copy, the sender of a return; done work tells nobody."""

from collections.abc import Callable
from copy import deepcopy

import pytest

from apps.documents.services.exchange import dispatch_recall, dispatch_return, dispatch_sign, dispatch_urge
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.exchange import copy_of, dispatch_to, distributed

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def world(sealed_before: World, db: None) -> World:
    """Each test's own view of it."""
    return deepcopy(sealed_before)


Drain = Callable[[], int]


def notices_of(world: World, key: str) -> list[str]:
    """Titles of the person's unread notices about documents sent and received, oldest first."""
    rows = Notice.objects.filter(person=world.person(key), key__startswith="dispatch:", read_at=None)
    return list(rows.order_by("id").values_list("title", flat=True))


def test_each_receiving_desk_hears_of_its_copy_once(world: World, drain: Drain) -> None:
    document = distributed(world)
    drain()
    drain()
    assert notices_of(world, "bureau_clerk") == [f"待签收：{document.title}"]
    assert notices_of(world, "county_clerk") == [f"待签收：{document.title}"]
    assert notices_of(world, "bureau_head") == []


def test_a_copy_signed_before_the_worker_came_tells_nobody(world: World, drain: Drain) -> None:
    document = distributed(world)
    dispatch_sign(
        actor=world.actor("bureau_clerk"), incoming_ids=[copy_of(document, world.organs["data"]).pk]
    )
    drain()
    assert notices_of(world, "bureau_clerk") == []


def test_signing_settles_the_notice(world: World, drain: Drain) -> None:
    document = distributed(world)
    drain()
    dispatch_sign(
        actor=world.actor("bureau_clerk"), incoming_ids=[copy_of(document, world.organs["data"]).pk]
    )
    drain()
    assert notices_of(world, "bureau_clerk") == []


def test_a_return_is_told_to_the_sending_desk_and_the_drafter_with_its_reason(
    world: World, drain: Drain
) -> None:
    document = distributed(world)
    dispatch_return(
        actor=world.actor("bureau_clerk"),
        incoming_id=copy_of(document, world.organs["data"]).pk,
        reason="非本机关职责。",
    )
    drain()
    for key in ("clerk", "drafter"):
        assert notices_of(world, key) == [f"市大数据局退文：{document.title}"]
    assert Notice.objects.filter(person=world.person("drafter"), text="非本机关职责。").exists()


def test_a_recall_is_told_to_the_receiving_desk(world: World, drain: Drain) -> None:
    document = distributed(world)
    drain()
    dispatch_recall(
        actor=world.actor("clerk"),
        dispatch_id=dispatch_to(document, world.organs["data"]).pk,
        reason="附件有误",
    )
    drain()
    assert notices_of(world, "bureau_clerk") == [f"市政府办公室撤回：{document.title}"]


def test_urging_is_heard_only_where_nobody_has_signed(world: World, drain: Drain) -> None:
    document = distributed(world)
    dispatch_sign(
        actor=world.actor("bureau_clerk"), incoming_ids=[copy_of(document, world.organs["data"]).pk]
    )
    drain()
    dispatch_urge(actor=world.actor("clerk"), document_id=document.pk)
    drain()
    assert notices_of(world, "bureau_clerk") == []
    assert f"催收：{document.title}" in notices_of(world, "finance_clerk")
