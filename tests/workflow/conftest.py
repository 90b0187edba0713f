"""A matter of the city's office and its issuing procedure, as the tests of the verbs need them."""

from dataclasses import dataclass

import pytest

from apps.core.actors import Actor
from apps.core.subjects import Subject
from apps.workflow.models import Matter, Opinion, Run, Task
from apps.workflow.services import StepResult, matter_open, procedure_install, run_start, task_complete
from tests.factories.world import World
from tests.helpers.replay import replayed
from tests.workflow.procedures import issuing


@dataclass
class Desk:
    """Short ways to what the tests say again and again."""

    world: World
    matter: Matter
    run: Run

    def actor(self, key: str) -> Actor:
        """One of the cast."""
        return self.world.actor(key)

    def task(self, key: str) -> Task:
        """The person's open to-do in the run."""
        return Task.objects.get(run=self.run, person=self.world.person(key), state=Task.State.OPEN)

    def open(self) -> list[tuple[str, str]]:
        """Open to-dos as (step, name)."""
        rows = Task.objects.filter(run=self.run, state=Task.State.OPEN).order_by("key")
        return [(row.step_code, row.person.name) for row in rows.select_related("person")]

    def act(self, key: str, action: str = "approve", text: str = "", **more: object) -> StepResult:
        """The person completes the open to-do."""
        return task_complete(
            actor=self.actor(key),
            task_id=self.task(key).pk,
            action=Opinion.Action(action),
            text=text,
            **more,  # type: ignore[arg-type]  # keyword arguments of the service
        )

    def to(self, step: str) -> None:
        """Take the run to a step along the shortest way."""
        way = [("drafter", "submit"), ("section_chief", "approve"), ("clerk", "approve"), ("head", "sign")]
        order = ["draft", "dept_review", "office_review", "signing", "numbering"]
        for key, action in way[: order.index(step)]:
            self.act(key, action)


def open_matter(world: World, *, number: int = 1, title: str = "关于召开安全生产工作会议的通知") -> Matter:
    """A card begun by the drafter."""
    return matter_open(
        actor=world.actor("drafter"),
        subject=Subject("tests.paper", number),
        category="outgoing",
        title=title,
        origin_name="综合科",
        organ_id=world.organs["office"].pk,
    )


@replayed
def begun(world: World) -> Run:
    """A run at its draft step."""
    procedure_install(code="issuing", name="发文", category="outgoing", definition=issuing())
    matter = open_matter(world)
    return run_start(
        actor=world.actor("drafter"), matter=matter, procedure_code="issuing", facts={"has_cosign": False}
    )


@pytest.fixture
def desk(world: World) -> Desk:
    """What the tests say of such a run."""
    run = begun(world)
    return Desk(world, run.matter, run)
