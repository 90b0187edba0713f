"""The procedures of 办文 as administrators change them: a step must be one a document can stand at."""

import copy
from typing import Any

import pytest

from apps.core.errors import ValidationFailed
from apps.documents.procedures import INCOMING, INCOMING_CODE, OUTGOING, OUTGOING_CODE
from apps.documents.services.installation import procedures_install
from apps.workflow.models import Procedure
from apps.workflow.services import procedure_version_add
from tests.factories.world import World

pytestmark = pytest.mark.django_db


def with_legal_review() -> dict[str, Any]:
    """A sound procedure with a step between unit and office that documents do not know."""
    definition = copy.deepcopy(OUTGOING)
    steps = definition["steps"]
    for branch in (branch for step in steps[:3] for branch in step["next"]):
        if branch["to"] == "office_review":
            branch["to"] = "legal_review"
    more = {
        "code": "legal_review",
        "name": "合法性审核",
        "must_choose": False,
        "next": [{"to": "office_review"}],
    }
    steps.insert(3, {**copy.deepcopy(steps[3]), **more})
    return definition


def add(world: World, code: str, definition: dict[str, Any]) -> None:
    """The administrator saves a version."""
    procedure = Procedure.objects.get(code=code)
    procedure_version_add(actor=world.actor("sysadmin"), procedure_id=procedure.pk, definition=definition)


def test_a_step_no_document_can_stand_at_is_refused_by_name(world: World) -> None:
    procedures_install()
    with pytest.raises(ValidationFailed, match="“合法性审核”环节的代码“legal_review”") as refused:
        add(world, OUTGOING_CODE, with_legal_review())
    assert "office_review" in refused.value.message
    incoming = copy.deepcopy(INCOMING)
    incoming["steps"][-2]["code"] = "closing"
    incoming["steps"][-3]["next"] = [{"to": "closing"}]
    with pytest.raises(ValidationFailed, match="“办结审核”环节的代码“closing”"):
        add(world, INCOMING_CODE, incoming)


def test_a_change_within_the_known_steps_is_saved(world: World) -> None:
    procedures_install()
    definition = copy.deepcopy(OUTGOING)
    definition["steps"][1] |= {"name": "处室核稿", "due_workdays": 3}
    add(world, OUTGOING_CODE, definition)
    assert Procedure.objects.get(code=OUTGOING_CODE).versions.count() == 2
