"""公文模板: kept by an organ's office, begun from by whoever drafts in the organ.

All of an organ's are changed one act at a time, so that names, the order and the limit are exact. Every act is recorded.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, QuerySet

from apps.accounts.selectors import groups_for
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, InvalidState, ValidationFailed
from apps.core.locks import advisory_lock
from apps.core.placing import at_place
from apps.core.submissions import claim, made, made_before
from apps.documents.body import body_text, body_validated
from apps.documents.enums import UNSEALED_FORMATS, DocumentType
from apps.documents.models import Addressee, DocumentTemplate, OutgoingDocument, TemplateRecipient
from apps.documents.policies.desk import require_fit_for_template, require_template_keeper
from apps.documents.rules import FIXED_DIRECTION
from apps.documents.selectors.outgoing import document_for, subject_of
from apps.documents.selectors.templates import (
    CARRIED_FIELDS,
    NAME_LIMIT,
    OFFERED_LIMIT,
    group_members,
    subject_of_template,
    template_for,
    templates_of,
)
from apps.documents.services.addressees import addressees_ordered
from apps.documents.services.drafting import (
    LIMITS,
    DraftChanges,
    as_printed,
    changes_wrong,
    draft_keep,
    drafting_post,
    recipients_copy,
)
from apps.documents.services.pictures import pictures_copy, template_pictures_keep
from apps.files.marks import mark_in_text
from apps.files.words import words_checked

RANK_STEP = 10


@dataclass(frozen=True, kw_only=True)
class TemplateWords:
    """What its keeper wrote: name and words to find it by, the group of main recipients, what a draft begins with."""

    name: str
    keywords: str = ""
    group_id: int | None = None
    draft: DraftChanges


@dataclass(frozen=True)
class Begun:
    """A draft made from a template, and sentences on what could not be taken along."""

    document: OutgoingDocument
    remarks: tuple[str, ...] = ()


@transaction.atomic
def template_create(
    *, actor: Actor, words: TemplateWords, source_id: int | None = None, key: str = ""
) -> DocumentTemplate:
    """Keep a template for the actor's organ, at the end of its order; `source_id`: the document it was saved from.

    Refuses whoever does not keep the organ's, a source that is invisible or not for everybody, a name kept already, more than
    a hundred in use, marks of secrecy and shapes no draft may have.
    """
    require_template_keeper(actor)
    shelf = _shelf(actor)
    source = document_for(actor, source_id) if source_id is not None else None
    if source is not None:
        require_fit_for_template(actor, source)
    if not claim(person_id=actor.person_id, key=key, verb="documents.template_add"):
        return made_before(shelf, person_id=actor.person_id, key=key)
    template = DocumentTemplate(organ=drafting_post(actor=actor).organ, rank_order=_end(shelf))
    _fill(actor, shelf, template, words)
    template_pictures_keep(actor=actor, template=template, source=source)
    made(person_id=actor.person_id, key=key, row_id=template.pk)
    _record("documents.template_add", actor, template, source=source.pk if source else None)
    if source is not None:
        facts = {"template": template.pk}
        record("documents.save_as_template", actor=actor, subject=subject_of(source), facts=facts)
    return template


@transaction.atomic
def template_change(
    *, actor: Actor, template_id: int, expected_version: int, words: TemplateWords
) -> DocumentTemplate:
    """Other words for a kept template; drafts begun from it keep theirs. Refuses a stale version and what `template_create` does."""
    template, shelf = _held(actor, template_id)
    if template.version != expected_version:
        raise Conflict(
            f"{template.changed_by.name}刚刚修改了这个模板，您的改动没有覆盖，仍在页面上。请在新窗口查看后再保存。",
            version=template.version,
        )
    template.version += 1
    _fill(actor, shelf, template, words)
    template_pictures_keep(actor=actor, template=template)
    _record("documents.template_change", actor, template)
    return template


@transaction.atomic
def template_withdraw(*, actor: Actor, template_id: int) -> DocumentTemplate:
    """Offer the template no longer; drafts begun from it stay. One withdrawn already is left as it is."""
    template, _ = _held(actor, template_id)
    if template.withdrawn_at is None:
        template.withdrawn_at = now()
        template.save(update_fields=["withdrawn_at"])
        _record("documents.template_withdraw", actor, template)
    return template


@transaction.atomic
def template_restore(*, actor: Actor, template_id: int) -> DocumentTemplate:
    """Offer a withdrawn template again, at the end of the order. Refuses more than a hundred in use."""
    template, shelf = _held(actor, template_id)
    if template.withdrawn_at is not None:
        template.withdrawn_at, template.rank_order = None, _end(shelf)
        template.save(update_fields=["withdrawn_at", "rank_order"])
        _record("documents.template_restore", actor, template)
    return template


@transaction.atomic
def template_move(*, actor: Actor, template_id: int, place: int) -> None:
    """Put a template in use at `place` (from 1) of the organ's order; beyond the ends is at the end. The same twice is once."""
    template, shelf = _held(actor, template_id)
    if template.withdrawn_at is not None:
        raise InvalidState("模板已停用，启用后才能排序。")
    before = list(_offered(shelf).only("pk", "rank_order"))
    rows = at_place(before, template, place)
    if rows == before:
        return
    for number, row in enumerate(rows, start=1):
        row.rank_order = number * RANK_STEP
    DocumentTemplate.objects.bulk_update(rows, ["rank_order"])
    _record("documents.template_move", actor, template)


@transaction.atomic
def outgoing_from_template(*, actor: Actor, template_id: int, key: str = "") -> Begun:
    """A fresh draft of the actor with the template's text, elements and recipients. Refuses a withdrawn template.

    The group's members are those of today, the drafting organ never among them. Abolished organs and a group removed since are
    left out, and the remarks say so.
    """
    template = template_for(actor, template_id)
    if template.withdrawn_at is not None:
        raise InvalidState("模板已停用，请选用其他模板或先启用。")
    post = drafting_post(actor=actor)
    if not claim(person_id=actor.person_id, key=key, verb="documents.template_begin"):
        return Begun(made_before(OutgoingDocument.objects, person_id=actor.person_id, key=key))
    elements = {name: getattr(template, name) for name in CARRIED_FIELDS}
    elements["is_sealed"] = template.layout not in UNSEALED_FORMATS
    facts = {"template": template.pk}
    document = draft_keep(actor=actor, post=post, elements=elements, key=key, facts=facts)
    kept = list(template.recipients.select_related("organ"))
    gone = [row for row in kept if row.organ is not None and row.organ.abolished_on is not None]
    members = [
        TemplateRecipient(kind=Addressee.Kind.MAIN, organ=organ)
        for organ in group_members(template.main_group)
    ]
    rows = [row for row in (*members, *kept) if row not in gone and row.organ_id != post.organ_id]
    recipients_copy(document=document, rows=rows)
    pictures_copy(actor=actor, source=subject_of_template(template), document=document)
    return Begun(document, tuple(_remarks(template, gone)))


def _remarks(template: DocumentTemplate, gone: list[TemplateRecipient]) -> Iterator[str]:
    if gone:
        yield f"{'、'.join(row.name for row in gone)}已撤销，没有带入收文机关。"
    if template.main_group_name and template.main_group_id is None:
        yield f"常用范围“{template.main_group_name}”已删除，请核对主送机关。"


def _shelf(actor: Actor) -> QuerySet[DocumentTemplate]:
    """The templates of the actor's organ, changed by nobody else until the transaction ends."""
    advisory_lock(f"documents.templates:{actor.organ_id}")
    return templates_of(actor)


def _held(actor: Actor, template_id: int) -> tuple[DocumentTemplate, QuerySet[DocumentTemplate]]:
    """A template as it stands now, with all of its organ. `NotFound` for others'; `Forbidden` for who only uses it."""
    template_for(actor, template_id)
    require_template_keeper(actor)
    shelf = _shelf(actor)
    return template_for(actor, template_id), shelf


def _offered(shelf: QuerySet[DocumentTemplate]) -> QuerySet[DocumentTemplate]:
    return shelf.filter(withdrawn_at__isnull=True)


def _end(shelf: QuerySet[DocumentTemplate]) -> int:
    """The rank after all in use. Refuses one more than a hundred."""
    offered = _offered(shelf)
    if offered.count() >= OFFERED_LIMIT:
        raise ValidationFailed(f"在用模板最多{OFFERED_LIMIT}个，请先停用不用的。")
    return (offered.aggregate(last=Max("rank_order"))["last"] or 0) + RANK_STEP


def _fill(
    actor: Actor, shelf: QuerySet[DocumentTemplate], template: DocumentTemplate, words: TemplateWords
) -> None:
    """Bring the template to what was written and save it with its recipients. Refuses before anything is changed."""
    template.name = " ".join(words_checked(words.name, "模板名称", NAME_LIMIT, required=True).split())
    template.keywords = " ".join(words_checked(words.keywords, "关键词", 100).split())
    if shelf.filter(name=template.name).exclude(pk=template.pk).exists():
        raise ValidationFailed(
            f"已有名为“{template.name}”的模板（含已停用的），请换一个名称。", fields={"name": "名称已用。"}
        )
    if wrong := changes_wrong(changes=words.draft):
        raise ValidationFailed(f"{next(iter(wrong.values()))}内容仍在页面上，请改正后保存。", fields=wrong)
    for name in CARRIED_FIELDS:
        value = getattr(words.draft, name)
        if value is not None:
            setattr(template, name, as_printed(name=name, text=value) if name in LIMITS else value)
    if "" in {template.document_type, template.routing_direction, template.layout}:
        raise ValidationFailed("页面数据不完整，请刷新后重试。")
    template.body = body_validated(template.body)
    fixed = FIXED_DIRECTION.get(DocumentType(template.document_type))
    template.routing_direction = fixed or template.routing_direction
    _group_choose(actor, template, words.group_id)
    _refuse_marks(template, words.draft)
    template.changed_by_id, template.changed_at = actor.person_id, now()
    template.save()
    _recipients_keep(template, words.draft)


def _group_choose(actor: Actor, template: DocumentTemplate, group_id: int | None) -> None:
    group = groups_for(actor).filter(pk=group_id).first() if group_id is not None else None
    if group_id is not None and group is None:
        raise ValidationFailed("所选常用范围已不存在，请重新选择。", fields={"group": "请重新选择。"})
    template.main_group, template.main_group_name = group, group.name if group else ""


def _refuse_marks(template: DocumentTemplate, draft: DraftChanges) -> None:
    """No mark of secrecy anywhere (domain.md §10.3); name and keywords were looked at."""
    names = [entry.name for entry in (*(draft.main_recipients or ()), *(draft.cc_recipients or ()))]
    places = {
        "标题": template.title,
        "正文": body_text(template.body),
        "附注": template.note,
        "收文机关": "\n".join((template.main_recipients_text, template.cc_recipients_text, *names)),
    }
    for place, text in places.items():
        if mark := mark_in_text(text):
            raise ValidationFailed(f"{place}中有密级标志“{mark}”。本系统为非涉密系统，请去除后再保存。")


def _recipients_keep(template: DocumentTemplate, draft: DraftChanges) -> None:
    wanted = {Addressee.Kind.MAIN: draft.main_recipients, Addressee.Kind.CC: draft.cc_recipients}
    rows = [
        TemplateRecipient(template=template, kind=kind, organ_id=entry.organ_id, name=entry.name)
        for kind, entries in wanted.items()
        for entry in entries or ()
    ]
    template.recipients.all().delete()
    TemplateRecipient.objects.bulk_create(addressees_ordered(rows=rows))


def _record(action: str, actor: Actor, template: DocumentTemplate, source: int | None = None) -> None:
    facts = {"organ": template.organ_id, "version": template.version, "source": source}
    record(
        action, actor=actor, subject=subject_of_template(template), subject_text=template.name, facts=facts
    )
