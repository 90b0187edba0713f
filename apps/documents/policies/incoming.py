"""Who may see an incoming document and who may do what with it now.

Seen by the receiving organ's head, office director and clerks from its arrival, by its archivists once completed, and by
everyone who has a part in its flow. Acts hang on the desk's roles before registration, on the open to-do afterwards.
A document returned or recalled keeps its line in the register; its text is closed to the organ.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from django.db.models import Q, QuerySet

from apps.accounts.models import Appointment, Role
from apps.accounts.selectors import holders, valid_on
from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.errors import Forbidden
from apps.documents.enums import IN_FLOW
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import IncomingDocument
from apps.documents.policies.grounds import Grounds, any_of, grounds_met
from apps.workflow.models import Task
from apps.workflow.policies import Reach, post_runs, reads
from apps.workflow.selectors import open_task_for, participates, participation_grounds

KIND = "documents.incoming"
DESK_ROLES = frozenset({Role.CLERK, Role.OFFICE_DIRECTOR})
OFFICE_ROLES = DESK_ROLES | {Role.PRINCIPAL_HEAD}
PASSING_ROLES = frozenset({Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD, Role.OFFICE_DIRECTOR, Role.UNIT_HEAD})
CLOSED_TO_ORGAN = frozenset({Status.RETURNED, Status.RECALLED})


class Ability(StrEnum):
    """What a person may do with one incoming document now."""

    VIEW = "view"
    READ = "read"
    SIGN = "sign"
    SEND_BACK = "send_back"
    REGISTER = "register"
    PROPOSE = "propose"
    INSTRUCT = "instruct"
    ASSIGN = "assign"
    HANDLE = "handle"
    COMPLETE = "complete"
    RETURN = "return"
    WITHDRAW = "withdraw"
    URGE = "urge"
    CIRCULATE = "circulate"
    ATTACH = "attach"
    RELATE = "relate"
    RESPOND = "respond"
    FORWARD = "forward"


REFUSALS = {
    Ability.SIGN: "只有收文机关的文书可以签收，且文件须处于待签收状态。",
    Ability.SEND_BACK: "只有收文机关的文书可以在登记办理之前退文。",
    Ability.REGISTER: "只有收文机关的文书可以登记已签收的文件，请刷新页面查看。",
    Ability.PROPOSE: "该文件现在不由您提出拟办意见，或已由他人办理，请刷新页面查看。",
    Ability.INSTRUCT: "该文件现在不由您批示，或已办理完毕，请刷新页面查看。",
    Ability.ASSIGN: "该文件现在不由您交办，或已由他人办理，请刷新页面查看。",
    Ability.HANDLE: "该文件现在不由您承办，或已办理完毕，请刷新页面查看。",
    Ability.COMPLETE: "该文件现在不由您办结，或已由他人办结，请刷新页面查看。",
    Ability.RETURN: "该文件现在不由您办理，不能退回。",
    Ability.WITHDRAW: "文件不在办理中，不能撤回。",
    Ability.URGE: "只有收文机关的文书可以催办，且文件须在他人手中办理。",
    Ability.CIRCULATE: "只有收文机关的文书、正在办理的人员和已送阅知的负责人可以送传阅，且文件须已登记。",
    Ability.ATTACH: "只有登记纸质来文的文书可以在登记前增减附件。",
    Ability.RELATE: "只有收文机关的文书和正在办理的人员可以建立来复文关系，且文件须已登记。",
    Ability.RESPOND: "只有收文机关的文书可以答复来文单位，且文件须已登记。",
    Ability.FORWARD: "只有收文机关的文书可以转发下级单位，且文件须已登记。",
}
STEP_ABILITIES = {
    Status.PROPOSAL: Ability.PROPOSE,
    Status.INSTRUCTION: Ability.INSTRUCT,
    Status.ASSIGN: Ability.ASSIGN,
    Status.HANDLE: Ability.HANDLE,
    Status.COMPLETING: Ability.COMPLETE,
    Status.CIRCULATION: Ability.COMPLETE,
}


def own_grounds(actor: Actor) -> Grounds:
    """Reason → condition, what post opens."""
    found: Grounds = {}
    if actor.organ_id and actor.roles & OFFICE_ROLES:
        found["您是收文机关主要负责人、办公室主任或文书，可查看本机关收文"] = Q(organ_id=actor.organ_id)
    if actor.organ_id and Role.ARCHIVIST in actor.roles:
        completed = Q(organ_id=actor.organ_id, status=Status.COMPLETED)
        found["您是收文机关档案员，可查看已办结的收文"] = completed
    return found


def visible_to(actor: Actor, reach: Reach | None = None) -> QuerySet[IncomingDocument]:
    """Every incoming document the actor may see. `reach`: the actor's, when it was read already."""
    part = {"part": participates(reach or actor, KIND, "pk")}
    return IncomingDocument.objects.filter(any_of(own_grounds(actor) | part))


def reasons(actor: Actor, document: IncomingDocument) -> list[str]:
    """Why the actor may see the document, in words; none when it is invisible. One query."""
    parts = own_grounds(actor) | participation_grounds(actor, KIND, "pk")
    return grounds_met(IncomingDocument.objects.filter(pk=document.pk), parts)


def abilities(actor: Actor, document: IncomingDocument) -> frozenset[Ability]:
    """All the actor may do with the document now; empty when it is invisible."""
    if not visible_to(actor).filter(pk=document.pk).exists():
        return frozenset()
    return abilities_with(actor, document, open_task_of(actor, document))


def open_task_of(actor: Actor, document: IncomingDocument, reach: Reach | None = None) -> Task | None:
    """The actor's open to-do on the document (own or by delegation), if any."""
    return open_task_for(reach or actor, document.matter) if document.matter is not None else None


def abilities_with(actor: Actor, document: IncomingDocument, task: Task | None) -> frozenset[Ability]:
    """Abilities over a document known to be visible, given the actor's open to-do on it. Asks the database nothing."""
    return frozenset(_abilities(actor, document, task))


def _abilities(actor: Actor, document: IncomingDocument, task: Task | None) -> Iterator[Ability]:
    status = Status(document.status)
    yield Ability.VIEW
    if status in CLOSED_TO_ORGAN:
        return
    yield Ability.READ
    is_desk = keeps_register(actor, document.organ_id)
    if is_desk and status in {Status.RECEIVED, Status.SIGNED_FOR}:
        yield from _desk_abilities(document, has_task=task is not None)
    if task is not None and task.step_code == status:
        yield STEP_ABILITIES[status]
        if status is not Status.CIRCULATION:
            yield Ability.RETURN
        if status is Status.PROPOSAL and post_runs(task):
            yield Ability.SEND_BACK
    if document.matter_id is not None and (is_desk or (task is not None and post_runs(task))):
        yield from (Ability.CIRCULATE, Ability.RELATE)
        if is_desk:
            yield from (Ability.RESPOND, Ability.FORWARD)
    if status in IN_FLOW:
        yield Ability.WITHDRAW
        if is_desk and task is None:
            yield Ability.URGE


def _desk_abilities(document: IncomingDocument, *, has_task: bool) -> Iterator[Ability]:
    if document.status == Status.RECEIVED:
        yield Ability.SIGN
    elif document.matter_id is None or has_task:
        yield Ability.REGISTER
    yield Ability.SEND_BACK
    if document.dispatch_id is None and document.forwarding_id is None:
        yield Ability.ATTACH


def may_circulate(actor: Actor, document: IncomingDocument, granted: frozenset[Ability]) -> bool:
    """Whether the actor may send it on to read inside the organ: by ability, or as a head it was sent to (转阅). At most one query."""
    if Ability.CIRCULATE in granted:
        return True
    if (
        not actor.roles & PASSING_ROLES
        or Ability.READ not in granted
        or document.matter is None
        or actor.organ_id != document.organ_id
    ):
        return False
    return reads(actor, document.matter)


def keeps_register(actor: Actor, organ_id: int) -> bool:
    """Whether the actor signs for and registers documents in the organ, in the present post."""
    return actor.organ_id == organ_id and bool(actor.roles & DESK_ROLES)


def desk_require(actor: Actor) -> int:
    """The organ whose register the actor keeps.

    Raises:
        Forbidden: The actor keeps no register in the present post.
    """
    if actor.organ_id is None or not keeps_register(actor, actor.organ_id):
        raise Forbidden("只有文书可以登记来文。", rule="desk")
    return actor.organ_id


def require(ability: Ability, granted: frozenset[Ability]) -> None:
    """Refuse with the rule in words unless `ability` was granted."""
    if ability not in granted:
        raise Forbidden(REFUSALS.get(ability, "您没有这项权限。"), rule=str(ability))


def desk_people(organ_id: int) -> list[int]:
    """Persons who sign for documents in the organ: its clerks, else its office director, else its head."""
    for role in (Role.CLERK, Role.OFFICE_DIRECTOR, Role.PRINCIPAL_HEAD):
        found = list(holders(organ_id=organ_id, role=role).values_list("person_id", flat=True))
        if found:
            return list(dict.fromkeys(found))
    return []


def desks_manned(organ_ids: Iterable[int]) -> set[int]:
    """Those of the organs where somebody signs for documents, as `desk_people` would find. One query."""
    posts = Appointment.objects.filter(
        valid_on(today()), organ_id__in=list(organ_ids), roles__role__in=OFFICE_ROLES, person__is_active=True
    )
    return set(posts.values_list("organ_id", flat=True))


def people_who_can(ability: Ability, document: IncomingDocument) -> set[int]:
    """Persons to tell: the desk before registration, holders of open to-dos afterwards."""
    desk = set(desk_people(document.organ_id))
    if ability in {Ability.SIGN, Ability.SEND_BACK, Ability.REGISTER, Ability.VIEW}:
        return desk
    if document.matter is None:
        return set()
    tasks = Task.objects.filter(matter=document.matter, state=Task.State.OPEN)
    return set(tasks.values_list("person_id", flat=True))
