"""延期: asked before the date, granted or not; without it overdue is judged by the old date (domain.md §5.3)."""

from datetime import date

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import Conflict, InvalidState, ValidationFailed
from apps.files.words import words_checked
from apps.supervision.course import moved, taken_up
from apps.supervision.dating import DATE_FIELDS, REPORT_FIELDS, date_set, due_checked, report_due_set
from apps.supervision.enums import Act
from apps.supervision.models import Extension

REASON_LIMIT = 500
Status = Extension.Status


@transaction.atomic
def extension_ask(
    *, actor: Actor, item_id: int, wanted_on: date, reason: str, expected_version: int | None = None
) -> Extension:
    """Ask for a later date. Refused after the date, for an earlier one, and while one waits."""
    item = taken_up(actor, item_id, Act.ASK_EXTENSION, expected_version)
    if item.due_at is None or now() > item.due_at:
        raise InvalidState("时限已过，不能再申请延期，本事项按原时限计为超期。请尽快办结或说明情况。")
    if item.extensions.filter(status=Status.ASKED).exists():
        raise Conflict("已有一项延期申请正在审批，请等待结果。")
    wanted = due_checked(wanted_on)
    if wanted <= item.due_at:
        raise ValidationFailed("申请的时限须晚于现在的时限。")
    asked = Extension.objects.create(
        item=item,
        old_due_at=item.due_at,
        wanted_due_at=wanted,
        reason=words_checked(reason, "延期理由", REASON_LIMIT, required=True),
        asked_text=actor.signature,
        asked_at=now(),
    )
    moved(item, Act.ASK_EXTENSION, actor=actor, note=f"延至{local(wanted):%Y-%m-%d}。{asked.reason}")
    return asked


@transaction.atomic
def extension_decide(*, actor: Actor, item_id: int, is_granted: bool, answer: str = "") -> Extension:
    """Grant the waiting request, or refuse it with the reason. A grant counts from the day it was asked for in time."""
    item = taken_up(actor, item_id, Act.DECIDE_EXTENSION, None)
    asked = item.extensions.select_for_update().filter(status=Status.ASKED).first()
    if asked is None:
        raise InvalidState("没有待审批的延期申请，请刷新页面。")
    asked.status = Status.GRANTED if is_granted else Status.REFUSED
    asked.answer = words_checked(answer, "审批意见", REASON_LIMIT, required=not is_granted)
    asked.decided_at, asked.decided_text = now(), actor.signature
    asked.save(update_fields=["status", "answer", "decided_at", "decided_text"])
    save: tuple[str, ...] = ()
    if is_granted:
        date_set(item, due_at=asked.wanted_due_at, start=item.assigned_at or now())
        if item.report_due_at is None:
            report_due_set(item, after=now())
        save = (*DATE_FIELDS, *REPORT_FIELDS)
    word = f"同意延至{local(asked.wanted_due_at):%Y-%m-%d}" if is_granted else "不同意延期"
    moved(item, Act.DECIDE_EXTENSION, actor=actor, note=f"{word}。{asked.answer}", save=save)
    return asked
