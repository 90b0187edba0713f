"""Reads of 公文模板: the gate, the list, what is offered for drafting, and what the pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import Organ, RecipientGroup
from apps.accounts.policies import keeps_for_organ
from apps.accounts.selectors import groups_for, organs_picked
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.subjects import Subject
from apps.documents.body import body_parts, empty_body
from apps.documents.enums import DocumentFormat, DocumentType, RoutingDirection
from apps.documents.models import Addressee, DocumentTemplate
from apps.documents.policies.desk import require_fit_for_template, uses_templates
from apps.documents.selectors.outgoing import document_for

KIND = "documents.template"
TRAY = "documents.template_tray"
TABS = {"offered": "在用", "withdrawn": "已停用"}
TEMPLATE_ORDER = ("rank_order", "id")
OFFERED_LIMIT = 100
NAME_LIMIT = 40
BEGINNINGS = 8
# what a draft takes from a template, and a template from a document
CARRIED_FIELDS = (
    "document_type", "routing_direction", "layout", "title", "body", "note", "main_recipients_text", "cc_recipients_text",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TemplateFilter:
    """What the list is narrowed to; empty fields do not narrow."""

    tab: str = "offered"
    text: str = ""
    document_type: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether the tab is not shown whole."""
        return bool(self.text or self.document_type)


def subject_of_template(template: DocumentTemplate) -> Subject:
    """The template as the audit names it."""
    return Subject(KIND, template.pk)


def tray_of(organ_id: int) -> Subject:
    """Where pictures lie that were just sent for a template of the organ, until it is saved."""
    return Subject(TRAY, organ_id)


def reaches_tray(actor: Actor, organ_id: int) -> bool:
    """Whether the actor keeps the templates of that organ."""
    return actor.organ_id == organ_id and keeps_for_organ(actor)


def may_read_template(actor: Actor, template_id: int) -> bool:
    """Whether the template, and with it its pictures, is open to the actor."""
    return templates_of(actor).filter(pk=template_id).exists()


def template_title(template_id: int) -> str:
    """Name for other apps."""
    return DocumentTemplate.objects.filter(pk=template_id).values_list("name", flat=True).first() or ""


def templates_of(actor: Actor) -> QuerySet[DocumentTemplate]:
    """The templates of the actor's organ, those withdrawn only for their keepers; none without a post."""
    if actor.organ_id is None or not uses_templates(actor):
        return DocumentTemplate.objects.none()
    own = DocumentTemplate.objects.filter(organ_id=actor.organ_id)
    return own if keeps_for_organ(actor) else own.filter(withdrawn_at__isnull=True)


def template_for(actor: Actor, template_id: int) -> DocumentTemplate:
    """One of `templates_of`. Raises `NotFound` alike for absent and others'."""
    template = templates_of(actor).select_related("main_group", "changed_by").filter(pk=template_id).first()
    if template is None:
        raise NotFound("没有找到这个公文模板，可能已停用。")
    return template


def templates_listed(actor: Actor, wanted: TemplateFilter) -> QuerySet[DocumentTemplate]:
    """The list under the filter, without bodies. Every word asked for is in the name, the keywords or the title."""
    query = templates_of(actor).filter(withdrawn_at__isnull=wanted.tab == "offered")
    if wanted.document_type:
        query = query.filter(document_type=wanted.document_type)
    for word in wanted.text.split()[:5]:
        query = query.filter(Q(name__icontains=word) | Q(keywords__icontains=word) | Q(title__icontains=word))
    return query.select_related("changed_by").defer("body")


def template_counts(actor: Actor) -> dict[str, int]:
    """How many templates stand under each tab."""
    return templates_of(actor).aggregate(
        offered=Count("pk", filter=Q(withdrawn_at__isnull=True)),
        withdrawn=Count("pk", filter=Q(withdrawn_at__isnull=False)),
    )


def templates_to_begin(actor: Actor) -> list[DocumentTemplate]:
    """The first templates of the organ's order, to draft from; one more than the page shows when there are more."""
    rows = templates_of(actor).filter(withdrawn_at__isnull=True).defer("body").order_by(*TEMPLATE_ORDER)
    return list(rows[: BEGINNINGS + 1])


def group_members(group: RecipientGroup | None) -> list[Organ]:
    """The living organs of a group in rank order."""
    if group is None:
        return []
    return list(group.members.filter(abolished_on__isnull=True).order_by("rank_order", "pk"))


def template_facts(template: DocumentTemplate) -> dict[str, Any]:
    """What the page of a template shows."""
    rows = list(template.recipients.select_related("organ"))
    return {
        "template": template,
        "parts": list(body_parts(template.body)),
        "members": group_members(template.main_group),
        "main": [row.name for row in rows if row.kind == Addressee.Kind.MAIN],
        "cc": [row.name for row in rows if row.kind == Addressee.Kind.CC],
    }


def edit_facts_of_template(actor: Actor, template: DocumentTemplate) -> dict[str, Any]:
    """What the form of a kept template shows."""
    return _form_facts(actor, template, list(template.recipients.select_related("organ")))


def edit_facts_of_fresh(actor: Actor, document_id: int | None) -> dict[str, Any]:
    """What the form of a new template shows: empty, or with the text of a document the actor may read and show to all."""
    if document_id is None:
        empty = DocumentTemplate(
            body=empty_body(), document_type=DocumentType.NOTICE, routing_direction=RoutingDirection.DOWNWARD
        )
        return _form_facts(actor, empty, [])
    source = document_for(actor, document_id)
    require_fit_for_template(actor, source)
    name = source.title.removeprefix(source.issuing_organ.full_name).removeprefix("关于")[:NAME_LIMIT]
    template = DocumentTemplate(name=name, **{field: getattr(source, field) for field in CARRIED_FIELDS})
    facts = _form_facts(actor, template, list(source.recipients.select_related("organ")))
    return {**facts, "source": source}


def _form_facts(actor: Actor, template: DocumentTemplate, rows: Sequence[Addressee]) -> dict[str, Any]:
    main = [row for row in rows if row.kind == Addressee.Kind.MAIN]
    cc = [row for row in rows if row.kind == Addressee.Kind.CC]
    return {
        "template": template,
        "types": DocumentType.choices,
        "directions": RoutingDirection.choices,
        "layouts": DocumentFormat.choices,
        "groups": list(groups_for(actor)),
        "main_chosen": organs_picked(row.organ for row in main if row.organ),
        "cc_chosen": organs_picked(row.organ for row in cc if row.organ),
        "main_outside": "、".join(row.name for row in main if row.organ is None),
        "cc_outside": "、".join(row.name for row in cc if row.organ is None),
    }
