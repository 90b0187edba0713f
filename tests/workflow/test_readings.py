"""Reads: sent once, read once, cancelled while unread, urged only where unread."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.core.models import OutboxEvent
from apps.workflow.models import Reading, StepLog
from apps.workflow.selectors import reading_tree, readings_done, readings_todo
from apps.workflow.services import matter_read, reading_cancel, reading_done, reading_send, readings_urge
from tests.workflow.conftest import Desk

MORNING = datetime(2026, 11, 20, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))


def send(desk: Desk, *keys: str) -> list[Reading]:
    """The clerk circulates the matter."""
    posts = [desk.world.post(key) for key in keys]
    return reading_send(actor=desk.actor("clerk"), matter=desk.matter, appointments=posts)


def test_readers_get_it_in_rank_order_and_the_log_says_so(desk: Desk) -> None:
    """The bureau before the county."""
    readings = send(desk, "county_clerk", "bureau_clerk")
    assert [reading.person_id for reading in readings] == [
        desk.world.person(key).pk for key in ("bureau_clerk", "county_clerk")
    ]
    line = StepLog.objects.latest("id")
    assert (line.verb, line.to_text) == ("传阅", "叶知秋、白露")
    event = OutboxEvent.objects.get(kind="workflow.ReadingSent")
    assert event.payload["reading_ids"] == [reading.pk for reading in readings]


def test_who_has_it_already_is_passed_over(desk: Desk) -> None:
    """Sending again adds only the new reader."""
    send(desk, "bureau_clerk")
    assert [reading.person for reading in send(desk, "bureau_clerk", "county_clerk")] == [
        desk.world.person("county_clerk")
    ]


def test_sending_to_nobody_is_refused(desk: Desk) -> None:
    """Also when everybody named has left."""
    with pytest.raises(ValidationFailed, match="请选择传阅对象"):
        send(desk)
    with pytest.raises(ValidationFailed):
        send(desk, "leaver")


def test_reading_counts_once_and_only_for_oneself(desk: Desk) -> None:
    """A batch with somebody else's read leaves that one alone."""
    mine, other = send(desk, "bureau_clerk", "county_clerk")
    actor = desk.actor("bureau_clerk")
    assert reading_done(actor=actor, reading_ids=[mine.pk, other.pk]) == 1
    assert reading_done(actor=actor, reading_ids=[mine.pk]) == 0
    assert list(readings_todo(actor)) == []
    assert [row.pk for row in readings_done(actor)] == [mine.pk]
    assert [row.pk for row in readings_todo(desk.actor("county_clerk"))] == [other.pk]


def test_opening_the_matter_is_reading_it(desk: Desk) -> None:
    """No second click is asked for."""
    send(desk, "bureau_clerk")
    assert matter_read(actor=desk.actor("bureau_clerk"), matter=desk.matter) == 1
    assert matter_read(actor=desk.actor("bureau_clerk"), matter=desk.matter) == 0


def test_a_read_can_be_cancelled_by_its_sender_until_it_is_read(desk: Desk) -> None:
    """And may be sent again afterwards."""
    (reading,) = send(desk, "bureau_clerk")
    with pytest.raises(NotFound):
        reading_cancel(actor=desk.actor("deputy"), reading_ids=[reading.pk])
    assert reading_cancel(actor=desk.actor("clerk"), reading_ids=[reading.pk]) == 1
    assert list(readings_todo(desk.actor("bureau_clerk"))) == []
    (again,) = send(desk, "bureau_clerk")
    reading_done(actor=desk.actor("bureau_clerk"), reading_ids=[again.pk])
    with pytest.raises(InvalidState, match="已阅，不能取消"):
        reading_cancel(actor=desk.actor("clerk"), reading_ids=[again.pk])


def test_urging_reaches_only_those_who_have_not_read(desk: Desk) -> None:
    """Twice within ten minutes is refused with the reason; when all have read there is nobody."""
    mine, other = send(desk, "bureau_clerk", "county_clerk")
    reading_done(actor=desk.actor("bureau_clerk"), reading_ids=[mine.pk])
    with time_machine.travel(MORNING, tick=False):
        assert readings_urge(actor=desk.actor("clerk"), matter=desk.matter) == 1
        with pytest.raises(InvalidState, match="稍后"):
            readings_urge(actor=desk.actor("clerk"), matter=desk.matter)
    urged = [row.payload["reading_id"] for row in OutboxEvent.objects.filter(kind="workflow.ReadingUrged")]
    assert urged == [other.pk]
    with time_machine.travel(MORNING + timedelta(minutes=11), tick=False):
        assert readings_urge(actor=desk.actor("clerk"), matter=desk.matter) == 1
    reading_done(actor=desk.actor("county_clerk"), reading_ids=[other.pk])
    with pytest.raises(InvalidState, match="均已阅"):
        readings_urge(actor=desk.actor("clerk"), matter=desk.matter)


def test_the_tree_counts_by_unit(desk: Desk) -> None:
    """Two of three have read, by organ in rank order."""
    sent = send(desk, "county_clerk", "bureau_clerk", "bureau_chief")
    for key in ("bureau_clerk", "county_clerk"):
        reading_done(actor=desk.actor(key), reading_ids=[reading.pk for reading in sent])
    tree = reading_tree(desk.matter)
    assert (tree.read_count, tree.total) == (2, 3)
    assert [(unit.name, unit.read_count, unit.total) for unit in tree.units] == [
        ("市大数据局", 1, 2),
        ("青石县政府办公室", 1, 1),
    ]
    assert [unit.name for unit in tree.unread_units] == ["市大数据局"]
