"""统一待办: pushed to the right desk, marked with its source, counted, told, finished by its system and by nobody else's."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.objections import objections_to
from apps.audit.models import AuditEntry
from apps.core.given import is_kept_whole
from apps.core.shell import counts
from apps.integration import services
from apps.integration.api import TodosView
from apps.integration.models import PartnerTodo
from apps.notifications.models import Notice
from apps.portal.desk import Tab
from apps.portal.selectors import DeskQuery, desk_page
from apps.workflow.models import Matter
from tests.factories.world import World
from tests.helpers.outgoing import submitted
from tests.helpers.partners import call, facts, push, row, system_of

As = Callable[[str], Client]
Drain = Callable[[], int]
pytestmark = pytest.mark.django_db


def desk(world: World, who: str, tab: Tab = Tab.TODO) -> list[str]:
    """Titles on a tab of somebody's desk."""
    return [line.title for line in desk_page(world.actor(who), DeskQuery(tab=tab)).rows]


def test_what_another_system_has_given_keeps_no_organ_from_being_ended(world: World) -> None:
    """Nobody in the house could finish it; what is the house's own does."""
    office = world.organs["office"].pk
    _, key = system_of(world)
    assert push(key, row()) == ["created"]
    assert objections_to(office) == []
    submitted(world)
    assert objections_to(office) == ["1件在办事项"]


def test_a_pushed_to_do_stands_on_the_desk_with_its_source(world: World, client_as: As, drain: Drain) -> None:
    _, key = system_of(world)
    before = counts(world.actor("drafter"))["todo"]
    assert push(key, row()) == ["created"]
    drain()
    [line] = desk_page(world.actor("drafter"), DeskQuery(category="partner")).rows
    assert (line.title, line.origin, line.urgency_text, line.previous) == (
        "审核2026年部门预算调剂申请",
        "财政一体化",
        "加急",
        "财政一体化",
    )
    assert line.light
    assert line.light.kind != "none"
    assert counts(world.actor("drafter"))["todo"] == before + 1
    notice = Notice.objects.get(person=world.person("drafter"))
    assert "审核2026年部门预算调剂申请" in notice.title
    assert "财政一体化" in notice.text
    drafter = client_as("drafter")
    opened = drafter.get(reverse("notifications:open", args=[notice.pk]), follow=True)
    page = opened.content.decode()
    assert opened.redirect_chain[-1][0] == line.url
    assert 'href="https://czyth.daihai.invalid/todo/ZB-1" target="_blank" rel="noopener noreferrer"' in page
    assert desk(world, "drafter", Tab.INITIATED) == []
    assert not desk_page(world.actor("drafter"), DeskQuery()).rows[0].is_unread


def test_only_its_holder_sees_it(world: World, client_as: As) -> None:
    _, key = system_of(world)
    push(key, row())
    url = reverse("integration:todo", args=[PartnerTodo.objects.get().pk])
    dismiss = reverse("integration:todo_dismiss", args=[PartnerTodo.objects.get().pk])
    for who in ("section_chief", "head", "finance_clerk", "stranger", "sysadmin", "secadmin", "auditadmin"):
        assert (who, client_as(who).get(url).status_code) == (who, 404)
        assert (who, client_as(who).post(dismiss).status_code) == (who, 404)
    assert Client().get(url).status_code == 302
    assert client_as("drafter").get(url).status_code == 200


def test_the_system_finishes_it_and_it_moves_to_done(world: World, drain: Drain) -> None:
    _, key = system_of(world)
    push(key, row())
    drain()
    for _ in range(2):
        status, answer = call(key, "partner_todos_complete", {"external_ids": ["ZB-1", "ZB-9"]})
        assert (status, [one["status"] for one in answer["results"]]) == (200, ["done", "refused"])
    drain()
    assert (desk(world, "drafter"), desk(world, "drafter", Tab.DONE)) == ([], ["审核2026年部门预算调剂申请"])
    assert [notice.read_at is not None for notice in Notice.objects.all()] == [True]
    status, answer = call(key, "partner_todos_withdraw", {"external_ids": ["ZB-1"], "reason": "重复"})
    assert "已办结" in answer["results"][0]["message"]
    assert push(key, row(title="改了")) == ["refused"]
    assert AuditEntry.objects.filter(action="integration.todo_complete").count() == 1


def test_what_is_withdrawn_leaves_the_desk_and_stays_readable(world: World, client_as: As) -> None:
    _, key = system_of(world)
    push(key, row())
    assert call(key, "partner_todos_withdraw", {"external_ids": ["ZB-1"], "reason": " "})[0] == 422
    status, answer = call(key, "partner_todos_withdraw", {"external_ids": ["ZB-1"], "reason": "申请已撤销"})
    assert (status, answer["results"][0]["status"]) == (200, "withdrawn")
    assert (desk(world, "drafter"), desk(world, "drafter", Tab.DONE)) == ([], [])
    page = client_as("drafter").get(reverse("integration:todo", args=[PartnerTodo.objects.get().pk]))
    assert "来源系统撤回" in page.content.decode()
    assert Matter.objects.get().state_text == "来源系统已撤回"


def test_the_same_row_again_changes_nothing_and_another_brings_it_up_to_date(world: World) -> None:
    _, key = system_of(world)
    assert [push(key, row())[0] for _ in range(2)] == ["created", "unchanged"]
    changed = row(
        title="审核调剂申请（第二次）",
        urgency="extra_urgent",
        due_at="2026-12-10T12:00:00+08:00",
        source="预算科",
    )
    assert push(key, changed) == ["updated"]
    [line] = desk_page(world.actor("drafter"), DeskQuery()).rows
    assert (line.title, line.urgency_text, line.origin) == ("审核调剂申请（第二次）", "特急", "预算科")
    assert PartnerTodo.objects.get().due_at == Matter.objects.get().tasks.get().due_at
    assert push(key, row(login_name="clerk")) == ["refused"]
    assert push(key, row(due_at=None)) == ["refused"]


def test_people_of_organs_that_do_not_use_the_system_are_out_of_reach(world: World) -> None:
    _, key = system_of(world)
    wrong = [row(f"X-{who}", who) for who in ("bureau_clerk", "leaver", "sysadmin", "nobody", "a\x00b")]
    status, answer = call(key, "partner_todos", {"todos": wrong})
    assert status == 200
    messages = {one["message"] for one in answer["results"][:-1]}
    assert messages == {"没有找到该人员，或其所在机关不使用本系统。"}
    assert {one["status"] for one in answer["results"]} == {"refused"}
    assert not PartnerTodo.objects.exists()
    assert not Matter.objects.exists()
    assert push(key, row("X-9", "FINANCE_CLERK")) == ["created"]


def test_a_bad_row_refuses_itself_alone(world: World) -> None:
    _, key = system_of(world)
    rows = [
        row("A"),
        row("B", link="https://evil.invalid/"),
        row("C", title=" "),
        row("D", title="机密★1年 某事"),
        row("E", urgency="now"),
        row("F", due_at="tomorrow"),
        {"external_id": "G"},
        row("H"),
    ]
    assert push(key, *rows) == ["created", *["refused"] * 6, "created"]
    assert list(PartnerTodo.objects.values_list("external_id", flat=True).order_by("id")) == ["A", "H"]
    status, _ = call(key, "partner_todos", {"todos": [row(str(number)) for number in range(201)]})
    assert status == 422
    wrong: list[Any] = [{}, {"todos": {}}, [], "x", {"todos": []}]
    for nonsense in wrong:
        assert call(key, "partner_todos", nonsense)[0] == 422


@pytest.mark.parametrize(
    "bad", [{"external_id": "a\x00b"}, {"external_id": "\ud800"}, row(urgency="\x00"), row(urgency="\ud800")]
)
def test_a_row_that_cannot_be_kept_is_refused_and_its_answer_is(world: World, bad: dict[str, Any]) -> None:
    """Under a key too, each time the request is sent."""
    _, key = system_of(world)
    body = {"todos": [bad, row("B")]}
    for headers in ({"Idempotency_Key": "k"}, {"Idempotency_Key": "k"}, {}):
        status, answer = call(key, "partner_todos", body, **headers)
        assert status == 200
        assert answer["results"][0]["status"] == "refused"
        assert is_kept_whole(json.dumps(answer, ensure_ascii=False))
    assert PartnerTodo.objects.count() == 1


def test_too_many_rows_are_refused_before_any_is_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = system_of(world)
    monkeypatch.setattr(TodosView, "Row", None)
    status, answer = call(key, "partner_todos", {"todos": [row()] * 201})
    assert (status, answer["message"]) == (422, "一次须有 1 到 200 条，现为 201 条。")


def test_no_system_touches_anothers(world: World) -> None:
    _, key = system_of(world)
    _, other = system_of(world, name="国资监管")
    push(key, row())
    status, answer = call(other, "partner_todos_complete", {"external_ids": ["ZB-1"]})
    assert (status, answer["results"][0]["code"]) == (200, "not_found")
    assert call(other, "partner_todos")[1]["results"] == []
    assert push(other, row()) == ["created"]
    assert len(desk(world, "drafter")) == 2


def test_a_request_sent_again_under_its_key_is_answered_as_before(world: World) -> None:
    _, key = system_of(world)
    body = {"todos": [row()]}
    first = call(key, "partner_todos", body, Idempotency_Key="r-1")
    assert call(key, "partner_todos", body, Idempotency_Key="r-1") == first
    assert first[1]["results"][0]["status"] == "created"
    assert call(key, "partner_todos", {"todos": [row("other")]}, Idempotency_Key="r-1")[0] == 409
    assert call(key, "partner_todos", body, Idempotency_Key="r-2")[1]["results"][0]["status"] == "unchanged"


def test_the_holder_takes_off_what_was_done_over_there(world: World, client_as: As) -> None:
    _, key = system_of(world)
    push(key, row())
    todo = PartnerTodo.objects.get()
    url = reverse("integration:todo_dismiss", args=[todo.pk])
    drafter = client_as("drafter")
    assert drafter.post(url).status_code == 303
    assert drafter.post(url).status_code == 409
    assert (desk(world, "drafter"), len(desk(world, "drafter", Tab.DONE))) == ([], 1)
    told = call(key, "partner_todos")[1]["results"][0]
    assert (told["state"], told["ended_by"], told["login_name"]) == ("done", "person", "drafter")
    assert (
        call(key, "partner_todos_complete", {"external_ids": ["ZB-1"]})[1]["results"][0]["status"] == "done"
    )
    assert call(key, "partner_todos")[1]["results"][0]["ended_by"] == "system"


def test_the_system_reads_back_its_own_by_state_and_id(world: World) -> None:
    _, key = system_of(world)
    push(key, *(row(f"N-{number}") for number in range(3)))
    call(key, "partner_todos_complete", {"external_ids": ["N-1"]})
    client = Client()

    def ids(query: str) -> list[str]:
        answer = client.get(reverse("api:partner_todos") + query, headers={"Authorization": f"Bearer {key}"})
        return [one["external_id"] for one in answer.json()["results"]]

    assert ids("?state=open") == ["N-2", "N-0"]
    assert (ids("?state=done"), ids("?state=x"), ids("?external_ids=N-0,N-1")) == (
        ["N-1"],
        [],
        ["N-1", "N-0"],
    )
    assert len(ids("?cursor=nonsense")) == 3


def test_who_stands_in_finds_it_under_the_holders_name(world: World, client_as: As) -> None:
    _, key = system_of(world)
    push(key, row(login_name="head"))
    page = client_as("secretary").get(reverse("integration:todo", args=[PartnerTodo.objects.get().pk]))
    assert "这是沈亦舟的待办" in page.content.decode()


def test_a_system_for_everybody_reaches_every_organ(world: World) -> None:
    _, key = system_of(world, is_for_all=True, organ_ids=[])
    assert push(key, row("A", "bureau_clerk"), row("B", "stranger")) == ["created", "created"]


def test_a_disabled_system_pushes_nothing_even_in_a_race(world: World) -> None:
    system, _ = system_of(world)
    services.system_change(actor=world.actor("sysadmin"), system_id=system.pk, facts=facts(world, scopes=[]))
    with pytest.raises(Exception, match="权限"):
        services.todos_complete(system=system, external_ids=["ZB-1"])
