"""The desk's lists and what a document page reads: whose they are, and what they cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Delegation
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.paging import page_of
from apps.core.working_calendar import city_calendar
from apps.workflow import selectors
from apps.workflow.lights import light_of
from apps.workflow.models import Follow, Matter, Opinion, Task
from apps.workflow.services import (
    reading_send,
    run_start,
    task_complete,
    task_opened,
    task_return,
    task_withdraw,
)
from tests.helpers.depth import first_quick
from tests.workflow.conftest import Desk, open_matter

MORNING = datetime(2026, 11, 20, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))


def delegate(desk: Desk, kind: str, *, scope: list[str] | None = None) -> None:
    """The head lets the deputy act."""
    Delegation.objects.create(
        delegator=desk.world.post("head"),
        delegate=desk.world.post("deputy"),
        kind=kind,
        scope=scope or [],
        starts_at=now() - timedelta(hours=1),
        ends_at=now() + timedelta(days=1),
        reason="出差",
        created_at=now(),
    )


def more_runs(desk: Desk, numbers: range) -> None:
    """More matters of the drafter waiting for the section chief, each sent to her to read and followed by her."""
    drafter, chief = desk.actor("drafter"), desk.world.post("section_chief")
    for number in numbers:
        matter = open_matter(desk.world, number=number)
        run = run_start(actor=drafter, matter=matter, procedure_code="issuing", facts={})
        task = Task.objects.get(run=run, state=Task.State.OPEN)
        task_complete(actor=drafter, task_id=task.pk, action=Opinion.Action.SUBMIT)
        reading_send(actor=drafter, matter=matter, appointments=[chief])
        Follow.objects.create(matter=matter, person_id=chief.person_id, created_at=now())


def test_a_to_do_is_on_its_holders_list_only(desk: Desk) -> None:
    """And leaves it when done."""
    desk.act("drafter", "submit")
    chief = desk.actor("section_chief")
    assert [task.step_code for task in selectors.tasks_todo(chief)] == ["dept_review"]
    assert list(selectors.tasks_todo(desk.actor("drafter"))) == []
    assert selectors.task_count(chief) == 1
    desk.act("section_chief")
    assert list(selectors.tasks_todo(chief)) == []
    assert [task.matter_id for task in selectors.tasks_done(chief)] == [desk.matter.pk]


def test_done_shows_each_matter_once_with_the_latest_act(desk: Desk) -> None:
    """The drafter submitted twice."""
    desk.act("drafter", "submit")
    task_return(
        actor=desk.actor("section_chief"), task_id=desk.task("section_chief").pk, to="drafter", text="请改。"
    )
    desk.act("drafter", "submit")
    (row,) = selectors.tasks_done(desk.actor("drafter"))
    assert row.visit == 2


@pytest.mark.parametrize(
    ("kind", "scope", "sees"),
    [
        (Delegation.Kind.ACTING, [], True),
        (Delegation.Kind.APPROVAL, ["outgoing"], True),
        (Delegation.Kind.APPROVAL, ["incoming"], False),
        (Delegation.Kind.OFFICE, [], False),
    ],
)
def test_a_delegate_sees_what_may_be_done_for_the_delegator(
    *, desk: Desk, kind: str, scope: list[str], sees: bool
) -> None:
    """The list, the page's button and the visibility agree."""
    desk.to("signing")
    delegate(desk, kind, scope=scope)
    deputy = desk.actor("deputy")
    assert bool(selectors.tasks_todo(deputy)) is sees
    assert (selectors.open_task_for(deputy, desk.matter) is not None) is sees
    visible = Matter.objects.filter(selectors.participates(deputy, "tests.paper", "subject_id"))
    assert visible.exists() is sees


def test_a_secretary_sees_the_leaders_to_do(desk: Desk) -> None:
    """She will record the leader's words."""
    desk.to("signing")
    (task,) = selectors.tasks_todo(desk.actor("secretary"))
    assert task.person == desk.world.person("head")
    form = selectors.task_form(desk.actor("secretary"), task)
    assert form is not None
    assert form.standing.capacity == "secretary"


def test_taking_part_makes_visible_and_nothing_else_does(desk: Desk) -> None:
    """Holders and readers see it; a stranger and the chief who lost the to-do again do not."""
    reading_send(
        actor=desk.actor("drafter"), matter=desk.matter, appointments=[desk.world.post("county_clerk")]
    )
    desk.act("drafter", "submit")

    def sees(key: str) -> bool:
        condition = selectors.participates(desk.actor(key), "tests.paper", "subject_id")
        return Matter.objects.filter(condition).exists()

    assert [key for key in ("drafter", "section_chief", "county_clerk", "head", "stranger") if sees(key)] == [
        "drafter",
        "section_chief",
        "county_clerk",
    ]
    task_withdraw(actor=desk.actor("drafter"), run_id=desk.run.pk)
    assert not sees("section_chief")


def test_participates_looks_at_the_right_kind(desk: Desk) -> None:
    """The same number of another kind opens nothing."""
    condition = selectors.participates(desk.actor("drafter"), "tests.other", "subject_id")
    assert not Matter.objects.filter(condition).exists()


LISTS: dict[str, tuple[Callable[[Actor], Any], tuple[str, ...]]] = {
    "tasks_todo": (selectors.tasks_todo, selectors.TODO_ORDER),
    "tasks_done": (selectors.tasks_done, selectors.DONE_ORDER),
    "readings_todo": (selectors.readings_todo, selectors.READING_TODO_ORDER),
    "matters_followed": (selectors.matters_followed, selectors.MATTER_ORDER),
}


@pytest.mark.parametrize("name", first_quick(LISTS))
def test_a_list_costs_the_same_with_three_rows_and_with_thirty(desk: Desk, name: str) -> None:
    """Rows bring their matter and people along."""
    read, order = LISTS[name]
    actor = desk.actor("drafter" if name == "tasks_done" else "section_chief")

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            rows = page_of(read(actor), order=order).rows
            shown = {(row.matter.title, row.person.name if isinstance(row, Task) else "") for row in rows}
        return len(rows) * bool(shown), len(captured)

    more_runs(desk, range(100, 103))
    few, cost_of_few = cost()
    more_runs(desk, range(200, 227))
    many, cost_of_many = cost()
    assert (few, many) == (3, 30)
    assert cost_of_many == cost_of_few <= 3


def test_the_flow_shows_passed_present_and_coming_steps(desk: Desk) -> None:
    """With names, times and what follows as the facts stand."""
    desk.to("office_review")
    steps = selectors.flow_steps(desk.run)
    assert [(step.code, step.state, step.who) for step in steps] == [
        ("draft", "done", "许若溪"),
        ("dept_review", "done", "林知夏"),
        ("office_review", "now", "何书航等2人"),
        ("signing", "next", "主要负责人"),
        ("numbering", "next", "文书"),
    ]
    task_opened(actor=desk.actor("clerk"), matter=desk.matter)
    now_step = selectors.flow_steps(desk.run)[2]
    assert [person.opened_at is not None for person in now_step.people] == [False, True]


def test_the_flow_costs_two_queries_whatever_its_length(desk: Desk) -> None:
    """The run with its version, and the tasks."""
    desk.to("numbering")
    with CaptureQueriesContext(connection) as captured:
        assert len(selectors.flow_steps(desk.run)) == 5
    assert len(captured) == 2


def test_the_withdraw_button_tells_the_true_reason(desk: Desk) -> None:
    """Hidden for strangers, warns when opened, refuses when acted on."""
    desk.act("drafter", "submit")
    drafter = desk.actor("drafter")
    assert not selectors.withdrawal_of(desk.actor("stranger"), selectors.passage_of(desk.run)).is_shown
    task_opened(actor=desk.actor("section_chief"), matter=desk.matter)
    offered = selectors.withdrawal_of(drafter, selectors.passage_of(desk.run))
    assert (offered.can, "林知夏已于" in offered.warning) == (True, True)
    desk.act("section_chief")
    late = selectors.withdrawal_of(drafter, selectors.passage_of(desk.run))
    assert (late.can, "林知夏已于" in late.reason) == (False, True)


def test_opinions_stand_in_columns_with_the_leaders_first(desk: Desk) -> None:
    """Whoever spoke first."""
    desk.act("drafter", "submit")
    desk.act("section_chief", text="拟同意。")
    desk.act("clerk", text="格式无误。")
    desk.act("head", "sign", "同意印发。")
    columns = selectors.opinion_columns(desk.matter)
    assert [(column.name, column.is_leader) for column in columns] == [
        ("签发意见", True),
        ("核稿意见", False),
        ("审核意见", False),
    ]
    assert [opinion.text for opinion in selectors.opinions_of(desk.matter)] == [
        "同意印发。",
        "拟同意。",
        "格式无误。",
    ]


def test_words_of_an_act_taken_back_are_marked(desk: Desk) -> None:
    """They stay, and count for nothing."""
    desk.act("drafter", "submit")
    desk.act("section_chief", text="同意。")
    task_withdraw(actor=desk.actor("section_chief"), run_id=desk.run.pk)
    (opinion,) = selectors.opinions_of(desk.matter)
    assert opinion.is_taken_back


def test_due_counts_agree_with_the_lights(desk: Desk) -> None:
    """The same to-dos are red, amber and green in the number and in the list."""
    more_runs(desk, range(100, 112))
    tasks = list(Task.objects.filter(state=Task.State.OPEN, person=desk.world.person("section_chief")))
    for index, task in enumerate(tasks):
        task.due_at = MORNING + timedelta(hours=23 * (index - 3))
    Task.objects.bulk_update(tasks, ["due_at"])
    with time_machine.travel(MORNING, tick=False):
        lights = [str(light_of(task.due_at, moment=now(), calendar=city_calendar()).kind) for task in tasks]
        counts = selectors.due_counts(desk.actor("section_chief"))
    assert len(set(lights)) == 3
    assert (counts.over, counts.near, counts.good) == tuple(
        lights.count(kind) for kind in ("over", "near", "good")
    )


def test_a_signing_costs_few_statements(desk: Desk) -> None:
    """The whole verb, from the lock to the outbox."""
    desk.to("signing")
    task, head = desk.task("head"), desk.actor("head")
    with CaptureQueriesContext(connection) as captured:
        task_complete(actor=head, task_id=task.pk, action=Opinion.Action.SIGN, text="同意。")
    assert len(captured) <= 17, "\n".join(query["sql"][:160] for query in captured)
