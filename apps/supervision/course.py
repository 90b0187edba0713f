"""What every act on an item shares: the gate, the rule, the version, the line of the course, the audit, the news."""

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, ValidationFailed
from apps.core.events import publish
from apps.core.subjects import Subject
from apps.files.words import words_checked
from apps.supervision.enums import Act
from apps.supervision.events import ItemMoved
from apps.supervision.lifecycle import after, rule_of
from apps.supervision.models import ItemLog, SupervisionItem
from apps.supervision.policies import require
from apps.supervision.selectors.items import KIND, item_for

WORDS_LIMIT = 2000


def taken_up(actor: Actor, item_id: int, act: Act, expected_version: int | None) -> SupervisionItem:
    """The locked item when the actor may do this to it as it was shown. Part of the verb's transaction."""
    item = item_for(actor, item_id, lock=True)
    require(act, actor, item)
    if expected_version is not None and item.version != expected_version:
        raise Conflict(
            "该事项刚刚有新的办理情况，请刷新后再操作，您填写的内容没有提交。", version=item.version
        )
    return item


def moved(
    item: SupervisionItem, act: Act, *, actor: Actor | None, note: str = "", save: tuple[str, ...] = ()
) -> ItemLog:
    """Carry out the table's step, write the line of the course, tell. The verb has changed the fields named in `save`."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act is one transaction")
    if rule_of(item.state, act).needs_words and not note.strip():
        raise ValidationFailed(f"“{act.label}”须写明理由。")
    note = words_checked(note, "说明", WORDS_LIMIT)
    item.state = after(item.state, act)
    item.version += 1
    item.save(update_fields=["state", "version", *save])
    return logged(item, str(act), str(act.label), actor=actor, note=note)


def post_words(actor: Actor) -> str:
    """Organ, unit and post: people of many organs stand on one course."""
    return " ".join(part for part in (actor.organ_name, actor.unit_name, actor.post_title) if part)[:160]


def logged(item: SupervisionItem, act: str, verb: str, *, actor: Actor | None, note: str = "") -> ItemLog:
    """A line of the course with its audit entry and event."""
    line = ItemLog.objects.create(
        item=item,
        act=act,
        verb=verb,
        person_name=actor.name if actor else "",
        post_text=post_words(actor) if actor else "",
        note=note[:WORDS_LIMIT],
        at=now(),
    )
    record(
        "supervision.act",
        actor=actor,
        subject=Subject(KIND, item.pk),
        subject_text=str(item)[:200],
        facts={"act": act, "state": item.state},
    )
    publish(ItemMoved(item_id=item.pk, log_id=line.pk, person_id=actor.person_id if actor else None))
    return line
