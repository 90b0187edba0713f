"""How supervision shows itself to other apps."""

from typing import Any

from django.urls import reverse

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.launcher import AppLink
from apps.core.slots import Panel, panel
from apps.core.subjects import Quotation, Subject, SubjectKind
from apps.core.submissions import new_key
from apps.duty.models import EmergencyEvent
from apps.duty.selectors.journal import EVENT, can_view_event, instructions_of
from apps.meetings.enums import MeetingState
from apps.meetings.models import Meeting
from apps.meetings.selectors.matters import matters_of
from apps.supervision.policies import may_propose, visible_to
from apps.supervision.selectors.board import headline_of, scope_chosen
from apps.supervision.selectors.items import (
    KIND,
    can_attach_to_item,
    can_view_item,
    item_title,
    items_of_matters,
    items_of_subject,
    own_light,
)
from apps.supervision.selectors.report_files import (
    FORM_KIND,
    REPORT_KIND,
    can_report,
    can_view_report,
    form_title,
    item_of_report,
    report_title,
)
from apps.workflow.models import Matter

ITEM_KIND = SubjectKind(
    kind=KIND,
    name="督办事项",
    icon="target-arrow",
    title=item_title,
    url=lambda item_id: reverse("supervision:item", args=[item_id]),
    can_view=can_view_item,
    can_attach=can_attach_to_item,
)
REPORT = SubjectKind(
    kind=REPORT_KIND,
    name="进展反馈",
    icon="target-arrow",
    title=report_title,
    url=lambda report_id: reverse("supervision:item", args=[item_of_report(report_id)]),
    can_view=can_view_report,
)
REPORT_FORM = SubjectKind(
    kind=FORM_KIND,
    name="进展反馈",
    icon="target-arrow",
    title=form_title,
    url=ITEM_KIND.url,
    can_view=can_report,
    can_attach=can_report,
)
KINDS = (ITEM_KIND, REPORT, REPORT_FORM)


@panel("documents.detail.more", order=20)
def supervise(actor: Actor, matter: Matter | None) -> Panel | None:
    """立项督办 from a document: the sentence selected on the page becomes the item's text."""
    if matter is None or not may_propose(actor):
        return None
    return Panel(
        template="supervision/_supervise.html",
        context={"subject_kind": matter.subject_kind, "subject_id": matter.subject_id},
    )


@panel("documents.detail.side", order=20)
def items_here(actor: Actor, document: Any) -> Panel | None:
    """The items that came from this document, with their lights."""
    matter: Matter | None = document.matter
    if matter is None:
        return None
    rows = items_of_subject(actor, Subject(matter.subject_kind, matter.subject_id))
    if not rows:
        return None
    return Panel(
        template="supervision/_items_here.html",
        context={"rows": [(item, own_light(item, now())) for item in rows]},
    )


@panel("duty.event.side", order=10)
def items_of_event(actor: Actor, event: EmergencyEvent) -> Panel | None:
    """立项督办 of leaders' instructions about an event, and the items that came from it with their lights."""
    rows = items_of_subject(actor, Subject(EVENT, event.pk))
    said = instructions_of(event) if may_propose(actor) and can_view_event(actor, event.pk) else []
    if not rows and not said:
        return None
    context = {"event": event, "said": said, "rows": [(item, own_light(item, now())) for item in rows]}
    return Panel(template="supervision/_event_here.html", context=context)


@panel("briefings.issue.side", order=10)
def items_of_bulletin(actor: Actor, quotation: Quotation) -> Panel | None:
    """立项督办 of what leaders said about a bulletin's issue, and the items that came from it with their lights."""
    rows = items_of_subject(actor, quotation.subject)
    said = quotation.words if may_propose(actor) else ()
    if not rows and not said:
        return None
    lines = [(item, own_light(item, now())) for item in rows]
    context = {"subject": quotation.subject, "said": said, "rows": lines}
    return Panel(template="supervision/_briefing_here.html", context=context)


@panel("meetings.detail.matters", order=10)
def matters_here(actor: Actor, meeting: Meeting) -> Panel | None:
    """The items of a meeting's agreed matters with their lights; registering those that have none."""
    matters = matters_of(meeting)
    if not matters:
        return None
    found = items_of_matters([one.pk for one in matters])
    seen = set(
        visible_to(actor).filter(pk__in=[item.pk for item in found.values()]).values_list("pk", flat=True)
    )
    items = [found[one.pk] for one in matters if one.pk in found]
    rows = [(item, own_light(item, now()), item.pk in seen) for item in items]
    left = len(matters) - len(items) if meeting.state == MeetingState.ENDED else 0
    return Panel(
        template="supervision/_matters_here.html",
        context={
            "rows": rows,
            "left": left if may_propose(actor) and actor.organ_id == meeting.organ_id else 0,
            "meeting": meeting,
            "key": new_key(),
        },
    )


@panel("portal.desk.aside", order=30)
def lights(actor: Actor, _subject: object) -> Panel | None:
    """督办: the lights of what the person has to do with."""
    headline, scope = headline_of(actor), scope_chosen(actor, "")
    if not headline.sums.open and not headline.month.done:
        return None
    return Panel(template="supervision/_desk_lights.html", context={"figures": headline.sums, "scope": scope})


LINKS = (
    AppLink(name="督查看板", icon="target-arrow", url_name="supervision:board", group="督查", order=30),
    AppLink(name="督办事项", icon="list-check", url_name="supervision:items", group="督查", order=31),
    AppLink(
        name="立项登记",
        icon="flag",
        url_name="supervision:new",
        group="督查",
        order=32,
        is_common=False,
        may=may_propose,
    ),
)
