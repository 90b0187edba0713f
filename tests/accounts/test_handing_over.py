"""工作交接: everything at hand goes to a named person over a list both have confirmed; the past stays; titles stay between the two."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Appointment, Person, PostHandover
from apps.accounts.selectors import appointments_of
from apps.accounts.selectors.handing_over import digest_of, sections_of
from apps.accounts.services import (
    NewPost,
    handover_cancel,
    handover_confirm,
    handover_start,
    person_deactivate,
)
from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject, url_of
from apps.documents.enums import OutgoingStatus
from apps.documents.models import OutgoingDocument
from apps.documents.services.flow import outgoing_advance
from apps.duty.models import DutyShift
from apps.meetings.models import Attendee, Invitation, Meeting
from apps.messaging.models import Membership
from apps.notifications.models import AnnouncementRecipient, Notice
from apps.supervision.enums import State
from apps.supervision.models import SupervisionItem
from apps.supervision.services import item_accept
from apps.workflow.models import Reading, StepLog, Task
from apps.workflow.services import reading_send
from tests.factories.world import World
from tests.helpers.chat import group
from tests.helpers.duty import MONDAY, published
from tests.helpers.meetings import notified, requested
from tests.helpers.outgoing import carried, drafted
from tests.helpers.supervision import brought
from tests.notifications.test_announcements import published as announced

GIVER, TAKER = "section_chief", "secretary"


def started(
    world: World, *, by: str = GIVER, giver: str = GIVER, taker: str = TAKER, **more: Any
) -> PostHandover:
    """One that waits for both."""
    return handover_start(
        actor=world.actor(by), giver_id=world.post(giver).pk, taker_id=world.post(taker).pk, **more
    )


def shown(handover: PostHandover) -> str:
    """The digest of the list as it is now."""
    return digest_of(sections_of(handover.giver_id, handover.taker_id))


def confirmed(world: World, handover: PostHandover, *keys: str) -> PostHandover:
    """By these people in turn."""
    for key in keys:
        handover_confirm(actor=world.actor(key), handover_id=handover.pk, digest=shown(handover))
    handover.refresh_from_db()
    return handover


def test_everything_at_hand_moves_in_one_act_and_the_past_stays(world: World) -> None:
    """To-do, draft, group and watches; what was done keeps its name; the receiver can act at once."""
    with clock.at(MONDAY):
        document = carried(world, OutgoingStatus.DEPT_REVIEW)
        past = carried(world, OutgoingStatus.OFFICE_REVIEW)
        draft = drafted(world, who=GIVER)
        talk = group(world, "drafter", owner=GIVER)
        published(world)
        meeting = requested(world)
        giver, taker = world.post(GIVER), world.post(TAKER)
        watches = DutyShift.objects.filter(appointment=giver, watch__starts_at__gt=clock.now()).count()
        assert watches > 0
        handover = started(world)
        labels = [section.label for section in sections_of(giver.pk, taker.pk)]
        assert labels == ["待办", "草稿", "承办的会议", "值班", "群主"]
        confirmed(world, handover, GIVER)
        assert Task.objects.filter(appointment=giver, state="open").count() == 1
        confirmed(world, handover, TAKER)
        assert handover.done_at is not None
        assert handover.counts == {"待办": 1, "草稿": 1, "承办的会议": 1, "值班": watches, "群主": 1}
        assert sections_of(giver.pk, taker.pk) == []
        assert Task.objects.get(matter=document.matter, state="open").appointment == taker
        assert OutgoingDocument.objects.get(pk=draft.pk).drafter == world.person(TAKER)
        assert Membership.objects.get(conversation=talk, person=world.person(TAKER)).role == "owner"
        assert Membership.objects.get(conversation=talk, person=world.person(GIVER)).role == "member"
        assert Meeting.objects.get(pk=meeting.pk).organiser == taker
        assert DutyShift.objects.filter(appointment=taker).count() == watches
        assert Task.objects.get(matter=past.matter, step_code="dept_review").person == world.person(GIVER)
        assert StepLog.objects.filter(
            matter=document.matter, verb="交接", note__contains="林知夏 → 程一诺"
        ).exists()
        document.refresh_from_db()
        outgoing_advance(actor=world.actor(TAKER), document_id=document.pk, expected_version=document.version)
        assert OutgoingDocument.objects.get(pk=document.pk).status != OutgoingStatus.DEPT_REVIEW


def test_supervised_items_go_on_with_the_receiver(world: World) -> None:
    """The handler of an open item is another; the course says so."""
    item = brought(world, State.ASSIGNED)
    item_accept(actor=world.actor("bureau_clerk"), item_id=item.pk, handler_id=world.post("bureau_chief").pk)
    handover = started(world, by="bureau_head", giver="bureau_chief", taker="bureau_clerk")
    confirmed(world, handover, "bureau_chief", "bureau_clerk")
    moved = SupervisionItem.objects.get(pk=item.pk)
    assert moved.handler == world.post("bureau_clerk")
    assert moved.log.filter(verb="交接").exists()


def test_unread_reads_owed_slips_and_unanswered_invitations_go_along(world: World) -> None:
    """Each is the receiver's to read and answer; the giver has none left; the receiver's own are not doubled."""
    with clock.at(MONDAY):
        document = carried(world, OutgoingStatus.OFFICE_REVIEW)
        giver, taker = world.post(GIVER), world.post(TAKER)
        assert document.matter is not None
        reading_send(actor=world.actor("clerk"), matter=document.matter, appointments=[giver])
        made = announced(world, person_ids=[giver.person_id])
        both = announced(world, person_ids=[giver.person_id, taker.person_id])
        meeting = notified(world, post_ids=[giver.pk])
        handover = started(world)
        labels = [section.label for section in sections_of(giver.pk, taker.pk)]
        assert {"待阅", "未回执的通知", "未答复的参会邀请"} <= set(labels)
        confirmed(world, handover, GIVER, TAKER)
        assert (
            handover.counts["待阅"]
            == handover.counts["未回执的通知"]
            == handover.counts["未答复的参会邀请"]
            == 1
        )
        assert sections_of(giver.pk, taker.pk) == []
        (reading,) = Reading.objects.filter(matter=document.matter, cancelled_at__isnull=True)
        assert (reading.person, reading.sent_by) == (world.person(TAKER), world.person("clerk"))
        assert AnnouncementRecipient.objects.get(announcement=made, organ=None).person == world.person(TAKER)
        assert AnnouncementRecipient.objects.filter(announcement=both, organ=None).count() == 2
        invitation = Invitation.objects.get(meeting=meeting, post=taker)
        assert invitation.recipient is not None
        assert invitation.recipient.person == world.person(TAKER)
        assert not Attendee.objects.filter(meeting=meeting, person=world.person(GIVER)).exists()


def test_a_list_that_changed_is_confirmed_anew_by_both(world: World) -> None:
    """What came between is not handed over unseen."""
    handover = started(world)
    before = shown(handover)
    confirmed(world, handover, GIVER)
    drafted(world, who=GIVER)
    with pytest.raises(Conflict, match="清单刚刚有变化"):
        handover_confirm(actor=world.actor(TAKER), handover_id=handover.pk, digest=before)
    confirmed(world, handover, TAKER)
    assert handover.done_at is None
    assert handover.giver_confirmed_at is None
    confirmed(world, handover, GIVER)
    assert handover.done_at is not None


def test_what_the_receiver_cannot_take_stops_it_with_the_reason(world: World) -> None:
    """Both serve in one watch: nothing moves."""
    with clock.at(MONDAY):
        roster = published(world)
        shift = DutyShift.objects.filter(appointment=world.post(GIVER), watch__starts_at__gt=clock.now())[0]
        other = DutyShift.objects.get(watch=shift.watch, post__name="副班")
        key = next(name for name, post in world.posts.items() if post.pk == other.appointment_id)
        handover = started(world, taker=key)
        with pytest.raises(InvalidState, match="这一班已在其他岗位"):
            confirmed(world, handover, GIVER)
        assert roster.watches.exists()
        assert DutyShift.objects.get(pk=shift.pk).appointment == world.post(GIVER)


def test_who_may_start_and_who_must_confirm(world: World) -> None:
    """The holder, the unit's head, the office director, the system administrator; colleagues and strangers not."""
    for outsider in ("clerk", "stranger", "secadmin", "bureau_head"):
        with pytest.raises(NotFound):
            started(world, by=outsider)
    with pytest.raises(ValidationFailed, match="同一机关"):
        started(world, taker="bureau_clerk")
    handover = started(world, by="director")
    with pytest.raises(InvalidState, match="正在交接"):
        started(world)
    with pytest.raises(Forbidden, match="本人可以确认"):
        confirmed(world, handover, "director")
    with pytest.raises(NotFound):
        confirmed(world, handover, "clerk")
    handover_cancel(actor=world.actor("director"), handover_id=handover.pk)
    with pytest.raises(InvalidState, match="已经取消"):
        confirmed(world, handover, GIVER)
    assert started(world, by="sysadmin").pk


def test_a_change_of_post_takes_effect_with_the_hand_over(world: World) -> None:
    """Only the system administrator asks for it; the old post ends today, the new one begins tomorrow."""
    new = NewPost(
        organ_id=world.organs["finance"].pk, unit_id=world.unit("finance", "预算科").pk, post_title="科长"
    )
    with pytest.raises(Forbidden):
        started(world, ends_post=True, new_post=new)
    handover = started(world, by="sysadmin", ends_post=True, new_post=new)
    confirmed(world, handover, TAKER, GIVER)
    old = Appointment.objects.get(pk=world.post(GIVER).pk)
    assert old.ended_on == clock.today()
    fresh = Appointment.objects.get(
        person=world.person(GIVER), post_title="科长", organ=world.organs["finance"]
    )
    assert fresh.started_on > clock.today()
    assert [post.pk for post in appointments_of(world.person(GIVER).pk, on=fresh.started_on)] == [fresh.pk]


def test_for_somebody_whose_account_is_frozen_the_office_director_confirms(world: World) -> None:
    """Who is gone without a word leaves no work behind; a colleague cannot speak for anybody, nor the director for the living."""
    draft = drafted(world, who=GIVER)
    handover = started(world, by="director")
    with pytest.raises(Forbidden, match="本人可以确认"):
        confirmed(world, handover, "director")
    person_deactivate(actor=world.actor("secadmin"), person_id=world.person(GIVER).pk, reason="失联")
    confirmed(world, handover, "director", TAKER)
    assert handover.done_at is not None
    assert OutgoingDocument.objects.get(pk=draft.pk).drafter == world.person(TAKER)


def test_titles_are_between_the_two(world: World, client_as: Callable[[str], Client]) -> None:
    """Who started it sees numbers; administrators see no title; others find nothing."""
    document = drafted(world, who=GIVER)
    handover = started(world, by="sysadmin")
    page = reverse("accounts:handover", args=[handover.pk])
    for key in (GIVER, TAKER):
        assert document.title in client_as(key).get(page).content.decode()
    starter = client_as("sysadmin").get(page).content.decode()
    assert "1 项" in starter
    assert document.title not in starter
    for key in ("clerk", "director", "stranger", "secadmin", "auditadmin"):
        assert client_as(key).get(page).status_code == 404
        assert client_as(key).post(reverse("accounts:handover_act", args=[handover.pk])).status_code == 404
    assert Client().get(page).status_code == 302


def test_the_pages_carry_it_from_choice_to_end(
    world: World, client_as: Callable[[str], Client], drain: Callable[[], int]
) -> None:
    """Choose, start, confirm, confirm; each side is told."""
    drafted(world, who=GIVER)
    giver, taker = client_as(GIVER), client_as(TAKER)
    chosen = giver.get(reverse("accounts:handovers"), {"giver": world.post(GIVER).pk})
    assert "程一诺" in chosen.content.decode()
    assert "新任职务" not in chosen.content.decode()
    answer = giver.post(
        reverse("accounts:handovers"),
        {"giver": world.post(GIVER).pk, "taker": world.post(TAKER).pk, "note": "轮岗"},
    )
    handover = PostHandover.objects.get()
    assert answer.headers["Location"] == reverse("accounts:handover", args=[handover.pk])
    for client in (giver, taker):
        page = client.get(answer.headers["Location"]).content.decode()
        assert "清单无误，确认" in page
        client.post(reverse("accounts:handover_act", args=[handover.pk]), {"digest": shown(handover)})
    handover.refresh_from_db()
    assert handover.done_at is not None
    assert "交接已于" in taker.get(answer.headers["Location"]).content.decode()
    drain()
    told = Notice.objects.filter(person=world.person(TAKER), title="工作交接：林知夏 → 程一诺")
    assert {notice.text for notice in told} >= {"请核对清单并确认。", "双方已确认，交接完成。"}
    ways = {url_of(Subject(notice.subject_kind, notice.subject_id or 0)) for notice in told}
    assert ways == {answer.headers["Location"]}
    assert AuditEntry.objects.filter(action="accounts.handover_done").count() == 1


def test_two_of_one_name_and_title_are_told_apart_where_one_is_chosen(
    world: World, client_as: Callable[[str], Client]
) -> None:
    twin, other = world.post(TAKER), world.post(GIVER)
    Appointment.objects.filter(pk=twin.pk).update(post_title=other.post_title)
    Person.objects.filter(pk=twin.person_id).update(name=other.person.name)
    listed = client_as("director").get(reverse("accounts:handovers")).content.decode()
    assert f"{other.post_title}（{other.person.login_name}）" in listed
    assert f"{other.post_title}（{twin.person.login_name}）" in listed
    found = client_as("director").get("/api/v1/directory/", {"q": other.person.name, "kind": "person"})
    details = [item["detail"] for item in found.json()["results"]]
    assert all(f"（{one.person.login_name}）" in "".join(details) for one in (twin, other))
