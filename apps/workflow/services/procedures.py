"""Procedures: installed by the app that needs them, given new versions by administrators; a version never changes."""

from typing import Any

from django.db import transaction
from django.db.models import Q

from apps.accounts.models import Role
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.workflow.assignees import running_appointments
from apps.workflow.definition import Definition
from apps.workflow.models import Procedure, ProcedureVersion
from apps.workflow.policies import administers_procedures
from apps.workflow.soundness import prove
from apps.workflow.vocabulary import strange_steps

ROLES = frozenset(str(role) for role in Role)


@transaction.atomic
def procedure_install(
    *, code: str, name: str, category: str, definition: dict[str, Any], organ_id: int | None = None
) -> ProcedureVersion:
    """The procedure with this very definition as its newest version; installing the same again changes nothing.

    For set-up code of upper apps. Raises `ValidationFailed` naming every mistake of the definition.
    """
    definition_check(code=code, definition=definition)
    whose = Q(organ_id=organ_id) if organ_id else Q(organ__isnull=True)
    procedure = Procedure.objects.filter(whose, code=code).first()
    if procedure is None:
        procedure = Procedure.objects.create(code=code, name=name, category=category, organ_id=organ_id)
    newest = procedure.versions.first()
    if newest is not None and newest.definition == definition:
        return newest
    return _version_add(procedure, definition, actor=None)


@transaction.atomic
def procedure_version_add(*, actor: Actor, procedure_id: int, definition: dict[str, Any]) -> ProcedureVersion:
    """A new version made by an administrator; runs that began keep theirs. Raises `ValidationFailed` as installing does."""
    if not administers_procedures(actor):
        raise Forbidden("只有流程管理员可以修改流程。", rule="administrator")
    procedure = Procedure.objects.select_for_update(of=("self",)).filter(pk=procedure_id).first()
    if procedure is None:
        raise NotFound
    definition_check(code=procedure.code, definition=definition)
    newest = procedure.versions.first()
    if newest is not None and newest.definition == definition:
        raise ValidationFailed("定义与现行版本相同，无需保存新版本。", fields={"definition": "没有变化"})
    return _version_add(procedure, definition, actor=actor)


@transaction.atomic
def procedure_switch(*, actor: Actor, procedure_id: int, is_enabled: bool) -> Procedure:
    """Let new runs of the procedure begin, or not; running ones go on. Refuses people who do not administer procedures."""
    if not administers_procedures(actor):
        raise Forbidden("只有流程管理员可以启用或停用流程。", rule="administrator")
    procedure = Procedure.objects.select_for_update(of=("self",)).filter(pk=procedure_id).first()
    if procedure is None:
        raise NotFound
    procedure.is_enabled = is_enabled
    procedure.save(update_fields=["is_enabled"])
    record(
        "workflow.switch",
        actor=actor,
        subject_text=procedure.name,
        facts={"procedure": procedure.pk, "is_enabled": is_enabled},
    )
    return procedure


def definition_check(*, code: str, definition: Any) -> Definition:
    """The proved definition of a procedure. Raises `ValidationFailed`; the owning app must know its steps' codes, appointments
    named by it must be running.
    """
    proved = prove(definition, roles=ROLES)
    if strange := strange_steps(code, proved):
        raise ValidationFailed(f"{strange[0]}。请改正后再保存。", problems=strange)
    named = {step.assignee.appointment for step in proved.steps.values() if step.assignee.appointment}
    found = set(running_appointments().filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    if missing := [
        step.name
        for step in proved.steps.values()
        if step.assignee.appointment and step.assignee.appointment not in found
    ]:
        raise ValidationFailed(f"{'、'.join(missing)}环节指定的任职不存在或已免职，请改正后再保存。")
    return proved


def _version_add(
    procedure: Procedure, definition: dict[str, Any], *, actor: Actor | None
) -> ProcedureVersion:
    newest = procedure.versions.first()
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=newest.number + 1 if newest else 1,
        definition=definition,
        created_at=now(),
        created_by_id=actor.person_id if actor else None,
    )
    record(
        "workflow.version",
        actor=actor,
        subject_text=f"{procedure.name} v{version.number}",
        facts={"procedure": procedure.pk, "number": version.number},
    )
    return version
