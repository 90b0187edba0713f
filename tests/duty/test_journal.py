"""The log and its handover."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from apps.core import clock, streams
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.core.words import text_has, words_of
from apps.duty import services
from apps.duty.enums import EntryKind, WatchState
from apps.duty.models import DutyLogEntry
from apps.duty.selectors.journal import LogFilter, entries_first, entries_page
from apps.duty.selectors.watches import room_of
from apps.duty.services import EntryDraft
from tests.factories.world import World
from tests.helpers.duty import MONDAY, published, taken, watch_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def line(text: str = "市气象台来电，今夜有大风。", **more: object) -> EntryDraft:
    """What came in."""
    return EntryDraft(kind=EntryKind.INFORMATION, text=text, **more)  # type: ignore[arg-type]  # facts of a test


def test_the_next_watch_begins_only_when_the_one_before_is_closed_in_writing(world: World) -> None:
    watch = taken(world)
    officer = world.actor("duty_officer")
    services.log_write(actor=officer, draft=line())
    following = watch_at(watch.roster, 3)
    with clock.at(MONDAY + timedelta(days=1)):
        with pytest.raises(InvalidState, match="还没有交班"):
            services.watch_take(actor=officer, watch_id=following.pk)
        services.watch_hand_over(actor=officer, watch_id=watch.pk, summary="平稳。", pending="跟踪大风预警。")
        now_on = services.watch_take(actor=officer, watch_id=following.pk)
    assert now_on.state == WatchState.ON
    assert [entry.text for entry in now_on.entries.all()] == ["跟踪大风预警。"]


def test_a_closed_log_takes_no_line(world: World) -> None:
    watch = taken(world)
    officer = world.actor("duty_officer")
    with clock.at(watch.ends_at):
        services.watch_hand_over(actor=officer, watch_id=watch.pk, summary="平稳。", pending="")
        with pytest.raises(InvalidState, match="请先接班"):
            services.log_write(actor=officer, draft=line())


def test_no_watch_is_left_without_a_log(world: World) -> None:
    """Handed over half an hour before the end at the earliest; from then on the page offers the next watch, never a closed one."""
    watch = taken(world)
    officer, organ_id = world.actor("duty_officer"), watch.organ_id
    with (
        clock.at(watch.ends_at - timedelta(minutes=31)),
        pytest.raises(InvalidState, match="最早提前 30 分钟交班"),
    ):
        services.watch_hand_over(actor=officer, watch_id=watch.pk, summary="平稳。", pending="")
    with clock.at(watch.ends_at - timedelta(minutes=30)):
        services.watch_hand_over(actor=officer, watch_id=watch.pk, summary="平稳。", pending="")
        offered = room_of(organ_id).to_take
        assert offered == watch_at(watch.roster, 3)
        services.watch_take(actor=officer, watch_id=offered.pk)
        assert room_of(organ_id).to_take is None


def test_a_line_sent_twice_is_written_once_and_never_changes(world: World) -> None:
    watch = taken(world)
    officer = world.actor("duty_officer")
    first = services.log_write(actor=officer, draft=line(), key="one")
    services.log_write(actor=officer, draft=line("又来电。"), key="two")
    again = services.log_write(actor=officer, draft=line(), key="one")
    assert first.pk == again.pk
    with clock.at(watch.ends_at):
        services.watch_hand_over(actor=officer, watch_id=watch.pk, summary="平稳。", pending="")
    late = services.log_write(actor=officer, draft=line(), key="one")
    assert late.pk == first.pk, "sent again after the handover it is still that line"
    with pytest.raises(DatabaseError), transaction.atomic():
        DutyLogEntry.objects.filter(pk=first.pk).update(text="另一个说法")


def test_a_correction_stands_beside_what_was_written(world: World) -> None:
    taken(world)
    officer = world.actor("duty_officer")
    first = services.log_write(actor=officer, draft=line())
    correction = services.log_correct(actor=officer, entry_id=first.pk, text="应为明日夜间。")
    assert correction.corrects_id == first.pk
    with pytest.raises(ValidationFailed, match="不能更正更正"):
        services.log_correct(actor=officer, entry_id=correction.pk, text="再改。")


def test_bad_lines_are_refused_with_a_reason(world: World) -> None:
    taken(world)
    officer = world.actor("duty_officer")
    for draft, words in (
        (EntryDraft(kind="gossip", text="…"), "类别"),
        (line(""), "请填写内容"),
        (line("字" * 4001), "不能超过"),
        (line(happened_at=MONDAY + timedelta(hours=1)), "不能晚于现在"),
        (line("秘密★1年"), "非涉密"),
    ):
        with pytest.raises(ValidationFailed, match=words):
            services.log_write(actor=officer, draft=draft)
    assert not DutyLogEntry.objects.exists()


def test_only_the_watch_and_the_duty_office_keep_the_log(world: World) -> None:
    watch = taken(world)
    on_watch = {shift.appointment_id for shift in watch.shifts.all()}
    other = next(key for key in ("secretary", "drafter", "clerk") if world.post(key).pk not in on_watch)
    with pytest.raises(Forbidden, match="值班室和本班"):
        services.log_write(actor=world.actor(other), draft=line())
    mine = next(key for key in world.posts if world.post(key).pk in on_watch)
    assert services.log_write(actor=world.actor(mine), draft=line()).pk


def test_taking_over_too_early_too_late_or_from_a_draft_is_refused(world: World) -> None:
    roster = published(world)
    officer = world.actor("duty_officer")
    with pytest.raises(InvalidState, match="还没有到接班时间"):
        services.watch_take(actor=officer, watch_id=watch_at(roster, 3).pk)
    with pytest.raises(InvalidState, match="时间已过"):
        services.watch_take(actor=officer, watch_id=watch_at(roster, 1).pk)


@pytest.mark.parametrize("window", [1, 2000])
def test_the_log_is_searched_to_the_end_of_its_lines(
    world: World, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In what was said, by whom, and what came of it: what a scan finds."""
    monkeypatch.setattr(streams, "WINDOW", window)
    taken(world)
    officer = world.actor("duty_officer")
    services.log_write(actor=officer, draft=line())
    services.log_write(actor=officer, draft=line("水位上涨。", source="省水文站 ＡＢ", result="已报告"))
    services.log_write(actor=officer, draft=line("又" * 3990 + "，渡口停航。"))
    organ = world.organs["office"].pk
    for text in ("大风", "风", "水文站 上涨", "ab", "已报告", "停航", "渡口 又又", "龘", ""):
        rows = DutyLogEntry.objects.filter(text_has(words_of(text)), organ_id=organ)
        found = entries_page(organ, LogFilter(text=text)).rows
        assert found == list(rows.order_by("-happened_at", "-id"))
        assert found == entries_first(organ, LogFilter(text=text), 100)
    assert len(entries_page(organ, LogFilter(text="停航")).rows) == 1
    assert not entries_page(world.organs["data"].pk, LogFilter(text="大风")).rows
