"""The approval of a meeting is a to-do like every other: it waits on the desk, is taken back, returned, delegated and ended."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Conflict, Forbidden, InvalidState
from apps.meetings.enums import MeetingState
from apps.meetings.models import Meeting
from apps.meetings.policies import visible_to
from apps.meetings.procedures import LARGE
from apps.meetings.services.approving import meeting_approve, meeting_return, meeting_submit, meeting_withdraw
from apps.meetings.services.issuing import meeting_cancel
from apps.notifications.models import Notice
from apps.workflow.models import Task
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, requested

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def waits_for(world: World, key: str) -> list[str]:
    """The steps of meetings on somebody's desk."""
    rows = Task.objects.filter(person=world.person(key), state=Task.State.OPEN, matter__category="meeting")
    return list(rows.values_list("step_name", flat=True))


def test_a_request_stands_on_the_directors_desk_until_it_is_decided(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        meeting = requested(world)
        desk = client_as("director").get(reverse("portal:desk")).content.decode()
        assert meeting.name in desk
        assert reverse("meetings:meeting", args=[meeting.pk]) in desk
        assert waits_for(world, "director") == ["会议审批"]
        meeting_approve(actor=world.actor("director"), meeting_id=meeting.pk)
        assert waits_for(world, "director") == []
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.APPROVED
        with pytest.raises(InvalidState):
            meeting_approve(actor=world.actor("director"), meeting_id=meeting.pk)


def test_only_who_holds_the_step_decides(world: World) -> None:
    with clock.at(MONDAY):
        meeting = requested(world)
        for key in ("head", "section_chief", "drafter"):
            if visible_to(world.actor(key)).filter(pk=meeting.pk).exists():
                with pytest.raises(Forbidden, match="当前审批环节的办理人"):
                    meeting_approve(actor=world.actor(key), meeting_id=meeting.pk)


def test_a_large_meeting_goes_on_to_the_head_of_the_organ(world: World) -> None:
    with clock.at(MONDAY):
        meeting = requested(world, quota=LARGE // 2)
        meeting_approve(actor=world.actor("director"), meeting_id=meeting.pk)
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.REQUESTED
        assert waits_for(world, "head") == ["机关负责人审批"]
        with pytest.raises(Forbidden):
            meeting_approve(actor=world.actor("director"), meeting_id=meeting.pk)
        meeting_approve(actor=world.actor("head"), meeting_id=meeting.pk, words="同意。")
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.APPROVED


def test_a_request_is_taken_back_until_somebody_has_decided(world: World) -> None:
    chief = world.actor("section_chief")
    with clock.at(MONDAY):
        meeting = requested(world, quota=LARGE // 2)
        meeting_withdraw(actor=chief, meeting_id=meeting.pk)
        assert waits_for(world, "director") == []
        meeting = Meeting.objects.get(pk=meeting.pk)
        assert meeting.state == MeetingState.DRAFT
        with pytest.raises(Conflict):
            meeting_submit(actor=chief, meeting_id=meeting.pk, expected_version=1)
        meeting_submit(actor=chief, meeting_id=meeting.pk)
        assert waits_for(world, "director") == ["会议审批"]
        meeting_approve(actor=world.actor("director"), meeting_id=meeting.pk)
        with pytest.raises(InvalidState):
            meeting_withdraw(actor=chief, meeting_id=meeting.pk)


def test_a_returned_request_is_the_askers_to_do_with_its_reason(
    world: World, drain: Callable[[], int]
) -> None:
    with clock.at(MONDAY):
        meeting = requested(world)
        meeting_return(actor=world.actor("director"), meeting_id=meeting.pk, words="请压缩规模")
        drain()
        assert waits_for(world, "section_chief") == ["会议申请"]
        assert Notice.objects.filter(
            person=world.person("section_chief"), title=f"退回：{meeting.name}"
        ).exists()
        meeting_submit(actor=world.actor("section_chief"), meeting_id=meeting.pk)
        assert waits_for(world, "section_chief") == []
        assert waits_for(world, "director") == ["会议审批"]


def test_a_cancelled_request_asks_nobody_any_more(world: World) -> None:
    with clock.at(MONDAY):
        meeting = requested(world)
        meeting_cancel(actor=world.actor("section_chief"), meeting_id=meeting.pk, words="与上级会议冲突")
        assert waits_for(world, "director") == []
        meeting = Meeting.objects.get(pk=meeting.pk)
        assert meeting.matter is not None
        assert meeting.matter.closed_at is not None


def test_the_page_shows_where_it_stands_and_the_buttons_of_who_looks(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        meeting = requested(world)
        page = reverse("meetings:meeting", args=[meeting.pk])
        director = client_as("director").get(page).content.decode()
        assert 'data-state="now"' in director
        assert "批准" in director
        assert "撤回申请" not in director
        chief = client_as("section_chief").get(page).content.decode()
        assert "撤回申请" in chief
        assert ">批准<" not in chief
        act = reverse("meetings:act", args=[meeting.pk, "withdraw"])
        assert client_as("section_chief").post(act).status_code == 303
        assert client_as("director").post(act).status_code == 409
