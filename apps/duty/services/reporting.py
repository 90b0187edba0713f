"""Setting how an organ reports emergencies."""

from dataclasses import dataclass

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import NotFound, ValidationFailed
from apps.duty.enums import EventClass, Level
from apps.duty.models import ReportRule, ReportTemplate
from apps.duty.policies import require_maker
from apps.duty.selectors.reporting import USUAL
from apps.files.words import words_checked

LONGEST = 24 * 60
TEXT_LIMIT = 2000


@dataclass(frozen=True, kw_only=True)
class RuleDraft:
    """An empty class is all classes, an empty level one not known yet. Limits in minutes from when the office learned of it."""

    event_class: str
    level: str
    phone_minutes: int
    written_minutes: int
    sent_to: str = ""


@transaction.atomic
def report_rule_keep(*, actor: Actor, draft: RuleDraft) -> ReportRule:
    """Limits and addressees of a level; events already graded keep their limits until they are graded again."""
    organ_id = require_maker(actor)
    if draft.event_class and draft.event_class not in EventClass.values:
        raise ValidationFailed("请选择事件类别。")
    if draft.level and draft.level not in Level.values:
        raise ValidationFailed("请选择事件级别。")
    if not 1 <= draft.phone_minutes <= draft.written_minutes <= LONGEST:
        raise ValidationFailed(f"时限须在 1 到 {LONGEST} 分钟之间，书面时限不能短于电话时限。")
    rule, _ = ReportRule.objects.update_or_create(
        organ_id=organ_id,
        event_class=draft.event_class,
        level=draft.level,
        defaults={
            "phone_minutes": draft.phone_minutes,
            "written_minutes": draft.written_minutes,
            "sent_to": words_checked(draft.sent_to, "报送对象", 300),
        },
    )
    _noted(actor, f"报送规则 {rule}", [rule.phone_minutes, rule.written_minutes])
    return rule


@transaction.atomic
def report_rule_drop(*, actor: Actor, rule_id: int) -> None:
    """The usual limits, or those of all classes, hold again."""
    rule = ReportRule.objects.filter(pk=rule_id, organ_id=require_maker(actor)).first()
    if rule is None:
        raise NotFound
    _noted(actor, f"报送规则 {rule}", None)
    rule.delete()


@transaction.atomic
def report_template_keep(*, actor: Actor, event_class: str, text: str) -> str:
    """What a first report of the class begins with; empty words bring the usual ones back. Returns what holds."""
    organ_id = require_maker(actor)
    if event_class not in EventClass.values:
        raise ValidationFailed("请选择事件类别。")
    words = words_checked(text, "首报模板", TEXT_LIMIT)
    rows = ReportTemplate.objects.filter(organ_id=organ_id, event_class=event_class)
    if words and words != USUAL[EventClass(event_class)]:
        ReportTemplate.objects.update_or_create(
            organ_id=organ_id, event_class=event_class, defaults={"text": words}
        )
    else:
        rows.delete()
    _noted(actor, f"首报模板 {EventClass(event_class).label}", None)
    return words or USUAL[EventClass(event_class)]


def _noted(actor: Actor, what: str, minutes: list[int] | None) -> None:
    record("duty.event", actor=actor, subject_text=what, facts={"act": "reporting", "minutes": minutes})
