"""应急授权: two people, minutes, told and recorded; content stays closed; nobody is a superuser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import BreakGlass, Person
from apps.accounts.policies import has_permission
from apps.accounts.services import break_glass_approve, break_glass_ask, break_glass_end
from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.core.subjects import Subject, url_of
from apps.documents.enums import OutgoingStatus
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.outgoing import carried

POWER = "accounts.appoint_administrator"  # the security administrator's


def asked(world: World, who: str = "sysadmin") -> BreakGlass:
    """By one of the three."""
    return break_glass_ask(actor=world.actor(who), reason="安全管理员出差，须停用被盗账号", minutes=30)


def test_another_administrator_gives_all_powers_for_minutes(world: World) -> None:
    """They come with the approval and go by themselves."""
    actor = world.actor("sysadmin")
    emergency = asked(world)
    assert not has_permission(actor, POWER)
    break_glass_approve(actor=world.actor("auditadmin"), emergency_id=emergency.pk)
    assert has_permission(actor, POWER)
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert not has_permission(actor, POWER)


def test_nobody_gives_it_to_oneself_and_outsiders_do_not_give_it(world: World) -> None:
    """Two people, both of the three; the database insists."""
    emergency = asked(world)
    with pytest.raises(InvalidState, match="另一名管理员"):
        break_glass_approve(actor=world.actor("sysadmin"), emergency_id=emergency.pk)
    for outsider in ("head", "clerk"):
        with pytest.raises(Forbidden):
            break_glass_approve(actor=world.actor(outsider), emergency_id=emergency.pk)
        with pytest.raises(Forbidden):
            break_glass_ask(actor=world.actor(outsider), reason="急", minutes=5)
    moment = clock.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.filter(pk=emergency.pk).update(
            approved_by=emergency.asked_by_id, opened_at=moment, closes_at=moment + timedelta(minutes=5)
        )


def test_while_the_second_person_is_away_the_third_may_give_it_and_nobody_s_silence_does(
    world: World,
) -> None:
    """After half an hour without an answer the request is void; then one asks again."""
    emergency = asked(world)
    with clock.at(clock.now() + timedelta(minutes=31)):
        with pytest.raises(InvalidState, match="已失效"):
            break_glass_approve(actor=world.actor("secadmin"), emergency_id=emergency.pk)
        again = asked(world)
        break_glass_approve(actor=world.actor("auditadmin"), emergency_id=again.pk)
        assert has_permission(world.actor("sysadmin"), POWER)


def test_it_ends_at_a_word_of_any_of_the_three(world: World) -> None:
    """And cannot be ended twice or opened after."""
    emergency = asked(world)
    break_glass_approve(actor=world.actor("secadmin"), emergency_id=emergency.pk)
    break_glass_end(actor=world.actor("auditadmin"), emergency_id=emergency.pk)
    assert not has_permission(world.actor("sysadmin"), POWER)
    with pytest.raises(InvalidState):
        break_glass_end(actor=world.actor("secadmin"), emergency_id=emergency.pk)
    with pytest.raises(InvalidState):
        break_glass_approve(actor=world.actor("secadmin"), emergency_id=emergency.pk)


def test_one_at_a_time_with_a_reason_and_within_an_hour(world: World) -> None:
    """Each refusal in words."""
    with pytest.raises(ValidationFailed, match="事由"):
        break_glass_ask(actor=world.actor("sysadmin"), reason=" ", minutes=5)
    with pytest.raises(ValidationFailed, match="1—60 分钟"):
        break_glass_ask(actor=world.actor("sysadmin"), reason="急", minutes=61)
    asked(world)
    with pytest.raises(InvalidState, match="同一时间只能有一项"):
        asked(world, "secadmin")


def test_it_is_announced_and_recorded(world: World, drain: Callable[[], int]) -> None:
    """The other two hear the request; the three and the heads hear the opening and the end."""
    emergency = asked(world)
    drain()
    told = set(
        Notice.objects.filter(key=f"emergency:{emergency.pk}:asked").values_list(
            "person__login_name", flat=True
        )
    )
    assert told == {world.person("secadmin").login_name, world.person("auditadmin").login_name}
    break_glass_approve(actor=world.actor("secadmin"), emergency_id=emergency.pk)
    break_glass_end(actor=world.actor("secadmin"), emergency_id=emergency.pk)
    drain()
    for occasion in ("opened", "ended"):
        told_ids = set(
            Notice.objects.filter(key=f"emergency:{emergency.pk}:{occasion}").values_list(
                "person_id", flat=True
            )
        )
        assert {
            world.person(name).pk for name in ("sysadmin", "secadmin", "auditadmin", "head", "director")
        } <= told_ids
    ways = Notice.objects.filter(key__startswith=f"emergency:{emergency.pk}:")
    page = reverse("admin:accounts_breakglass_change", args=[emergency.pk])
    subjects = {one.person.login_name: Subject(one.subject_kind, one.subject_id or 0) for one in ways}
    assert url_of(subjects[world.person("auditadmin").login_name]) == page
    assert url_of(subjects[world.person("head").login_name]) == ""  # the back office is closed to heads
    acts = (
        AuditEntry.objects.filter(action__startswith="accounts.break_glass")
        .order_by("id")
        .values_list("action", flat=True)
    )
    assert [act.removeprefix("accounts.break_glass_") for act in acts] == ["ask", "open", "end"]


def test_content_stays_closed_with_all_powers(world: World, client_as: Callable[[str], Client]) -> None:
    """No power of an administrator opens a document; the back office of the other two opens."""
    document = carried(world, OutgoingStatus.OFFICE_REVIEW)
    emergency = asked(world)
    break_glass_approve(actor=world.actor("secadmin"), emergency_id=emergency.pk)
    client = client_as("sysadmin")
    answer = client.get(reverse("documents:outgoing_detail", args=[document.pk]))
    assert answer.status_code == 404
    assert document.title not in answer.content.decode()
    assert client.get(reverse("admin:audit_auditentry_changelist")).status_code == 200


def test_the_back_office_asks_gives_and_ends(world: World, client_as: Callable[[str], Client]) -> None:
    """By its buttons."""
    pages = "admin:accounts_breakglass_"
    first, second = client_as("sysadmin"), client_as("auditadmin")
    assert client_as("head").get(reverse(f"{pages}changelist"), follow=True).status_code == 404
    answer = first.post(reverse(f"{pages}ask"), {"reason": "停用被盗账号", "minutes": 10})
    assert answer.status_code == 302
    emergency = BreakGlass.objects.get()
    shown = second.get(reverse(f"{pages}change", args=[emergency.pk])).content.decode()
    assert "申请人" in shown
    assert (
        reverse("admin:accounts_person_change", args=[emergency.asked_by_id]) not in shown
    )  # closed to auditors
    second.post(reverse(f"{pages}approve", args=[emergency.pk]))
    assert has_permission(world.actor("sysadmin"), POWER)
    second.post(reverse(f"{pages}end", args=[emergency.pk]))
    assert not has_permission(world.actor("sysadmin"), POWER)
    assert "已结束" in second.get(reverse(f"{pages}changelist")).content.decode()


def test_there_is_no_superuser(db: None) -> None:
    """Neither by the command nor by a statement."""
    with pytest.raises(CommandError, match="没有超级用户"):
        call_command("createsuperuser", login_name="root", name="超级", interactive=False)
    person = Person.objects.create_user("somebody", "某人")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(is_superuser=True)
