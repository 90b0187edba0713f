"""Supervision items of the cast: the office supervises, the data bureau leads, finance helps."""

from datetime import datetime
from typing import Any

from apps.core import clock
from apps.supervision import services
from apps.supervision.enums import Act, State
from apps.supervision.models import SupervisionItem
from apps.supervision.services import ItemDraft
from apps.supervision.services.installation import classes_install
from tests.factories.world import World
from tests.helpers.replay import replayed

MONDAY = datetime(2026, 11, 2, 9, 30, tzinfo=clock.CITY_ZONE)


def draft(world: World, **more: Any) -> ItemDraft:
    """Ten working days for the data bureau."""
    facts: dict[str, Any] = {
        "class_code": "instruction",
        "title": "梳理跨部门数据共享需求",
        "lead_organ_id": world.organs["data"].pk,
        "assisting_ids": [world.organs["finance"].pk],
        "workdays": 10,
    }
    return ItemDraft(**(facts | more))


@replayed
def proposed(world: World, **more: Any) -> SupervisionItem:
    """Registered by the supervising section."""
    classes_install()
    return services.item_propose(actor=world.actor("supervisor"), draft=draft(world, **more))


@replayed
def brought(world: World, state: State, **more: Any) -> SupervisionItem:
    """An item carried to a state by the people whose work it is."""
    item = proposed(world, **more)
    for reached, verb in WAY:
        if item.state == state:
            break
        verb(world, item.pk)
        item.refresh_from_db()
        assert item.state == reached
    assert item.state == state
    return SupervisionItem.objects.get(pk=item.pk)


def _act(key: str, act: Act) -> Any:
    return lambda world, pk: services.item_act(actor=world.actor(key), item_id=pk, act=act, words="已办。")


WAY: tuple[tuple[State, Any], ...] = (
    (State.ESTABLISHED, lambda world, pk: services.item_establish(actor=world.actor("director"), item_id=pk)),
    (State.ASSIGNED, lambda world, pk: services.item_assign(actor=world.actor("supervisor"), item_id=pk)),
    (State.ACCEPTED, lambda world, pk: services.item_accept(actor=world.actor("bureau_clerk"), item_id=pk)),
    (State.IN_PROGRESS, _act("bureau_clerk", Act.BEGIN)),
    (
        State.REPORTED,
        lambda world, pk: services.report_write(
            actor=world.actor("bureau_head"), item_id=pk, text="已完成过半。", progress=60
        ),
    ),
    (
        State.CLOSING_REVIEW,
        lambda world, pk: services.item_apply_close(
            actor=world.actor("bureau_head"), item_id=pk, words="全部完成。"
        ),
    ),
    (State.COMPLETED, lambda world, pk: services.item_complete(actor=world.actor("director"), item_id=pk)),
    (State.STRUCK_OFF, _act("director", Act.STRIKE_OFF)),
    (
        State.EVALUATED,
        lambda world, pk: services.item_evaluate(
            actor=world.actor("supervisor"), item_id=pk, grade="好", words="按时完成。"
        ),
    ),
)
