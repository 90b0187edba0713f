"""A run at its draft step, as workflow's own tests have it."""

import pytest

from apps.core import subjects
from apps.core.subjects import SubjectKind
from apps.workflow.services import procedure_install, run_start
from tests.factories.world import World
from tests.workflow.conftest import Desk, open_matter
from tests.workflow.procedures import issuing


@pytest.fixture
def desk(world: World, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The drafter holds the first to-do; everybody but the stranger may see the matter."""
    monkeypatch.setitem(
        subjects._kinds,
        "tests.paper",
        SubjectKind(
            kind="tests.paper",
            name="文件",
            icon="file",
            title=lambda _id: "文件",
            url=lambda pk: f"/papers/{pk}/",
            can_view=lambda actor, _id: actor.login_name != "stranger",
        ),
    )
    procedure_install(code="issuing", name="发文", category="outgoing", definition=issuing())
    matter = open_matter(world)
    run = run_start(
        actor=world.actor("drafter"), matter=matter, procedure_code="issuing", facts={"has_cosign": False}
    )
    return Desk(world, matter, run)
