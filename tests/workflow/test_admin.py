"""The back office of procedures: who sees it, what a wrong definition is told, and that no title is shown."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Appointment
from apps.audit.models import AuditEntry
from apps.workflow.models import Procedure, Task
from tests.workflow.conftest import Desk
from tests.workflow.procedures import issuing

SignIn = Callable[[str], Client]


def page(name: str, *args: int) -> str:
    """An address of the back office."""
    return reverse(f"admin:workflow_{name}", args=args)


def new_version(desk: Desk) -> str:
    """Where a version is made."""
    return f"/admin/workflow/procedure/{Procedure.objects.get().pk}/new-version/"


def changed(**change: object) -> str:
    """The procedure with a changed first review."""
    definition = issuing()
    definition["steps"][1] |= change
    return json.dumps(definition, ensure_ascii=False)


@pytest.mark.parametrize("name", ["procedure_changelist", "procedureversion_changelist", "task_changelist"])
def test_only_the_system_administrator_sees_procedures(desk: Desk, client_as: SignIn, name: str) -> None:
    """Neither the other administrators nor an ordinary person."""
    assert client_as("sysadmin").get(page(name)).status_code == 200
    for key in ("secadmin", "auditadmin", "drafter"):
        assert client_as(key).get(page(name)).status_code in {302, 403}


def test_the_procedure_is_shown_drawn(desk: Desk, client_as: SignIn) -> None:
    """With the number of the version in force."""
    answer = client_as("sysadmin").get(page("procedure_change", Procedure.objects.get().pk))
    text = answer.content.decode()
    assert "diagram__box" in text
    assert "第1版" in text


def test_a_version_is_looked_at_before_it_is_saved(desk: Desk, client_as: SignIn) -> None:
    """Looking saves nothing; saving makes the next number and is audited."""
    client = client_as("sysadmin")
    assert client.get(new_version(desk)).status_code == 200
    answer = client.post(new_version(desk), {"definition": changed(due_workdays=3), "preview": ""})
    assert "检查通过" in answer.content.decode()
    assert Procedure.objects.get().versions.count() == 1
    answer = client.post(new_version(desk), {"definition": changed(due_workdays=3), "save": ""})
    assert answer.status_code == 302
    assert Procedure.objects.get().versions.count() == 2
    assert AuditEntry.objects.filter(action="workflow.version").latest("id").person_name == "系统管理员甲"


def test_running_runs_keep_their_version(desk: Desk, client_as: SignIn) -> None:
    """The new one is for runs that begin later."""
    client_as("sysadmin").post(new_version(desk), {"definition": changed(name="科室核稿"), "save": ""})
    desk.act("drafter", "submit")
    assert desk.task("section_chief").step_name == "部门核稿"


@pytest.mark.parametrize("act", ["preview", "save"])
def test_a_wrong_definition_is_told_every_mistake(desk: Desk, client_as: SignIn, act: str) -> None:
    """And nothing is saved; what was typed stays in the box."""
    wrong = changed(next=[{"to": "nowhere"}], mode="some")
    text = client_as("sysadmin").post(new_version(desk), {"definition": wrong, act: ""}).content.decode()
    assert "办理方式“some”不存在" in text
    assert "nowhere" in text
    assert Procedure.objects.get().versions.count() == 1


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '"draft"'])
def test_what_is_no_definition_is_told_so(desk: Desk, client_as: SignIn, text: str) -> None:
    """Broken JSON and JSON of another shape."""
    answer = client_as("sysadmin").post(new_version(desk), {"definition": text, "save": ""})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_a_procedure_is_switched_off_after_asking(desk: Desk, client_as: SignIn) -> None:
    """The page asks; the answer switches; the audit knows."""
    procedure = Procedure.objects.get()
    address = f"/admin/workflow/procedure/{procedure.pk}/switch/"
    client = client_as("sysadmin")
    assert "不能再发起" in client.get(address).content.decode()
    assert Procedure.objects.get().is_enabled
    client.post(address)
    assert not Procedure.objects.get().is_enabled
    assert AuditEntry.objects.filter(action="workflow.switch").exists()


def test_write_pages_are_closed_to_others(desk: Desk, client_as: SignIn) -> None:
    """Also for administrators of another kind."""
    task = desk.task("drafter")
    addresses = [new_version(desk), f"/admin/workflow/task/{task.pk}/reassign/"]
    for key in ("secadmin", "auditadmin", "drafter"):
        assert {client_as(key).post(address).status_code for address in addresses} <= {302, 403}


def test_what_a_leaver_left_is_found_and_handed_over_without_showing_titles(
    desk: Desk, client_as: SignIn
) -> None:
    """The list has metadata only; the filter finds holders who have gone."""
    desk.act("drafter", "submit")
    task = desk.task("section_chief")
    client = client_as("sysadmin")
    gone = f"{page('task_changelist')}?holder=gone"
    assert "林知夏" not in client.get(gone).content.decode()
    Appointment.objects.filter(pk=task.appointment_id).update(ended_on=date(2025, 1, 1))
    text = client.get(gone).content.decode()
    assert "林知夏" in text
    assert desk.matter.title not in text
    address = f"/admin/workflow/task/{task.pk}/reassign/"
    form = client.get(address).content.decode()
    assert desk.matter.title not in form
    deputy = desk.world.post("deputy").pk
    assert 'role="alert"' in client.post(address, {"appointment": deputy, "reason": ""}).content.decode()
    assert client.post(address, {"appointment": deputy, "reason": "调离"}).status_code == 302
    assert Task.objects.get(run=desk.run, state=Task.State.OPEN).person == desk.world.person("deputy")
