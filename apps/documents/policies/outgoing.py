"""Who may see an outgoing document and who may do what with it now.

Seen by its drafter, by everyone who takes or took part in its flow, and once submitted by the drafting unit's head and the
general office of the drafting organ. Acts hang on the open to-do of the step, on posts' roles and on the document's state.
"""

from collections.abc import Iterator
from enum import StrEnum

from django.db.models import Q, QuerySet

from apps.accounts.models import Role
from apps.core.actors import Actor
from apps.core.errors import Forbidden
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument
from apps.documents.policies.grounds import Grounds, any_of, grounds_met
from apps.workflow.models import Task
from apps.workflow.policies import Reach, appointment_runs, post_runs
from apps.workflow.selectors import open_task_for, participates, participation_grounds

KIND = "documents.outgoing"
OFFICE_ROLES = frozenset({Role.PRINCIPAL_HEAD, Role.OFFICE_DIRECTOR, Role.CLERK})
# after sealing the archivist prepares the file
ARCHIVE_STATES = (Status.DISTRIBUTE, Status.FILING, Status.FILED)
BEFORE_SEAL = frozenset(
    {
        Status.DRAFT, Status.DEPT_REVIEW, Status.COSIGN, Status.OFFICE_REVIEW, Status.SIGNING, Status.RECHECK,
        Status.NUMBERING, Status.TYPESET, Status.JOINT_SEAL, Status.SEAL_USE,
    }
)  # fmt: skip
REVIEW_STEPS = frozenset({Status.DEPT_REVIEW, Status.OFFICE_REVIEW, Status.SIGNING, Status.RECHECK})


class Ability(StrEnum):
    """What a person may do with one outgoing document now."""

    VIEW = "view"
    EDIT = "edit"
    SUBMIT = "submit"
    DELETE = "delete"
    CANCEL = "cancel"
    COPY = "copy"
    HANDLE = "handle"
    RETURN = "return"
    WITHDRAW = "withdraw"
    URGE = "urge"
    CIRCULATE = "circulate"
    NUMBER = "number"
    TYPESET = "typeset"
    SEAL = "seal"
    DISTRIBUTE = "distribute"
    FILE = "file"


REFUSALS = {
    Ability.EDIT: "文件现在不由您修改：只有拟稿人在拟稿或退回修改时、审核人在办理环节中可以修改。",
    Ability.SUBMIT: "只有拟稿人可以在拟稿或退回修改时提交。",
    Ability.DELETE: "只有拟稿人可以删除从未提交的草稿。",
    Ability.CANCEL: "只有拟稿人可以作废退回修改的文件。",
    Ability.HANDLE: "该文件现在不由您办理，或已由他人办理，请刷新页面查看。",
    Ability.RETURN: "该文件现在不由您办理，不能退回。",
    Ability.WITHDRAW: "文件尚未提交或已经归档，不能撤回。",
    Ability.URGE: "文件不在办理中，或正由您办理，不能催办。",
    Ability.CIRCULATE: "只有拟稿人、办理人和本机关办公室可以送阅该文件。",
    Ability.NUMBER: "只有本机关文书可以在“编号”环节编号。",
    Ability.TYPESET: "只有本机关文书可以在“排版”环节生成正式文件。",
    Ability.SEAL: "只有印章保管人可以在“用印”环节用印。",
    Ability.DISTRIBUTE: "只有本机关文书可以在“分发”环节分发。",
    Ability.FILE: "只有本机关档案员可以在“办结归档”环节归档。",
}
STEP_ABILITIES = {
    Status.DEPT_REVIEW: Ability.HANDLE,
    Status.COSIGN: Ability.HANDLE,
    Status.OFFICE_REVIEW: Ability.HANDLE,
    Status.SIGNING: Ability.HANDLE,
    Status.RECHECK: Ability.HANDLE,
    Status.NUMBERING: Ability.NUMBER,
    Status.TYPESET: Ability.TYPESET,
    Status.JOINT_SEAL: Ability.SEAL,
    Status.SEAL_USE: Ability.SEAL,
    Status.DISTRIBUTE: Ability.DISTRIBUTE,
    Status.FILING: Ability.FILE,
}
SEALING = frozenset({Status.JOINT_SEAL, Status.SEAL_USE})
NO_RETURN = frozenset({Status.DISTRIBUTE, Status.FILING})


def own_grounds(actor: Actor) -> Grounds:
    """Reason → condition, what post and authorship open."""
    found = {"您是拟稿人": Q(drafter_id=actor.person_id)}
    submitted = Q(submitted_at__isnull=False)
    if actor.organ_id and actor.roles & OFFICE_ROLES:
        found["您是本机关主要负责人、办公室主任或文书，可查看本机关发文"] = submitted & Q(
            organ_id=actor.organ_id
        )
    if actor.organ_id and Role.ARCHIVIST in actor.roles:
        filed = Q(organ_id=actor.organ_id, status__in=ARCHIVE_STATES)
        found["您是本机关档案员，可查看待归档和已归档的发文"] = filed
    if actor.unit_id and Role.UNIT_HEAD in actor.roles:
        found["您是拟稿部门负责人"] = submitted & Q(drafting_unit_id=actor.unit_id)
    return found


def visible_to(actor: Actor, reach: Reach | None = None) -> QuerySet[OutgoingDocument]:
    """Every outgoing document the actor may see, drafts of others excluded. `reach`: the actor's, when it was read already."""
    part = {"part": participates(reach or actor, KIND, "pk")}
    return OutgoingDocument.objects.filter(any_of(own_grounds(actor) | part))


def reasons(actor: Actor, document: OutgoingDocument) -> list[str]:
    """Why the actor may see the document, in words; none when it is invisible. One query."""
    return grounds_met(
        OutgoingDocument.objects.filter(pk=document.pk),
        own_grounds(actor) | participation_grounds(actor, KIND, "pk"),
    )


def abilities(actor: Actor, document: OutgoingDocument) -> frozenset[Ability]:
    """All the actor may do with the document now; empty when it is invisible."""
    if not visible_to(actor).filter(pk=document.pk).exists():
        return frozenset()
    return abilities_with(actor, document, open_task_of(actor, document))


def open_task_of(actor: Actor, document: OutgoingDocument, reach: Reach | None = None) -> Task | None:
    """The actor's open to-do on the document (own or by delegation), if any."""
    return open_task_for(reach or actor, document.matter) if document.matter is not None else None


def abilities_with(actor: Actor, document: OutgoingDocument, task: Task | None) -> frozenset[Ability]:
    """Abilities over a document known to be visible, given the actor's open to-do on it. Asks the database nothing."""
    return frozenset(_abilities(actor, document, task))


def _abilities(actor: Actor, document: OutgoingDocument, task: Task | None) -> Iterator[Ability]:
    status = Status(document.status)
    is_drafter = actor.person_id == document.drafter_id
    is_office = actor.organ_id == document.organ_id and bool(actor.roles & OFFICE_ROLES)
    in_post = task is not None and post_runs(task)
    yield Ability.VIEW
    if actor.appointment_id is not None:
        yield Ability.COPY
    if status is Status.DRAFT:
        yield from _draft_abilities(
            document, is_drafter=is_drafter, has_task=task is not None, in_post=in_post
        )
    elif task is not None and task.step_code == status:
        yield STEP_ABILITIES[status]
        if status in REVIEW_STEPS and in_post:
            yield Ability.EDIT
        if status not in NO_RETURN:
            yield Ability.RETURN
    if document.submitted_at is None or status is Status.CANCELLED:
        return
    if is_office or in_post or (is_drafter and appointment_runs(document.drafter_appointment)):
        yield Ability.CIRCULATE
    if status is not Status.FILED:
        yield Ability.WITHDRAW  # workflow knows whose act was the last, and says why it is too late
        if task is None:
            yield Ability.URGE


def _draft_abilities(
    document: OutgoingDocument, *, is_drafter: bool, has_task: bool, in_post: bool
) -> Iterator[Ability]:
    if is_drafter and document.submitted_at is None:
        yield from (Ability.EDIT, Ability.SUBMIT, Ability.DELETE)
    elif is_drafter and has_task:
        yield Ability.SUBMIT  # the verb says what to do when the post has ended
        if in_post:
            yield from (Ability.EDIT, Ability.CANCEL)


def bears_joint_seal(document: OutgoingDocument) -> bool:
    """Whether a joint organ's seal stands on the pages that wait for the next seal."""
    return document.status in SEALING and bool(document.typeset_facts.get("sealed_by"))


def require(ability: Ability, granted: frozenset[Ability]) -> None:
    """Refuse with the rule in words unless `ability` was granted."""
    if ability not in granted:
        raise Forbidden(REFUSALS.get(ability, "您没有这项权限。"), rule=str(ability))


def people_who_can(ability: Ability, document: OutgoingDocument) -> set[int]:
    """Persons to tell about the document: holders of its open to-dos for acts, the drafter besides for VIEW."""
    tasks = Task.objects.filter(matter__outgoing_document=document, state=Task.State.OPEN)
    holders = set(tasks.values_list("person_id", flat=True))
    if ability is Ability.VIEW:
        return holders | {document.drafter_id}
    return holders if ability in {*STEP_ABILITIES.values(), Ability.RETURN} else set()
