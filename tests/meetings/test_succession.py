"""A unit merged between notice and meeting: its successor is called in its place."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.services import organ_abolish, unit_abolish
from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.meetings.models import Meeting
from apps.meetings.services.agenda import ItemDraft, agenda_add
from apps.meetings.services.succession import organ_succeed
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, answered, notified

pytestmark = [pytest.mark.django_db, pytest.mark.long]
Drain = Callable[[], int]


def abolished(world: World, key: str) -> None:
    """The organ is no more; its people have left before."""
    for post in world.posts.values():
        if post.organ_id == world.organs[key].pk:
            post.ended_on = (MONDAY - timedelta(days=1)).date()
            post.save()
    organ_abolish(actor=world.actor("sysadmin"), organ_id=world.organs[key].pk, abolished_on=MONDAY.date())


def heard(world: World, key: str, words: str) -> int:
    """How many notices the person has with these words."""
    return Notice.objects.filter(person=world.person(key), title__contains=words).count()


def test_the_successor_is_called_in_the_place_of_an_abolished_organ(
    world: World, drain: Drain, client_as: Callable[[str], Client]
) -> None:
    data, education = world.organs["data"], world.organs["education"]
    with clock.at(MONDAY):
        meeting, chief = notified(world), world.actor("section_chief")
        agenda_add(actor=chief, meeting_id=meeting.pk, draft=ItemDraft(title="目录", organ_id=data.pk))
        answered(world, meeting)
        with pytest.raises(InvalidState, match="没有撤销"):
            organ_succeed(actor=chief, meeting_id=meeting.pk, organ_id=data.pk, target_id=education.pk)
        abolished(world, "data")
        drain()
        assert heard(world, "section_chief", "市大数据局已撤销") == 1
        assert (
            "由该单位承接"
            in client_as("section_chief").get(reverse("meetings:meeting", args=[meeting.pk])).content.decode()
        )
        with pytest.raises(ValidationFailed):
            organ_succeed(actor=chief, meeting_id=meeting.pk, organ_id=data.pk, target_id=data.pk)
        with pytest.raises(Forbidden):
            organ_succeed(
                actor=world.actor("finance_clerk"),
                meeting_id=meeting.pk,
                organ_id=data.pk,
                target_id=education.pk,
            )
        act = reverse("meetings:act", args=[meeting.pk, "succeed"])
        sent = {"organ": str(data.pk), "target": str(education.pk)}
        assert client_as("section_chief").post(act, sent).status_code == 303
        assert client_as("section_chief").post(act, sent).status_code == 409
        drain()
    invitation = meeting.invitations.get(organ=education)
    assert (invitation.slip_version, invitation.quota) == (0, 2)
    assert invitation.recipient is not None
    assert invitation.recipient.organ_id == education.pk
    assert not meeting.invitations.filter(organ=data).exists()
    assert not meeting.attendees.filter(name="罗景明").exists()
    assert meeting.agenda.get().organ == education
    assert meeting.log.filter(act="succeed", note="市大数据局 → 市教育局").count() == 1


def test_a_successor_that_is_invited_already_gets_the_places_besides_its_own(
    world: World, drain: Drain
) -> None:
    data, finance = world.organs["data"], world.organs["finance"]
    with clock.at(MONDAY):
        meeting = notified(world)
        answered(world, meeting, "finance_clerk", f2="顾长青 局长")
        abolished(world, "data")
        organ_succeed(
            actor=world.actor("section_chief"), meeting_id=meeting.pk, organ_id=data.pk, target_id=finance.pk
        )
        drain()
    invitation = meeting.invitations.get(organ__isnull=False)
    assert (invitation.organ, invitation.quota) == (finance, 4)
    assert meeting.attendees.filter(name="顾长青", state="confirmed").count() == 1
    assert heard(world, "finance_clerk", "承接市大数据局的参会名额") == 1


def test_what_an_abolished_section_runs_goes_with_its_organiser_or_is_told(
    world: World, drain: Drain
) -> None:
    old, new = world.unit("office", "综合科"), world.unit("office", "秘书科")
    with clock.at(MONDAY):
        meeting = notified(world)
        for key in ("section_chief", "drafter"):
            post = world.post(key)
            post.unit = new
            post.save()
        unit_abolish(actor=world.actor("sysadmin"), unit_id=old.pk, abolished_on=MONDAY.date())
        drain()
    assert Meeting.objects.get(pk=meeting.pk).unit == new
    assert meeting.log.filter(act="succeed").count() == 1
