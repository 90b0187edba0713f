"""How information reporting shows itself to other apps."""

from django.urls import reverse

from apps.briefings.policies.bulletins import ISSUE_KIND
from apps.briefings.policies.commissions import COMMISSION_KIND
from apps.briefings.policies.desk import has_desk
from apps.briefings.policies.items import KIND
from apps.briefings.selectors.adoptions import ADOPTION_KIND, adoption_title, can_view_adoption
from apps.briefings.selectors.bulletins import can_view_issue, issue_title
from apps.briefings.selectors.commissions import can_view_commission, commission_title
from apps.briefings.selectors.desk import desk_counts, newest_waiting
from apps.briefings.selectors.items import can_attach_to_item, can_view_item, item_title
from apps.core.actors import Actor
from apps.core.launcher import AppLink
from apps.core.slots import Panel, panel
from apps.core.subjects import SubjectKind

ITEM = SubjectKind(
    kind=KIND,
    name="信息",
    icon="news",
    title=item_title,
    url=lambda item_id: reverse("briefings:item", args=[item_id]),
    can_view=can_view_item,
    can_attach=can_attach_to_item,
)
ISSUE = SubjectKind(
    kind=ISSUE_KIND,
    name="信息刊物",
    icon="news",
    title=issue_title,
    url=lambda issue_id: reverse("briefings:issue", args=[issue_id]),
    can_view=can_view_issue,
)
ADOPTION = SubjectKind(
    kind=ADOPTION_KIND,
    name="采编稿",
    icon="news",
    title=adoption_title,
    url=lambda adoption_id: reverse("briefings:adoption", args=[adoption_id]),
    can_view=can_view_adoption,
)
COMMISSION = SubjectKind(
    kind=COMMISSION_KIND,
    name="约稿",
    icon="news",
    title=commission_title,
    url=lambda commission_id: reverse("briefings:commission", args=[commission_id]),
    can_view=can_view_commission,
)
KINDS = (ITEM, ISSUE, ADOPTION, COMMISSION)


@panel("portal.desk.aside", order=35)
def waiting(actor: Actor, _subject: object) -> Panel | None:
    """信息报送: what waits on the desk, for those who edit."""
    if actor.organ_id is None or not has_desk(actor):
        return None
    rows = newest_waiting(actor.organ_id)
    if not rows:
        return None
    context = {"rows": rows, "count": desk_counts(actor.organ_id)["waiting"]}
    return Panel(template="briefings/_desk_waiting.html", context=context)


LINKS = (
    AppLink(name="信息报送", icon="news", url_name="briefings:items", group="信息", order=35),
    AppLink(name="信息刊物", icon="clipboard-list", url_name="briefings:issues", group="信息", order=36),
)
