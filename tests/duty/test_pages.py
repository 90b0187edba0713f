"""Pages of duty: what each person finds there and what forms do."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.duty import services
from apps.duty.enums import WatchState
from apps.duty.models import DutyRoster, DutyShift, EmergencyEvent
from apps.duty.services import ReportDraft
from tests.duty.test_events import fire
from tests.factories.world import World
from tests.helpers.duty import MONDAY, NOVEMBER, manned, published, taken, watch_at

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
ROLES = ("drafter", "duty_officer", "head", "bureau_clerk", "sysadmin")


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def statuses(client_as: As, address: str, form: dict[str, object] | None = None) -> list[int]:
    """What each of `ROLES` gets for a page, or for a form when one is given."""
    sessions = [client_as(key) for key in ROLES]
    return [(one.get(address) if form is None else one.post(address, form)).status_code for one in sessions]


def test_the_room_shows_who_serves_with_phone_and_the_log_to_those_it_concerns(
    world: World, client_as: As
) -> None:
    person = world.person("duty_officer")
    watch = taken(world)
    services.log_write(
        actor=world.actor("duty_officer"),
        draft=services.EntryDraft(kind="information", text="市气象台发布大风预警。"),
    )
    first = watch.shifts.first()
    assert first is not None
    person = first.appointment.person
    person.phone = "0631-5550101"
    person.save(update_fields=["phone"])
    seen = client_as("duty_officer").get(reverse("duty:room")).content.decode()
    assert "tel:0631-5550101" in seen
    assert "市气象台发布大风预警" in seen
    other = client_as("secretary").get(reverse("duty:room")).content.decode()
    assert person.name in other
    assert "市气象台发布大风预警" not in other


def test_the_desk_shows_todays_duty(world: World, client_as: As) -> None:
    watch = taken(world)
    name = watch.shifts.all()[0].appointment.person.name
    text = client_as("secretary").get(reverse("portal:desk")).content.decode()
    assert "今日值班" in text
    assert name in text


def test_taking_over_and_handing_over_through_the_page(world: World, client_as: As) -> None:
    watch = watch_at(published(world), 2)
    take = reverse("duty:take", args=[watch.pk])
    assert client_as("stranger").post(take).status_code == 404
    officer = client_as("duty_officer")
    assert officer.post(take).status_code == 303
    over = reverse("duty:hand_over", args=[watch.pk])
    assert officer.post(over, {"summary": "平稳。"}).status_code == 409  # hours too early
    with clock.at(watch.ends_at):
        assert officer.post(over, {"summary": ""}).status_code == 422
        assert officer.post(over, {"summary": "平稳。"}).status_code == 303
    watch.refresh_from_db()
    assert watch.state == WatchState.CLOSED


def test_a_line_is_written_and_corrected_through_the_page(world: World, client_as: As) -> None:
    watch = taken(world)
    officer = client_as("duty_officer")
    form = {"kind": "phone", "text": "来电询问值班安排。", "source": "市财政局", "key": "k1"}
    assert officer.post(reverse("duty:write"), form).status_code == 303
    entry = watch.entries.get()
    correct = reverse("duty:correct", args=[entry.pk])
    assert officer.post(correct, {"text": "应为市教育局。"}).status_code == 303
    assert entry.corrections.get().text == "应为市教育局。"
    assert client_as("bureau_clerk").post(correct, {"text": "乱改。"}).status_code == 403
    sheet = officer.get(reverse("duty:log_export"))
    assert sheet["Content-Type"].startswith("application/vnd.openxmlformats")
    found = officer.get(reverse("duty:log"), {"q": "教育局"}).content.decode()
    assert "应为市教育局" in found


def test_the_roster_is_made_saved_and_published_on_one_page(world: World, client_as: As) -> None:
    manned(world)
    director = client_as("director")
    assert (
        director.post(reverse("duty:roster_open"), {"month": "2026-11", "pattern": "whole"}).status_code
        == 303
    )
    roster = DutyRoster.objects.get(month=NOVEMBER)
    save = reverse("duty:roster_save", args=[roster.pk])
    assert statuses(client_as, save, {"expected_version": "1"}) == [403, 303, 403, 403, 403]
    assert "本月值班表还没有发布" in client_as("drafter").get(reverse("duty:roster")).content.decode()
    assert director.post(save, {"expected_version": "1", "do": "fill"}).status_code == 303
    roster.refresh_from_db()
    assert director.post(save, {"expected_version": roster.version, "do": "publish"}).status_code == 303
    page = client_as("drafter").get(reverse("duty:roster"), {"month": "2026-11"}).content.decode()
    assert "已发布" in page
    assert "<select" not in page.split("roster__grid")[1]
    assert director.get(reverse("duty:roster_export"), {"month": "2026-11"}).status_code == 200


def test_what_was_refused_is_done_from_the_same_page(world: World, client_as: As) -> None:
    director, maker = client_as("director"), world.actor("director")
    posts = services.posts_install(organ_id=world.organs["office"].pk)
    roster = services.roster_open(actor=maker, month=NOVEMBER)
    place = f"place-{watch_at(roster, 5).pk}-{posts[1].pk}"
    services.post_keep(actor=maker, post_id=posts[1].pk, member_ids=[world.post("section_chief").pk])
    chosen = {"expected_version": str(roster.version), place: str(world.post("section_chief").pk)}
    save = reverse("duty:roster_save", args=[roster.pk])
    assert director.post(save, {**chosen, "do": "publish"}).status_code == 422
    assert director.post(reverse("duty:solve", args=[roster.pk]), chosen).status_code == 422
    assert not DutyShift.objects.exists()
    manned(world)
    assert director.post(save, {**chosen, "do": "fill"}).status_code == 303
    filled = DutyRoster.objects.get(pk=roster.pk)
    assert filled.version > roster.version
    kept = DutyShift.objects.get(watch=watch_at(roster, 5), post=posts[1])
    assert kept.appointment_id == world.post("section_chief").pk


def test_nonsense_in_addresses_and_forms_is_answered_in_words(world: World, client_as: As) -> None:
    roster = published(world)
    director = client_as("director")
    assert director.get(reverse("duty:roster"), {"month": "下个月"}).status_code == 200
    save = reverse("duty:roster_save", args=[roster.pk])
    assert director.post(save, {"expected_version": "x"}).status_code == 422
    assert director.post(save, {"expected_version": roster.version, "place-x-y": "1"}).status_code == 422
    assert director.post(
        save, {"expected_version": roster.version, "place-999999-999999": "1"}
    ).status_code in {
        404,
        422,
    }


def opened(world: World) -> EmergencyEvent:
    """An event with its first report."""
    taken(world)
    return services.event_open(
        actor=world.actor("duty_officer"), draft=fire(), report=ReportDraft(text="初报。")
    )


def test_an_event_is_open_to_its_keepers_and_readers(world: World, client_as: As) -> None:
    event = opened(world)
    expected = statuses(client_as, reverse("duty:event", args=[event.pk]))
    assert expected[1:] == [200, 200, 404, 404]
    for name in ("event_report", "event_phone", "event_instruct"):
        codes = statuses(client_as, reverse(f"duty:{name}", args=[event.pk]), {"expected_version": "0"})
        assert codes[2:] == [403, 403, 403]
        assert codes[1] in {409, 422}


def test_the_first_report_is_sent_from_the_form_and_followed_up(world: World, client_as: As) -> None:
    taken(world)
    officer = client_as("duty_officer")
    form = {
        "event_class": "accident",
        "title": "临港县一仓库起火",
        "place": "临港县港前路",
        "occurred_at": "2026-11-02T08:45",
        "deaths": "3",
        "text": "消防已到场。",
        "do": "report",
        "key": "e1",
    }
    assert officer.post(reverse("duty:event_new"), form | {"level": "4"}).status_code == 422
    assert officer.post(reverse("duty:event_new"), form | {"deaths": "三"}).status_code == 422
    assert officer.post(reverse("duty:event_new"), form).status_code == 303
    event = EmergencyEvent.objects.get()
    page = officer.get(reverse("duty:event", args=[event.pk])).content.decode()
    assert "较大" in page
    report = {"expected_version": event.version, "text": "火已扑灭。", "do": "final", "key": "e2"}
    assert officer.post(reverse("duty:event_report", args=[event.pk]), report).status_code == 303
    event.refresh_from_db()
    assert event.closed_at is not None
    assert "已终报" in officer.get(reverse("duty:events")).content.decode()


def test_the_roster_costs_as_many_statements_full_as_empty(world: World, client_as: As) -> None:
    manned(world)
    maker = world.actor("director")
    client = client_as("director")
    roster = services.roster_open(actor=maker, month=NOVEMBER)
    address = f"{reverse('duty:roster')}?month=2026-11"
    client.get(address)
    with CaptureQueriesContext(connection) as empty:
        client.get(address)
    services.roster_fill(actor=maker, roster_id=roster.pk, expected_version=1)
    with CaptureQueriesContext(connection) as full:
        client.get(address)
    assert (
        len(full) <= len(empty) + 5
    )  # people, posts, absences, the rest before the month, changes after publication


def test_a_clock_that_has_run_out_is_shown_red_in_the_room(world: World, client_as: As) -> None:
    taken(world)
    services.event_open(actor=world.actor("duty_officer"), draft=fire())
    with clock.at(MONDAY + timedelta(minutes=61)):
        text = client_as("duty_officer").get(reverse("duty:room")).content.decode()
    assert text.count("已超时") == 2
