"""A neutral thing to hang files on: seen by all of the office, changed by the drafter while it is open."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from apps.core import subjects
from apps.core.actors import Actor
from apps.core.subjects import Subject, SubjectKind
from tests.factories.world import World

KIND = "tests.folder"


@dataclass
class Folder:
    """The thing: who may see it, who may change its files, whether it is fixed."""

    subject: Subject = field(default_factory=lambda: Subject(KIND, 7))
    readers: set[int] = field(default_factory=set)
    writers: set[int] = field(default_factory=set)
    is_fixed: bool = False

    def can_view(self, actor: Actor, _id: int) -> bool:
        """Readers see it."""
        return actor.person_id in self.readers

    def can_attach(self, actor: Actor, _id: int) -> bool:
        """Writers attach while it is open."""
        return actor.person_id in self.writers and not self.is_fixed


@pytest.fixture
def folder(world: World) -> Iterator[Folder]:
    """A folder the drafter writes and the section chief reads; the stranger knows nothing of it."""
    made = Folder()
    made.writers = {world.person("drafter").pk}
    made.readers = made.writers | {world.person("section_chief").pk}
    subjects.register(
        SubjectKind(
            kind=KIND,
            name="卷宗",
            icon="folder",
            title=lambda _id: "测试卷宗",
            url=lambda pk: f"/folders/{pk}/",
            can_view=made.can_view,
            can_attach=made.can_attach,
        )
    )
    yield made
    subjects._kinds.pop(KIND)
