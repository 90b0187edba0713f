"""Who sees an issue and what may be done with it: the desk, who signs, the readers."""

from enum import StrEnum

from django.db.models import Q, QuerySet

from apps.briefings.enums import OPEN_ISSUES, IssueState
from apps.briefings.models import Adoption, BulletinIssue
from apps.briefings.policies.items import HEADS, OVERSEERS, works_at_desk
from apps.core.actors import Actor
from apps.core.errors import Forbidden
from apps.workflow.selectors import participates

ISSUE_KIND = "briefings.issue"


class IssueAct(StrEnum):
    """What may be done with an issue besides the signer's step."""

    ARRANGE = "arrange"
    SUBMIT = "submit"
    DROP = "drop"
    PUBLISH = "publish"
    SEND = "send"
    INSTRUCT = "instruct"


REFUSALS = {
    IssueAct.ARRANGE: "送签以后内容不再变动；需要修改请先撤回送签。",
    IssueAct.SUBMIT: "只有采编人员可以送签编辑中的期次。",
    IssueAct.DROP: "只有从未送签过的期次可以删除。",
    IssueAct.PUBLISH: "签发以后才能编发，且只能编发一次。",
    IssueAct.SEND: "编发以后，由采编人员增发。",
    IssueAct.INSTRUCT: "批示由读到本期的领导写，或由采编人员代录。",
}


def issues_visible_to(actor: Actor) -> QuerySet[BulletinIssue]:
    """All of the own office for its desk and heads; those one signs or was sent."""
    condition = participates(actor, ISSUE_KIND, "pk")
    if actor.organ_id is not None and actor.roles & OVERSEERS:
        condition |= Q(organ_id=actor.organ_id)
    return BulletinIssue.objects.filter(condition)


def adoptions_visible_to(actor: Actor) -> QuerySet[Adoption]:
    """What the own office edits, for its desk and heads."""
    if actor.organ_id is None or not actor.roles & OVERSEERS:
        return Adoption.objects.none()
    return Adoption.objects.filter(organ_id=actor.organ_id)


def issue_acts(actor: Actor, issue: BulletinIssue) -> frozenset[IssueAct]:
    """What the actor may do with an issue that is seen."""
    found = set[IssueAct]()
    if works_at_desk(actor, issue.organ_id):
        if issue.state in OPEN_ISSUES:
            found |= {IssueAct.ARRANGE, IssueAct.SUBMIT}
            if issue.matter_id is None:
                found.add(IssueAct.DROP)
        if issue.state == IssueState.SIGNED:
            found.add(IssueAct.PUBLISH)
        if issue.state == IssueState.ISSUED:
            found |= {IssueAct.SEND, IssueAct.INSTRUCT}
    if issue.state == IssueState.ISSUED and _leads(actor, issue):
        found.add(IssueAct.INSTRUCT)
    return frozenset(found)


def _leads(actor: Actor, issue: BulletinIssue) -> bool:
    """A leader of the office, or of the government it serves."""
    return bool(actor.roles & HEADS) and actor.organ_id in {issue.organ_id, issue.organ.superior_id}


def issue_act_required(act: IssueAct, actor: Actor, issue: BulletinIssue) -> None:
    """Raise `Forbidden` with the rule when the actor may not."""
    if act not in issue_acts(actor, issue):
        raise Forbidden(REFUSALS[act], rule=str(act))
