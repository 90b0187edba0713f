"""Two people, two windows, one run: exactly one act counts and the other is told who was faster.

Each verb is made slow between reading and writing, so that without the lock on the run's row both would see an open to-do.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest

from apps.core.errors import HouseError, InvalidState
from apps.core.models import OutboxEvent
from apps.workflow.models import Opinion, Reading, Run, StepLog, Task
from apps.workflow.services import (
    acts,
    moves,
    procedure_install,
    reading_send,
    readings,
    run_start,
    task_complete,
    task_return,
    task_withdraw,
)
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.workflow.conftest import Desk, open_matter
from tests.workflow.procedures import issuing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    """A run at its draft step, really committed."""
    world = World.build()
    procedure_install(code="issuing", name="发文", category="outgoing", definition=issuing())
    matter = open_matter(world)
    run = run_start(
        actor=world.actor("drafter"), matter=matter, procedure_code="issuing", facts={"has_cosign": False}
    )
    return Desk(world, matter, run)


@pytest.fixture(autouse=True)
def _slow_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every move waits a little after it has read the run, every sending after it has written the reads."""

    def slowed(original: Callable[..., Any]) -> Callable[..., Any]:
        def slow(*given: Any, **named: Any) -> Any:
            time.sleep(0.15)
            return original(*given, **named)

        return slow

    monkeypatch.setattr(acts, "run_move", slowed(moves.run_move))
    monkeypatch.setattr(readings, "_log", slowed(readings._log))


def refusals(results: list[Any]) -> list[HouseError]:
    """The house's errors among results; anything unexpected is raised."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, HouseError):
            raise result
    return [result for result in results if isinstance(result, HouseError)]


def completer(desk: Desk, key: str, action: str = "approve") -> Callable[[], Any]:
    """The person's click on the open to-do."""
    task, actor = desk.task(key), desk.actor(key)
    return lambda: task_complete(actor=actor, task_id=task.pk, action=Opinion.Action(action), text="同意。")


def test_two_holders_of_a_first_step_act_at_once(desk: Desk) -> None:
    """One takes the step, the other is told; the signer has one to-do."""
    desk.to("office_review")
    results = race(completer(desk, "clerk"), completer(desk, "clerk_chief"))
    (refused,) = refusals(results)
    assert isinstance(refused, InvalidState)
    assert "办公室审核" in refused.message
    assert desk.open() == [("signing", "沈亦舟")]
    assert Opinion.objects.filter(step_code="office_review").count() == 1
    assert OutboxEvent.objects.filter(kind="workflow.TaskOpened").count() == 5


def test_the_head_signs_in_two_windows_at_once(desk: Desk) -> None:
    """The document is signed once."""
    desk.to("signing")
    sign = completer(desk, "head", "sign")
    results = race(sign, sign, sign)
    assert len(refusals(results)) == 2
    assert Opinion.objects.filter(action=Opinion.Action.SIGN).count() == 1
    assert desk.open() == [("numbering", "何书航")]


def test_the_next_one_acts_while_the_sender_withdraws(desk: Desk) -> None:
    """Either it is taken back or it has gone on; never both."""
    desk.act("drafter", "submit")
    drafter = desk.actor("drafter")
    results = race(completer(desk, "section_chief"), lambda: task_withdraw(actor=drafter, run_id=desk.run.pk))
    assert len(refusals(results)) == 1
    assert desk.open() in (
        [("draft", "许若溪")],
        [("office_review", "何书航"), ("office_review", "罗嘉木")],
    )
    assert StepLog.objects.filter(verb__in=["同意", "撤回"]).count() == 1


def test_one_clerk_approves_while_the_other_returns(desk: Desk) -> None:
    """The run goes on or back, and stands at one place."""
    desk.to("office_review")
    task, chief = desk.task("clerk_chief"), desk.actor("clerk_chief")
    results = race(
        completer(desk, "clerk"),
        lambda: task_return(actor=chief, task_id=task.pk, to="drafter", text="请修改。"),
    )
    assert len(refusals(results)) == 1
    assert desk.open() in ([("draft", "许若溪")], [("signing", "沈亦舟")])


def test_countersigners_finish_at_the_same_moment(desk: Desk) -> None:
    """All words are kept and the step ends once, with one to-do for each clerk."""
    keys = ("bureau_head", "finance_head", "county_head")
    posts = [desk.world.post(key).pk for key in keys]
    desk.act("drafter", "submit", chosen={"cosign": posts}, facts={"has_cosign": True})
    desk.act("section_chief")
    results = race(*(completer(desk, key) for key in keys))
    assert refusals(results) == []
    assert sorted(result.step_finished for result in results) == [False, False, True]
    assert Opinion.objects.filter(step_code="cosign").count() == 3
    assert desk.open() == [("office_review", "何书航"), ("office_review", "罗嘉木")]


def test_a_matter_is_submitted_in_two_windows(desk: Desk) -> None:
    """One live run, one draft to-do."""
    matter = open_matter(desk.world, number=2)
    actor = desk.actor("drafter")

    def begin() -> Run:
        return run_start(actor=actor, matter=matter, procedure_code="issuing", facts={})

    results = race(begin, begin, begin)
    assert len(refusals(results)) == 2
    assert Task.objects.filter(matter=matter).count() == 1


def test_two_people_circulate_to_the_same_reader(desk: Desk) -> None:
    """The reader has it once."""
    post = desk.world.post("county_clerk")

    def send(key: str) -> Callable[[], Any]:
        actor = desk.actor(key)
        return lambda: reading_send(actor=actor, matter=desk.matter, appointments=[post])

    results = race(send("clerk"), send("clerk_chief"), send("director"))
    assert refusals(results) == []
    assert Reading.objects.filter(person=desk.world.person("county_clerk")).count() == 1
