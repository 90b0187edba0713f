"""同步翻页: who turns the pages, who follows, and what nobody sees."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Conflict, Forbidden, HouseError, InvalidState, NotFound, ValidationFailed
from apps.core.realtime import person_topic
from apps.core.subjects import Subject
from apps.files.models import PageImage, StoredFile
from apps.files.services import file_remove, file_store_bytes
from apps.meetings.models import AgendaItem, AgendaListener, Attendee, MaterialShowing, Meeting
from apps.meetings.selectors.agenda import ITEM_KIND
from apps.meetings.services.agenda import ItemDraft, agenda_add
from apps.meetings.services.issuing import meeting_cancel, meeting_end
from apps.meetings.services.showing import (
    showing_hand,
    showing_start,
    showing_stop,
    showing_take,
    showing_turn,
)
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, notified, running

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]
REPORTING_DESK = ("bureau_chief", "bureau_clerk")  # they do not come, and follow on their own screens


def material(world: World, item: AgendaItem, name: str = "汇报.pdf", pages: int = 5) -> StoredFile:
    """A file of the item with page images."""
    file = file_store_bytes(
        actor=world.actor("section_chief"),
        subject=Subject(ITEM_KIND, item.pk),
        purpose="attachment",
        name=name,
        data=f"{name} of {item.pk}".encode(),
        content_type="application/pdf",
    )
    StoredFile.objects.filter(pk=file.pk).update(page_count=pages)
    PageImage.objects.bulk_create(
        PageImage(file=file, number=number, storage_key=file.storage_key, width=1240, height=1754)
        for number in range(1, pages + 1)
    )
    return StoredFile.objects.get(pk=file.pk)


def shown(world: World) -> tuple[Meeting, AgendaItem, StoredFile]:
    """A running meeting: the data bureau reports, its head speaks; one of the office's staff sits in it too."""
    with clock.at(MONDAY):
        meeting = running(world, post_ids=[world.post("drafter").pk])
    draft = ItemDraft(title="数据目录", organ_id=world.organs["data"].pk, presenter="罗景明 局长")
    item = agenda_add(actor=world.actor("section_chief"), meeting_id=meeting.pk, draft=draft)
    return meeting, item, material(world, item)


def address(meeting: Meeting, name: str = "showing", *more: str) -> str:
    """An address of the showing."""
    return reverse(f"meetings:{name}", args=[meeting.pk, *more])


def state(browser: Client, meeting: Meeting) -> dict[str, Any]:
    """What an open page is told."""
    answer = browser.get(address(meeting, "showing_state"))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_the_speaker_turns_and_everybody_seated_is_where_the_speaker_is(world: World, client_as: As) -> None:
    meeting, item, file = shown(world)
    head, staff = client_as("bureau_head"), client_as("drafter")
    assert state(staff, meeting) == {"id": 0, "over": False}
    page = reverse("meetings:agenda_item", args=[item.pk])
    assert head.get(page).context["showable"] == [file]
    assert staff.get(page).context["showable"] == []
    start = reverse("meetings:showing_start", args=[item.pk])
    assert staff.post(start, {"file": file.pk}).status_code == 403
    assert client_as("stranger").post(start, {"file": file.pk}).status_code == 404
    assert head.post(start, {"file": file.pk}).status_code == 303
    turn = address(meeting, "showing_turn")
    showing = MaterialShowing.objects.get()
    assert head.post(turn, {"showing": showing.pk, "page": "3"}).json()["page"] == 3
    late = state(staff, meeting)
    assert (late["page"], late["mine"], late["leads"], len(late["pages"])) == (3, False, False, 5)
    assert late["pages"][2]["url"] == reverse("files:page", args=[file.pk, 3])
    opened = staff.get(address(meeting)).content.decode()
    assert reverse("files:page", args=[file.pk, 3]) in opened
    assert reverse("files:watermark") in opened
    assert "结束同步" not in opened
    assert "进入跟随" in staff.get(reverse("meetings:meeting", args=[meeting.pk])).content.decode()
    assert "进入跟随" in staff.get(page).content.decode()
    assert staff.post(turn, {"showing": showing.pk, "page": "4"}).status_code == 409
    assert head.post(turn, {"showing": showing.pk, "page": "9"}).status_code == 422
    assert head.post(turn, {"showing": showing.pk, "page": "x"}).status_code == 422
    assert state(staff, meeting)["page"] == 3
    for name in ("showing", "showing_state"):
        assert client_as("stranger").get(address(meeting, name)).status_code == 404
    assert head.post(address(meeting, "showing_act", "stop")).status_code == 303
    assert head.post(address(meeting, "showing_act", "stop")).status_code == 303
    assert head.post(address(meeting, "showing_act", "nonsense")).status_code == 404
    assert head.post(turn, {"showing": showing.pk, "page": "4"}).status_code == 409
    assert state(staff, meeting) == {"id": 0, "over": False}
    assert "还没有开始同步翻页" in staff.get(address(meeting)).content.decode()


def test_who_is_not_seated_for_the_item_learns_nothing_of_its_pages(world: World, client_as: As) -> None:
    meeting, item, file = shown(world)
    AgendaListener.objects.create(
        item=item, attendee=Attendee.objects.get(person=world.person("bureau_head"))
    )
    showing_start(actor=world.actor("bureau_head"), item_id=item.pk, file_id=file.pk)
    staff = client_as("drafter")
    told = state(staff, meeting)
    assert told == {"id": MaterialShowing.objects.get().pk, "hears": False, "over": False}
    opened = staff.get(address(meeting)).content.decode()
    assert "您不参加" in opened
    assert file.name not in opened
    assert staff.get(reverse("files:page", args=[file.pk, 1])).status_code == 404
    with pytest.raises(NotFound):
        showing_take(actor=world.actor("drafter"), meeting_id=meeting.pk)


def test_the_pages_are_handed_over_and_taken_back_by_who_leads(world: World) -> None:
    meeting, item, file = shown(world)
    head, staff, chief = (world.actor(key) for key in ("bureau_head", "drafter", "section_chief"))
    showing = showing_start(actor=head, item_id=item.pk, file_id=file.pk)
    showing_turn(actor=head, meeting_id=meeting.pk, showing_id=showing.pk, page=4)
    row = Attendee.objects.get(person=world.person("drafter"))
    with pytest.raises(Forbidden):
        showing_hand(actor=staff, meeting_id=meeting.pk, attendee_id=row.pk)
    with pytest.raises(Forbidden):
        showing_take(actor=staff, meeting_id=meeting.pk)
    with pytest.raises(ValidationFailed):
        showing_hand(actor=head, meeting_id=meeting.pk, attendee_id=999_999)
    handed = showing_hand(actor=head, meeting_id=meeting.pk, attendee_id=row.pk)
    assert (handed.presenter_id, handed.page) == (staff.person_id, 4)
    with pytest.raises(Conflict, match="现在由"):
        showing_turn(actor=head, meeting_id=meeting.pk, showing_id=showing.pk, page=5)
    showing_turn(actor=staff, meeting_id=meeting.pk, showing_id=showing.pk, page=5)
    with pytest.raises(Forbidden):
        showing_stop(actor=world.actor("bureau_clerk"), meeting_id=meeting.pk)
    taken = showing_take(actor=chief, meeting_id=meeting.pk)
    assert (taken.presenter_id, taken.page) == (chief.person_id, 5)
    assert showing_take(actor=chief, meeting_id=meeting.pk).turn == taken.turn
    showing_hand(actor=chief, meeting_id=meeting.pk, attendee_id=row.pk)
    showing_stop(actor=head, meeting_id=meeting.pk)  # the item's speaker leads whoever presents
    verbs = list(meeting.log.filter(act="showing").values_list("verb", flat=True))
    assert verbs == ["结束同步翻页", "移交翻页", "接管翻页", "移交翻页", "同步翻页"]


def test_another_file_takes_the_place_only_by_who_presents_or_may_relieve(world: World) -> None:
    meeting, item, file = shown(world)
    head, chief = world.actor("bureau_head"), world.actor("section_chief")
    second = material(world, item, "附表.pdf", 2)
    other = agenda_add(
        actor=chief,
        meeting_id=meeting.pk,
        draft=ItemDraft(title="其他", organ_id=world.organs["data"].pk, presenter="罗景明"),
    )
    third = material(world, other, "其他.pdf")
    first = showing_start(actor=head, item_id=item.pk, file_id=file.pk)
    assert showing_start(actor=head, item_id=item.pk, file_id=file.pk).pk == first.pk  # a double click
    again = showing_start(actor=head, item_id=item.pk, file_id=second.pk)
    with pytest.raises(Conflict, match="没有同步"):
        showing_turn(actor=head, meeting_id=meeting.pk, showing_id=first.pk, page=2)
    AgendaItem.objects.filter(pk=item.pk).update(presenter="许南星")
    showing_take(actor=chief, meeting_id=meeting.pk)
    with pytest.raises(Conflict, match="请等其结束"):
        showing_start(actor=head, item_id=other.pk, file_id=third.pk)
    showing_start(actor=chief, item_id=other.pk, file_id=third.pk)
    again.refresh_from_db()
    assert again.ended_at is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        MaterialShowing.objects.filter(pk=again.pk).update(ended_at=None)
    for missing in (file.pk, 999_999):
        with pytest.raises(NotFound):
            showing_start(actor=chief, item_id=other.pk, file_id=missing)


@pytest.mark.parametrize("ending", ["end", "cancel", "remove"])
def test_it_ends_with_the_meeting_and_with_its_file(world: World, client_as: As, ending: str) -> None:
    meeting, item, file = shown(world)
    chief = world.actor("section_chief")
    showing_start(actor=world.actor("bureau_head"), item_id=item.pk, file_id=file.pk)
    staff = client_as("drafter")
    if ending == "end":
        meeting_end(actor=chief, meeting_id=meeting.pk)
    elif ending == "cancel":
        meeting_cancel(actor=chief, meeting_id=meeting.pk, words="停电")
    else:
        file_remove(actor=chief, file_id=file.pk)
        assert state(staff, meeting)["hears"] is False
        return
    assert state(staff, meeting) == {"id": 0, "over": True}
    assert "材料已关闭" in staff.get(address(meeting)).content.decode()
    with pytest.raises(InvalidState):
        showing_start(actor=chief, item_id=item.pk, file_id=file.pk)


def test_nothing_is_shown_before_the_meeting_has_begun(world: World) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        draft = ItemDraft(title="数据目录", organ_id=world.organs["data"].pk)
        item = agenda_add(actor=world.actor("section_chief"), meeting_id=meeting.pk, draft=draft)
        file = material(world, item)
        with pytest.raises(InvalidState, match="会议开始后"):
            showing_start(actor=world.actor("section_chief"), item_id=item.pk, file_id=file.pk)


def test_every_screen_in_the_meeting_is_told_to_look_and_a_page_costs_the_same_for_many(world: World) -> None:
    meeting, item, file = shown(world)
    head = world.actor("bureau_head")
    showing = showing_start(actor=head, item_id=item.pk, file_id=file.pk)
    with patch("apps.meetings.services.showing.tell") as told:
        showing_turn(actor=head, meeting_id=meeting.pk, showing_id=showing.pk, page=2)
        showing_turn(actor=head, meeting_id=meeting.pk, showing_id=showing.pk, page=2)  # nothing new
    assert told.call_count == 1
    people = {
        world.person(key).pk for key in ("bureau_head", "drafter", "head", "section_chief", *REPORTING_DESK)
    }
    assert {person_topic(one) for one in people} == set(told.call_args.args[0])
    assert told.call_args.kwargs == {"kind": "showing", "ids": [meeting.pk, showing.pk, 2], "version": 2}
    costs = []
    for page in (3, 4):
        with CaptureQueriesContext(connection) as queries:
            showing_turn(actor=head, meeting_id=meeting.pk, showing_id=showing.pk, page=page)
        costs.append(len(queries))
        invitation = meeting.invitations.get(organ=world.organs["data"])
        for number in range(6):
            Attendee.objects.create(
                meeting=meeting, invitation=invitation, organ=world.organs["data"], name=f"人{number}",
                door_code=f"X{page}{number}",
            )  # fmt: skip
    assert costs[0] == costs[1]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_one_presents() -> None:
    world = World.build()
    meeting, item, file = shown(world)
    actors = [world.actor(key) for key in ("bureau_head", "section_chief")] * 2
    answers = race(
        *[
            lambda actor=actor: showing_start(actor=actor, item_id=item.pk, file_id=file.pk)
            for actor in actors
        ]
    )
    assert MaterialShowing.objects.filter(meeting=meeting, ended_at__isnull=True).count() == 1
    assert all(isinstance(one, MaterialShowing | HouseError) for one in answers)
