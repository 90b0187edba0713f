"""What the form of an item shows: empty, from a source, or filled."""

from typing import Any

from apps.accounts.models import Appointment, InternalUnit, Organ
from apps.accounts.selectors import organs_picked, posts_picked, posts_shown, units_of
from apps.core import subjects
from apps.core.actors import Actor
from apps.core.clock import local
from apps.core.errors import NotFound
from apps.core.subjects import Subject
from apps.duty.selectors.journal import EVENT
from apps.supervision.enums import Frequency, Source
from apps.supervision.models import ItemClass, SupervisionItem
from apps.supervision.schedules import report_words, schedule_words
from apps.workflow.models import Matter, Opinion

TITLE_SHOWN = 100


def choices() -> dict[str, Any]:
    """What is chosen from."""
    return {
        "classes": list(ItemClass.objects.filter(is_active=True)),
        "frequencies": Frequency.choices,
        "on_dates": Frequency.ON_DATES.value,
    }


def class_lines() -> list[tuple[list[ItemClass], str, str]]:
    """Classes in use, those together whose reminders of dates and of reports are the same, with these in words."""
    found: dict[tuple[str, str], list[ItemClass]] = {}
    for row in ItemClass.objects.filter(is_active=True):
        found.setdefault((schedule_words(row), report_words(row)), []).append(row)
    return [(rows, *words) for words, rows in found.items()]


def units_for_lead(organ_id: int | None) -> list[InternalUnit]:
    """Internal units one's own organ may entrust."""
    return list(units_of(organ_id)) if organ_id is not None else []


def blank_draft(actor: Actor, subject: Subject | None, quote: str) -> dict[str, Any]:
    """An empty form; from a document with its instructions to choose from. Raises `NotFound` for what the actor may not see."""
    draft: dict[str, Any] = {
        "weight": 1,
        "quote": quote,
        "title": quote[:TITLE_SHOWN],
        "class": _class_for(Source.OTHER),
        "units": units_for_lead(actor.organ_id),
        "lead": [],
        "assisting": [],
        "leader": [],
    }
    if subject is None:
        return draft
    if not subjects.can_view(actor, subject):
        raise NotFound
    kind = subjects.kind_of(subject)
    instructions = _instructions(subject)
    said = next((one for one in instructions if quote and (quote in one.text or one.text in quote)), None)
    is_instructed = (
        said is not None or (bool(instructions) and not quote) or (subject.kind == EVENT and bool(quote))
    )
    return draft | {
        "kind": subject.kind,
        "id": subject.id,
        "source_title": kind.title(subject.id),
        "source_url": kind.url(subject.id),
        "instructions": instructions,
        "title": (quote or kind.title(subject.id))[:TITLE_SHOWN],
        "class": _class_for(Source.INSTRUCTION if is_instructed else Source.DOCUMENT),
        "leader": _leader_picked(said or (instructions[0] if len(instructions) == 1 else None)),
    }


def _class_for(source: str) -> str:
    found = ItemClass.objects.filter(source=source, is_active=True).first()
    return found.code if found else ""


def _instructions(subject: Subject) -> list[Opinion]:
    """批示 with words on the document, newest first."""
    matter = Matter.objects.filter(subject_kind=subject.kind, subject_id=subject.id).first()
    if matter is None:
        return []
    said = matter.opinions.filter(action=Opinion.Action.INSTRUCT).exclude(text="")
    return list(said.order_by("-at", "-id")[:10])


def _leader_picked(said: Opinion | None) -> list[dict[str, Any]]:
    if said is None:
        return []
    return posts_picked(posts_shown().filter(person_id=said.person_id)[:1])


def filled_draft(item: SupervisionItem) -> dict[str, Any]:
    """The form with an item's own words."""
    source = Subject(item.subject_kind, item.subject_id) if item.subject_id is not None else None
    return {
        "class": item.item_class.code,
        "title": item.title,
        "requirement": item.requirement,
        "quote": item.quote,
        "kind": item.subject_kind,
        "id": item.subject_id,
        "source_title": subjects.kind_of(source).title(source.id) if source else "",
        "source_url": subjects.url_of(source) if source else "",
        "units": units_for_lead(item.organ_id),
        "lead_unit": item.lead_unit_id,
        "lead": organs_picked([item.lead_organ]),
        "assisting": organs_picked(row.organ for row in item.assisting.all()),
        "leader": posts_picked([item.leader]) if item.leader else [],
        "due_on": f"{local(item.due_at):%Y-%m-%d}" if item.is_due_named and item.due_at else "",
        "workdays": item.workdays or "",
        "frequency": item.frequency,
        "report_dates": item.report_dates,
        "weight": item.weight,
    }


def lead_people(item: SupervisionItem) -> list[Appointment]:
    """Who may handle it: people of the lead unit, or of the lead organ."""
    rows = posts_shown().filter(organ_id=item.lead_organ_id)
    if item.lead_unit_id is not None:
        rows = rows.filter(unit_id=item.lead_unit_id)
    return list(rows.order_by("unit__rank_order", "rank_order", "id"))


def organ_name(organ_id: int) -> str:
    """For the chip of a filter."""
    found = Organ.objects.filter(pk=organ_id).first()
    return found.short_name if found else ""
