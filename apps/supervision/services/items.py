"""Establishing items and carrying them to their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from apps.accounts.models import Appointment, InternalUnit, Organ
from apps.accounts.selectors import is_running, organs_by_id
from apps.core import subjects
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.core.submissions import claim, made, made_before
from apps.files.words import words_checked
from apps.supervision.course import logged, moved, taken_up
from apps.supervision.dating import (
    DATE_FIELDS,
    REPORT_FIELDS,
    date_set,
    due_checked,
    report_dates_checked,
    report_due_set,
)
from apps.supervision.enums import Act, Frequency, Party, Source, State
from apps.supervision.lifecycle import CLOSED
from apps.supervision.models import Assisting, ItemClass, SupervisionItem, SupervisionNotice
from apps.supervision.numbers import number_give
from apps.supervision.policies import people_of, require_proposer
from apps.supervision.progress import progress_roll_up
from apps.supervision.services.notices import notice_issue
from apps.workflow.models import Matter, Reading
from apps.workflow.services import reading_send

TITLE_LIMIT = 200
TEXT_LIMIT = 4000
QUOTE_LIMIT = 2000
MOST_ASSISTING = 60
MOST_WEIGHT = 100


@dataclass(frozen=True, kw_only=True)
class ItemDraft:
    """What is proposed. `due_on` None counts `workdays` (the class's when None) from the assignment."""

    class_code: str
    title: str
    lead_organ_id: int
    requirement: str = ""
    lead_unit_id: int | None = None
    assisting_ids: Sequence[int] = ()
    due_on: date | None = None
    workdays: int | None = None
    frequency: str = ""
    report_dates: Sequence[date] = ()
    weight: int = 1
    subject: Subject | None = None
    quote: str = ""
    leader_id: int | None = None
    source: str = ""


@transaction.atomic
def item_propose(
    *, actor: Actor, draft: ItemDraft, key: str = "", parent: SupervisionItem | None = None
) -> SupervisionItem:
    """Register an item for the actor's organ; it waits for establishment. The same key gives the same item."""
    organ_id = require_proposer(actor) if parent is None else parent.organ_id
    if not claim(person_id=actor.person_id, key=key, verb="supervision.propose"):
        return made_before(SupervisionItem.objects, person_id=actor.person_id, key=key)
    item = SupervisionItem(
        organ_id=organ_id, parent=parent, proposed_by_id=actor.post_required("办理督办事项"), created_at=now()
    )
    _fill(item, draft, actor)
    item.save()
    made(person_id=actor.person_id, key=key, row_id=item.pk)
    _assisting_set(item, draft.assisting_ids)
    logged(item, "propose", "分解" if parent else "登记", actor=actor)
    if draft.subject is not None and parent is None:
        _source_shown(actor, item, draft.subject)
    return item


def _source_shown(actor: Actor, item: SupervisionItem, subject: Subject) -> None:
    """Who keeps items gets the source to read, from whoever has it: an item is not followed up unseen."""
    matter = Matter.objects.filter(subject_kind=subject.kind, subject_id=subject.id).first()
    keepers = [post for post in people_of(item, Party.SUPERVISOR) if post.person_id != actor.person_id]
    if matter is not None and keepers:
        reading_send(actor=actor, matter=matter, appointments=keepers, source=Reading.Source.INFORM)


@transaction.atomic
def item_amend(*, actor: Actor, item_id: int, expected_version: int, draft: ItemDraft) -> SupervisionItem:
    """Change a proposal, or an item that was handed back, before it is assigned."""
    item = taken_up(actor, item_id, Act.AMEND, expected_version)
    _fill(item, draft, actor)
    item.save()
    _assisting_set(item, draft.assisting_ids)
    moved(item, Act.AMEND, actor=actor)
    return item


def _fill(item: SupervisionItem, draft: ItemDraft, actor: Actor) -> None:
    item.item_class = _class_of(draft.class_code)
    item.title = " ".join(words_checked(draft.title, "事项名称", TITLE_LIMIT, required=True).split())
    item.requirement = words_checked(draft.requirement, "办理要求", TEXT_LIMIT)
    item.quote = words_checked(draft.quote, "来源原文", QUOTE_LIMIT)
    item.source = draft.source if draft.source in Source.values else item.item_class.source
    if draft.subject is not None and (item.subject_kind, item.subject_id) != (
        draft.subject.kind,
        draft.subject.id,
    ):
        if not subjects.can_view(actor, draft.subject):
            raise NotFound
        item.subject_kind, item.subject_id = draft.subject.kind, draft.subject.id
    item.lead_organ, item.lead_unit = _lead(draft)
    item.leader = _leader(draft.leader_id)
    if draft.frequency not in Frequency.values:
        raise ValidationFailed("反馈频次无法识别，请重新选择。")
    item.frequency = draft.frequency
    item.report_dates = report_dates_checked(draft.frequency, draft.report_dates)
    if not 1 <= draft.weight <= MOST_WEIGHT:
        raise ValidationFailed(f"权重须为 1 至 {MOST_WEIGHT} 的整数。")
    item.weight = draft.weight
    if draft.workdays is not None and not 1 <= draft.workdays <= 500:
        raise ValidationFailed("时限须为 1 至 500 个工作日。")
    item.workdays = draft.workdays
    item.due_at = due_checked(draft.due_on) if draft.due_on else None
    item.is_due_named = draft.due_on is not None


def _class_of(code: str) -> ItemClass:
    found = ItemClass.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise ValidationFailed("请选择事项类别。")
    return found


def _lead(draft: ItemDraft) -> tuple[Organ, InternalUnit | None]:
    organ = Organ.objects.filter(pk=draft.lead_organ_id).first()
    if organ is None:
        raise ValidationFailed("请选择牵头单位。")
    if organ.abolished_on is not None:
        raise ValidationFailed(f"“{organ.short_name}”已经撤销，请选择承接其职责的单位。")
    if draft.lead_unit_id is None:
        return organ, None
    unit = InternalUnit.objects.filter(pk=draft.lead_unit_id, organ=organ, abolished_on__isnull=True).first()
    if unit is None:
        raise ValidationFailed("牵头科室不属于所选单位或已撤销，请重新选择。")
    return organ, unit


def _leader(appointment_id: int | None) -> Appointment | None:
    if appointment_id is None:
        return None
    post = Appointment.objects.filter(pk=appointment_id).select_related("person").first()
    if post is None or not is_running(post):
        raise ValidationFailed("所选交办领导已不在任，请重新选择。")
    return post


def _assisting_set(item: SupervisionItem, organ_ids: Sequence[int]) -> None:
    wanted = [one for one in dict.fromkeys(organ_ids) if one != item.lead_organ_id]
    if len(wanted) > MOST_ASSISTING:
        raise ValidationFailed(f"配合单位不能超过 {MOST_ASSISTING} 个。")
    living = {organ.pk for organ in organs_by_id(wanted) if organ.abolished_on is None}
    item.assisting.all().delete()
    Assisting.objects.bulk_create(Assisting(item=item, organ_id=one) for one in wanted if one in living)
    item.__dict__.pop("_prefetched_objects_cache", None)


@transaction.atomic
def item_establish(*, actor: Actor, item_id: int, expected_version: int | None = None) -> SupervisionItem:
    """立项: the item takes its number and stays known by it."""
    item = taken_up(actor, item_id, Act.ESTABLISH, expected_version)
    item.number = number_give(organ_id=item.organ_id, mark=item.item_class.mark)
    moved(item, Act.ESTABLISH, actor=actor, save=("number",))
    return item


@transaction.atomic
def item_assign(*, actor: Actor, item_id: int, expected_version: int | None = None) -> SupervisionItem:
    """交办: the date begins to run, a 督查通知单 goes to the lead and the assisting organs."""
    item = taken_up(actor, item_id, Act.ASSIGN, expected_version)
    if item.lead_organ.abolished_on is not None:
        raise ValidationFailed(f"牵头单位“{item.lead_organ.short_name}”已经撤销，请先修改牵头单位。")
    item.assigned_at = now()
    named = item.due_at if item.is_due_named else None
    if named is not None and named <= now():
        raise ValidationFailed("拟定的时限已经过去，请先修改时限再交办。")
    date_set(item, due_at=named, start=item.assigned_at)
    item.first_due_at = item.first_due_at or item.due_at
    report_due_set(item, after=item.assigned_at)
    moved(item, Act.ASSIGN, actor=actor, save=("assigned_at", "first_due_at", *DATE_FIELDS, *REPORT_FIELDS))
    notice_issue(
        actor=actor, item=item, kind=SupervisionNotice.Kind.ASSIGN, text=item.requirement or item.title
    )
    return item


@transaction.atomic
def item_accept(*, actor: Actor, item_id: int, handler_id: int | None = None) -> SupervisionItem:
    """签收: the lead unit takes it, and may name who handles it."""
    item = taken_up(actor, item_id, Act.ACCEPT, None)
    if handler_id is not None:
        post = Appointment.objects.filter(pk=handler_id, organ_id=item.lead_organ_id).first()
        if post is None or not is_running(post):
            raise ValidationFailed("经办人须是牵头单位的在任人员，请重新选择。")
        item.handler = post
    moved(
        item,
        Act.ACCEPT,
        actor=actor,
        note=f"经办人：{item.handler.person.name}" if item.handler else "",
        save=("handler",),
    )
    for notice in item.notices.filter(kind=SupervisionNotice.Kind.ASSIGN):
        notice.receipts.filter(organ_id=actor.organ_id or 0, signed_at__isnull=True).update(
            signed_at=now(), signed_text=f"{actor.post_text} {actor.name}"[:160]
        )
    return item


@transaction.atomic
def item_apply_close(
    *, actor: Actor, item_id: int, words: str, expected_version: int | None = None
) -> SupervisionItem:
    """申请办结. Refused while parts are open, naming them."""
    item = taken_up(actor, item_id, Act.APPLY_CLOSE, expected_version)
    _require_parts_closed(item)
    moved(item, Act.APPLY_CLOSE, actor=actor, note=words)
    return item


@transaction.atomic
def item_complete(
    *, actor: Actor, item_id: int, words: str = "", expected_version: int | None = None
) -> SupervisionItem:
    """同意办结. What is completed after its date keeps the mark. Refused while parts are open."""
    item = taken_up(actor, item_id, Act.COMPLETE, expected_version)
    _require_parts_closed(item)
    applied = item.log.filter(act=str(Act.APPLY_CLOSE)).order_by("-at", "-id").first()
    item.completed_at = now()
    # done is when the unit said so; how long the review took is not the unit's
    item.is_late = item.due_at is not None and (applied.at if applied else item.completed_at) > item.due_at
    item.progress = 100
    _clocks_stop(item)
    moved(
        item,
        Act.COMPLETE,
        actor=actor,
        note=words,
        save=("completed_at", "is_late", "progress", *CLOCKS),
    )
    progress_roll_up(item)
    return item


def _require_parts_closed(item: SupervisionItem) -> None:
    open_parts = item.parts.exclude(state__in=CLOSED).order_by("id")
    if names := [part.number or part.title for part in open_parts[:5]]:
        raise ValidationFailed(f"还有 {open_parts.count()} 个分解事项未办结：{'、'.join(names)}，请先办结。")


CLOCKS = ("next_reminder_at", "report_due_at", "next_report_reminder_at")


def _clocks_stop(item: SupervisionItem) -> None:
    item.next_reminder_at, item.report_due_at, item.next_report_reminder_at = None, None, None


SIMPLE = {
    Act.DECLINE, Act.BEGIN, Act.SEND_BACK, Act.STRIKE_OFF, Act.MAKE_LONG_TERM, Act.RESUME,
    Act.TERMINATE, Act.REFUSE,
}  # fmt: skip


@transaction.atomic
def item_act(
    *, actor: Actor, item_id: int, act: Act, words: str = "", expected_version: int | None = None
) -> SupervisionItem:
    """An act that changes the state and little more; a reason is required where the table says so."""
    if act not in SIMPLE:
        raise NotFound
    item = taken_up(actor, item_id, act, expected_version)
    save: tuple[str, ...] = ()
    if act in {Act.TERMINATE, Act.MAKE_LONG_TERM}:
        _clocks_stop(item)
        save = CLOCKS
    if act is Act.SEND_BACK and item.state == State.COMPLETED:
        item.completed_at, item.is_late, save = None, False, ("completed_at", "is_late")
    if act in {Act.RESUME, Act.SEND_BACK}:
        date_set(item, due_at=item.due_at if item.is_due_named else None, start=item.assigned_at or now())
        report_due_set(item, after=now())
        save = (*save, *DATE_FIELDS, *REPORT_FIELDS)
    moved(item, act, actor=actor, note=words, save=save)
    return item


@transaction.atomic
def item_evaluate(*, actor: Actor, item_id: int, grade: str, words: str) -> SupervisionItem:
    """评价: of the unit's work on this item, after it was struck off."""
    item = taken_up(actor, item_id, Act.EVALUATE, None)
    if grade not in GRADES:
        raise ValidationFailed("请选择评价等次。")
    item.grade = grade
    moved(
        item,
        Act.EVALUATE,
        actor=actor,
        note=f"{grade}。{words.strip()}" if words.strip() else f"{grade}。",
        save=("grade",),
    )
    return item


GRADES = ("好", "较好", "一般", "差")
