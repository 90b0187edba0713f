"""Pages and doors of meetings: who gets in, what they see, and what a bad form answers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.meetings.door import screen_code
from apps.meetings.enums import AttendeeState
from apps.meetings.models import AgreedMatter, Attendee, Booking, Meeting
from apps.meetings.services.installation import procedure_set_up
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, answered, booked, notified, requested, room, running, slot

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def page(meeting: Meeting, name: str = "meeting", *more: str) -> str:
    """An address of a meeting."""
    return reverse(f"meetings:{name}", args=[meeting.pk, *more])


def test_the_grid_shows_a_booking_for_a_day_and_a_week_and_books(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        where = room(world)
        booked(world, where)
        browser = client_as("drafter")
        for query in (
            "?day=2026-11-03",
            f"?day=2026-11-05&room={where.pk}",
            f"?day=2026-11-03&book={where.pk}&from=09:30",
        ):
            assert "学习会" in browser.get(reverse("meetings:rooms") + query).content.decode()
        for query in ("?day=x", "?room=abc", "?room=" + "9" * 30):
            assert browser.get(reverse("meetings:rooms") + query).status_code == 200
        form = {
            "room": str(where.pk),
            "day": "2026-11-03",
            "from": "09:00",
            "until": "10:00",
            "purpose": "例会",
        }
        assert browser.post(reverse("meetings:book"), form).status_code == 303
        clash = browser.post(reverse("meetings:book"), form | {"key": "other"})
        assert clash.status_code == 409
        assert "可改订" in clash.content.decode()
        night = browser.post(reverse("meetings:book"), form | {"from": "23:00", "until": "01:00"})
        assert night.status_code == 422
        assert "跨零点" in night.content.decode()
        assert (
            "学习会"
            not in client_as("bureau_clerk")
            .get(reverse("meetings:rooms") + "?day=2026-11-03")
            .content.decode()
        )


def test_a_booking_is_done_with_by_its_booker_and_hidden_from_other_organs(
    world: World, client_as: As
) -> None:
    with clock.at(MONDAY):
        [made] = booked(world, room(world, confirm_minutes=30))
        address = reverse("meetings:booking", args=[made.pk])
        act = reverse("meetings:booking_act", args=[made.pk, "confirm"])
        assert client_as("bureau_clerk").get(address).status_code == 404
        assert client_as("bureau_clerk").post(act).status_code == 404
        assert client_as("section_chief").post(act).status_code == 403
        assert "确认使用" in client_as("drafter").get(address).content.decode()
        assert client_as("drafter").post(act).status_code == 303
        assert (
            client_as("drafter").post(reverse("meetings:booking_act", args=[made.pk, "nonsense"])).status_code
            == 404
        )
        moved = {"day": "2026-11-04", "from": "10:00", "until": "11:00"}
        assert (
            client_as("drafter")
            .post(reverse("meetings:booking_act", args=[made.pk, "change"]), moved)
            .status_code
            == 303
        )
        assert (
            client_as("drafter").post(reverse("meetings:booking_act", args=[made.pk, "cancel"])).status_code
            == 303
        )
    assert Booking.objects.get().state == "cancelled"


def test_the_page_of_a_meetings_booking_offers_the_meeting_instead(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        meeting = requested(world, room_id=room(world, manager=world.post("clerk")).pk, outside_place="")
        address = reverse("meetings:booking", args=[meeting.booking_id])
        act = reverse("meetings:booking_act", args=[meeting.booking_id, "cancel"])
        for who, may_see in (("section_chief", True), ("clerk", False)):
            shown = client_as(who).get(address).content.decode()
            assert (who, "取消预订" in shown, "请在会议页面办理" in shown) == (who, False, True)
            assert (who, page(meeting) in shown) == (who, may_see)
            assert client_as(who).post(act).status_code == 409
    assert Booking.objects.get().state == "confirmed"


def test_a_meeting_goes_through_its_pages(world: World, client_as: As, drain: Callable[[], int]) -> None:
    with clock.at(MONDAY):
        procedure_set_up()
        chief = client_as("section_chief")
        assert chief.get(reverse("meetings:new")).status_code == 200
        form = {
            "name": "防汛专题会", "kind": "special", "day": "2026-11-04", "from": "09:00", "until": "10:30",
            "outside_place": "三楼会议室", "organs": str(world.organs["data"].pk), "quota": "1", "substitute_allowed": "1",
            "host": str(world.post("head").pk), "key": "k",
        }  # fmt: skip
        assert chief.post(reverse("meetings:new"), form | {"day": ""}).status_code == 422
        assert chief.post(reverse("meetings:new"), form).status_code == 303
        meeting = Meeting.objects.get()
        assert chief.get(page(meeting)).status_code == 200
        assert client_as("stranger").get(page(meeting)).status_code == 404
        assert chief.post(page(meeting, "act", "approve")).status_code == 403
        assert client_as("director").post(page(meeting, "act", "approve")).status_code == 303
        assert chief.get(page(meeting, "edit")).status_code == 200
        assert chief.post(page(meeting, "act", "issue")).status_code == 303
        assert chief.post(page(meeting, "act", "nonsense")).status_code == 404
        clerk = client_as("bureau_clerk")
        shown = clerk.get(page(meeting)).content.decode()
        assert "填写回执" in shown
        assert "办理过程" not in shown
        invitation = meeting.invitations.get()
        reply = reverse("meetings:reply", args=[invitation.pk])
        assert client_as("stranger").post(reply, {"f1": "参会"}).status_code == 404
        assert clerk.post(reply, {"f1": "参会"}).status_code == 422
        assert clerk.post(reply, {"f1": "请假", "f3": "出差", "expected_version": "0"}).status_code == 303
        row = Attendee.objects.get()
        leave = reverse("meetings:leave", args=[row.pk])
        assert clerk.post(leave, {"answer": "grant"}).status_code == 403
        assert chief.post(leave, {"answer": "refuse"}).status_code == 422
        assert client_as("head").post(leave, {"answer": "grant"}).status_code == 303
        assert clerk.get(page(meeting, "people")).status_code == 403
        assert "准假" in chief.get(page(meeting, "people")).content.decode()
        assert "防汛专题会" in clerk.get(reverse("meetings:meetings")).content.decode()
        assert "防汛专题会" not in client_as("stranger").get(reverse("meetings:meetings")).content.decode()


def test_the_code_on_the_screen_signs_in_its_reader_once_and_dies(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        meeting = running(world)
    head = client_as("bureau_head")
    with clock.at(meeting.starts_at - timedelta(minutes=10)):
        assert head.get(page(meeting, "screen")).status_code == 403
        assert "<svg" in client_as("section_chief").get(page(meeting, "screen")).content.decode()
        code = screen_code(meeting.pk, clock.now())
    door = reverse("meetings:door", args=[code])
    with clock.at(meeting.starts_at - timedelta(minutes=9)):
        late = head.get(door)
        assert late.status_code == 422
        assert "已过期" in late.content.decode()
    with clock.at(meeting.starts_at - timedelta(minutes=10, seconds=-12)):
        assert client_as("stranger").get(door).status_code == 403
        assert head.get(reverse("meetings:door", args=["nonsense"])).status_code == 422
        ticket = head.get(door).context["ticket"]
        assert client_as("finance_head").post(door, {"ticket": ticket}).status_code == 422
        assert head.post(door, {"ticket": ticket}).status_code == 303
    row = Attendee.objects.get(name="罗景明")
    assert (row.state, row.checked_in_way) == (AttendeeState.CHECKED_IN, "code")
    first = row.checked_in_at
    with clock.at(meeting.starts_at - timedelta(minutes=9)):
        assert head.post(door, {"ticket": ticket}).status_code == 303
        assert head.get(page(meeting, "seat")).status_code == 200
        assert client_as("finance_clerk").get(page(meeting, "seat")).status_code == 404
    row.refresh_from_db()
    assert row.checked_in_at == first
    with clock.at(meeting.starts_at + timedelta(hours=1)):
        assert head.post(door, {"ticket": ticket}).status_code == 422


def test_staff_sign_in_at_the_door_and_nobody_after_a_cancellation(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        meeting = running(world)
    chief = client_as("section_chief")
    row = Attendee.objects.get(name="罗景明")
    deputy = Attendee.objects.get(person=world.person("deputy"))
    with clock.at(meeting.starts_at + timedelta(minutes=5)):
        assert (
            client_as("bureau_clerk")
            .post(page(meeting, "checkin_act", "door"), {"code": row.door_code})
            .status_code
            == 403
        )
        assert chief.post(page(meeting, "checkin_act", "door"), {"code": "XXXX"}).status_code == 422
        assert (
            chief.post(page(meeting, "checkin_act", "door"), {"code": row.door_code.lower()}).status_code
            == 303
        )
        assert "迟到" in chief.get(page(meeting, "wall")).content.decode()
        assert chief.post(page(meeting, "checkin_act", "left"), {"attendee": str(row.pk)}).status_code == 303
        assert chief.post(page(meeting, "act", "cancel"), {"words": "停电"}).status_code == 303
        refused = chief.post(page(meeting, "checkin_act", "staff"), {"attendee": str(deputy.pk)})
        assert refused.status_code == 409
        assert "已取消" in refused.content.decode()
    row.refresh_from_db()
    assert row.state == AttendeeState.LEFT_EARLY


def test_seats_are_given_moved_and_printed_by_who_runs_the_meeting(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        answered(world, meeting, f2="罗景明 局长\n许南星 主任")
        chief = client_as("section_chief")
        seating = page(meeting, "seating")
        assert client_as("bureau_clerk").get(seating).status_code == 403
        assert chief.post(seating, {"hall": "x"}).status_code == 422
        few = chief.post(seating, {"hall": "2"})
        assert few.status_code == 422
        assert "还缺 1 个" in few.content.decode()
        deputy = Attendee.objects.get(person=world.person("deputy"))
        assert (
            chief.post(seating, {"rostrum": "3", "hall": "4*3", "leader": str(deputy.pk)}).status_code == 303
        )
        deputy.refresh_from_db()
        assert str(deputy.seat) == "主席台1排2号"
        row = Attendee.objects.get(name="许南星")
        move = {"attendee": str(row.pk), "zone": "hall", "row": "3", "number": "4"}
        assert chief.post(page(meeting, "seat_move"), move).status_code == 303
        assert (
            chief.post(seating, {"rostrum": "3", "hall": "4*3", "leader": str(deputy.pk)}).status_code == 303
        )
        row = Attendee.objects.get(name="许南星")
        assert (str(row.seat), row.seat.is_fixed) == ("会场3排4号", True)
        assert "许南星" in str(chief.get(seating).context["plan"].fixed[0].attendee)
        assert "会场 3 排 4 座" in client_as("bureau_chief").get(page(meeting, "seat")).content.decode()
        release = {"attendee": str(row.pk), "do": "release"}
        for paper in ("plan", "placards"):
            made = chief.get(page(meeting, "seating_paper", paper))
            assert made.status_code == 200
            assert made.content.startswith(b"%PDF")
        assert chief.get(page(meeting, "seating_paper", "nonsense")).status_code == 404
        assert client_as("bureau_clerk").post(page(meeting, "seat_move"), release).status_code == 403
        assert chief.post(page(meeting, "seat_move"), release).status_code == 303
        assert chief.post(page(meeting, "seat_move"), release | {"attendee": "999999"}).status_code == 404
        given = {"rostrum": "3", "hall": "4*3", "leader": str(deputy.pk)}
        assert chief.post(seating, given).status_code == 303
        assert str(Attendee.objects.get(name="许南星").seat) != "会场3排4号"


def test_the_agenda_the_record_and_the_minutes_by_their_forms(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        meeting = running(world)
        chief, clerk = client_as("section_chief"), client_as("bureau_clerk")
        organ = str(world.organs["data"].pk)
        new = page(meeting, "agenda_new")
        assert clerk.post(new, {"title": "甲", "organ": organ}).status_code == 403
        assert chief.post(new, {"title": "", "organ": organ}).status_code == 422
        assert chief.post(new, {"title": "数据目录", "organ": organ}).status_code == 303
        item = meeting.agenda.get()
        address = reverse("meetings:agenda_item", args=[item.pk])
        assert client_as("stranger").get(address).status_code == 404
        assert "添加材料" in clerk.get(address).content.decode()
        assert "添加材料" not in client_as("bureau_head").get(address).content.decode()
        assert (
            chief.post(
                address, {"title": "数据目录（二）", "organ": organ, "expected_version": "1"}
            ).status_code
            == 303
        )
        assert (
            chief.post(address, {"title": "甲", "organ": organ, "expected_version": "1"}).status_code == 409
        )
        assert chief.post(reverse("meetings:agenda_act", args=[item.pk, "up"])).status_code == 303
        assert clerk.post(reverse("meetings:agenda_act", args=[item.pk, "remove"])).status_code == 403
        version = str(Meeting.objects.get().version)
        assert clerk.post(page(meeting, "record"), {"text": "x"}).status_code == 403
        assert (
            chief.post(page(meeting, "record"), {"text": "记录", "expected_version": version}).status_code
            == 303
        )
        assert chief.post(page(meeting, "record"), {"text": "机密★十年"}).status_code == 422
        matter = {"text": "编制目录", "organ": organ, "due_on": "2026-12-04", "item": str(item.pk)}
        assert clerk.post(page(meeting, "matter"), matter).status_code == 403
        assert chief.post(page(meeting, "matter"), matter).status_code == 303
        assert chief.post(page(meeting, "act", "end")).status_code == 303
        sheet = chief.get(page(meeting, "archive")).content.decode()
        for words in ("会议档案", "关于", "罗景明", "数据目录（二）", "编制目录", "记录", "结束会议"):
            assert words in sheet, words
        assert clerk.get(page(meeting, "archive")).status_code == 403
        assert client_as("stranger").get(page(meeting, "archive")).status_code == 404
        answer = chief.post(page(meeting, "minutes"))
        assert "documents/outgoing" in answer.headers["Location"]
        kept = {"do": "remove", "matter": str(AgreedMatter.objects.get().pk)}
        assert chief.post(page(meeting, "matter"), kept).status_code == 409
        assert clerk.post(page(meeting, "minutes")).status_code == 403


def test_the_calendar_warns_of_clashes_and_its_feed_needs_the_secret(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        notified(world)
        notified(world, name="部门预算会商", slot=slot(4, 15))
        deputy = client_as("deputy")
        for scope in ("month", "week", "list", "nonsense"):
            shown = deputy.get(
                reverse("meetings:calendar") + f"?scope={scope}&day=2026-11-04"
            ).content.decode()
            assert "部门预算会商" in shown
            assert "时间冲突" in shown
        assert (
            "部门预算会商"
            not in client_as("stranger")
            .get(reverse("meetings:calendar") + "?day=2026-11-04")
            .content.decode()
        )
        deputy.post(reverse("meetings:feed_act"))
        address = deputy.get(reverse("meetings:calendar")).context["feed_url"]
        feed = Client().get(address)
        assert feed.status_code == 200
        assert feed.content.decode().count("BEGIN:VEVENT") == 2
        assert "DTSTART:20261104T060000Z" in feed.content.decode()
        assert all(len(line.encode()) <= 75 for line in feed.content.decode().split("\r\n"))
        assert Client().get(reverse("meetings:feed", args=["guess"])).status_code == 404
        deputy.post(reverse("meetings:feed_act"), {"do": "drop"})
        assert Client().get(address).status_code == 404
        assert "feed_url" in deputy.get(reverse("meetings:calendar")).context


def test_a_leaders_schedule_is_for_the_secretary_and_the_office_director(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        notified(world, name="部门预算会商")
        address = reverse("meetings:calendar") + f"?day=2026-11-04&leader={world.post('head').pk}"
        for key in ("secretary", "director"):
            assert "部门预算会商" in client_as(key).get(address).content.decode(), key
        for key in ("section_chief", "bureau_head", "stranger", "sysadmin"):
            assert client_as(key).get(address).status_code == 404, key


def test_lists_cost_the_same_with_three_and_with_many(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        where = room(world)
        costs: list[int] = []
        browser = client_as("section_chief")
        for wanted in (2, 9):
            while Meeting.objects.count() < wanted:
                count = Meeting.objects.count()
                requested(world, name=f"会议{count}", slot=slot(4 + count % 3, 9 + count))
                booked(world, where, slot(9 + count // 5, 8 + count % 5 * 2, 1))
            for address in (reverse("meetings:meetings"), reverse("meetings:rooms") + "?day=2026-11-09"):
                browser.get(address)
                with CaptureQueriesContext(connection) as found:
                    browser.get(address)
                costs.append(len(found))
        assert costs[:2] == costs[2:]
