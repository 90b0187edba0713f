"""Who handles a step: from the rule to running appointments, in rank order, or a sentence that says who is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.db.models import F, QuerySet

from apps.accounts.models import Appointment, Role
from apps.accounts.selectors import valid_on
from apps.core.clock import today
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.prepared import Prepared, among, slot
from apps.workflow.definition import Mode, Rule, Step

ROLE_NAMES: dict[str, str] = dict(Role.choices)


@dataclass(frozen=True)
class Situation:
    """What the rules look at: the organ the matter belongs to, who began the run, whom handlers have chosen."""

    organ_id: int
    initiator: Appointment
    chosen: Mapping[str, Sequence[int]] = field(default_factory=dict)


def running_appointments() -> QuerySet[Appointment]:
    """Running appointments of active people in places that exist, in rank order over organs and units."""
    return _running(today())


def _running(day: date) -> QuerySet[Appointment]:
    return (
        Appointment.objects.filter(valid_on(day), person__is_active=True, organ__abolished_on__isnull=True)
        .exclude(unit__abolished_on__isnull=False)
        .select_related("person", "organ", "unit")
        .order_by(
            "organ__rank_order", F("unit__rank_order").asc(nulls_first=True), "rank_order", "organ_id", "id"
        )
    )


_NAMED = Prepared(lambda: _running(slot("today")).filter(among("pk", "posts")))


@cache
def _posts_by(*facts: str) -> Prepared[Appointment]:
    return Prepared(lambda: _running(slot("today")).filter(**{fact: slot(fact) for fact in facts}))


def _named(posts: Iterable[int]) -> list[Appointment]:
    return _NAMED.rows(today=today(), posts=list(posts))


def handlers_of(step: Step, situation: Situation, kept: Iterable[int] = ()) -> list[Appointment]:
    """The appointments that get the step; when the run comes back, those of `kept` that still run.

    Raises `InvalidState` (or `ValidationFailed` when a choice is wanted) with what to do when nobody is found.
    """
    before = _named(kept) if kept else []
    if before:
        return before
    if step.assignee.rule is Rule.CHOSEN:
        return _chosen(step, situation)
    found = _by_rule(step, situation)
    if not found:
        raise InvalidState(_nobody(step, situation), step=step.code)
    return found


def _by_rule(step: Step, situation: Situation) -> list[Appointment]:
    initiator, assignee = situation.initiator, step.assignee
    no_unit = initiator.unit_id is None
    match assignee.rule:
        case Rule.INITIATOR:
            wanted: dict[str, Any] = {"pk": initiator.pk}
        case Rule.ROLE_IN_ORGAN:
            wanted = {"organ_id": situation.organ_id, "roles__role": assignee.role}
        case Rule.LEADER_IN_CHARGE if no_unit:
            wanted = {"in_charge_organs": initiator.organ_id}
        case Rule.LEADER_IN_CHARGE:
            wanted = {"in_charge_units": initiator.unit_id}
        case Rule.APPOINTMENT:
            wanted = {"pk": assignee.appointment}
        case _ if no_unit:
            return []
        case Rule.INITIATOR_UNIT_HEAD:
            wanted = {"unit_id": initiator.unit_id, "roles__role": Role.UNIT_HEAD}
        case _:
            wanted = {"unit_id": initiator.unit_id, "roles__role": assignee.role}
    return _posts_by(*wanted).rows(today=today(), **wanted)


def _chosen(step: Step, situation: Situation) -> list[Appointment]:
    wanted = list(dict.fromkeys(situation.chosen.get(step.code, ())))
    if not wanted:
        raise ValidationFailed(f"请先选择“{step.name}”环节的办理人。", fields={step.code: "请选择办理人"})
    found = {post.pk: post for post in _named(wanted)}
    if gone := [pk for pk in wanted if pk not in found]:
        names = "、".join(
            f"{post.person.name}（{post.post_title}）"
            for post in Appointment.objects.filter(pk__in=gone).select_related("person")
        )
        raise InvalidState(
            f"“{step.name}”环节选定的{names or '人员'}已不在岗，请重新选择办理人。", step=step.code
        )
    if step.mode is Mode.ONE and len(wanted) > 1:
        raise ValidationFailed(f"“{step.name}”环节只能选择一人。", fields={step.code: "只能选择一人"})
    return [found[pk] for pk in wanted] if step.mode is Mode.SEQUENCE else list(found.values())


def _nobody(step: Step, situation: Situation) -> str:
    initiator = situation.initiator
    place = initiator.unit.name if initiator.unit else initiator.organ.short_name
    reason = {
        Rule.INITIATOR: f"发起人{initiator.person.name}已不在岗",
        Rule.ROLE_IN_ORGAN: f"本机关没有{ROLE_NAMES.get(step.assignee.role, step.assignee.role)}",
        Rule.ROLE_IN_INITIATOR_UNIT: f"{place}没有{ROLE_NAMES.get(step.assignee.role, step.assignee.role)}",
        Rule.INITIATOR_UNIT_HEAD: f"{place}没有科室负责人",
        Rule.LEADER_IN_CHARGE: f"{place}没有分管领导",
        Rule.APPOINTMENT: "指定的任职已不存在或已免职",
    }.get(step.assignee.rule, "没有符合条件的人员")
    return f"“{step.name}”环节找不到办理人：{reason}，请联系管理员任命后再提交。"


def rule_words(step: Step) -> str:
    """Who will handle the step, in words, without asking the database."""
    role = ROLE_NAMES.get(step.assignee.role, step.assignee.role)
    return {
        Rule.INITIATOR: "发起人",
        Rule.ROLE_IN_ORGAN: role,
        Rule.ROLE_IN_INITIATOR_UNIT: f"本科室{role}",
        Rule.INITIATOR_UNIT_HEAD: "科室负责人",
        Rule.CHOSEN: "由前一环节选定",
        Rule.LEADER_IN_CHARGE: "分管领导",
        Rule.APPOINTMENT: "指定人员",
    }[step.assignee.rule]


def post_words(post: Appointment) -> str:
    """Place and post as kept beside an opinion, such as 市政府办公室综合科 科长."""
    return f"{post.organ.short_name}{post.unit.name if post.unit else ''} {post.post_title}"
