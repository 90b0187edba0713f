"""Limits, addressees and templates of an organ, where nothing is set the usual ones (domain.md §6.3, §6.4)."""

from dataclasses import dataclass
from datetime import timedelta

from apps.duty.clocks import limits
from apps.duty.enums import EventClass, Level
from apps.duty.models import ReportRule, ReportTemplate

MINUTE = timedelta(minutes=1)
USUAL = {
    EventClass.NATURAL: "×日×时×分，××（地点）发生××（灾种）。据初步了解，受灾×人，死亡×人、失踪×人、受伤×人，紧急转移×人，"
    "倒塌房屋×间，道路、通信、供电情况××。目前天气××，救援力量××已赶赴现场。",
    EventClass.ACCIDENT: "×日×时×分，××（单位、地点）发生××事故。据初步了解，死亡×人、失联×人、受伤×人（其中重伤×人），"
    "现场涉及××（危险源），周边影响××。事故原因正在调查，救援力量××已赶赴现场。",
    EventClass.HEALTH: "×日×时×分，××（单位、地点）报告发生××。据初步了解，出现××症状×人，住院×人、重症×人、死亡×人，"
    "可能原因××。已采取隔离、采样、救治措施，疾控和医疗力量××已到场。",
    EventClass.SECURITY: "×日×时×分，××（地点）发生××。据初步了解，涉及约×人，诉求为××，死亡×人、受伤×人，"
    "现场秩序××。公安、信访及属地××已到场处置，舆情情况××。",
}


@dataclass(frozen=True)
class RuleShown:
    """A rule in force; `is_set`: the organ's own, else the usual one."""

    rule: ReportRule
    is_set: bool


def usual_rule(organ_id: int, level: str, event_class: str = "") -> ReportRule:
    """What holds where nothing is set; not saved."""
    phone, written = limits(level)
    return ReportRule(
        organ_id=organ_id,
        event_class=event_class,
        level=level,
        phone_minutes=phone // MINUTE,
        written_minutes=written // MINUTE,
    )


def rule_for(organ_id: int, event_class: str, level: str) -> ReportRule:
    """The rule of the class and level, else of the level for all classes, else the usual one."""
    found = ReportRule.objects.filter(organ_id=organ_id, level=level, event_class__in=["", event_class])
    return max(found, key=lambda one: one.event_class != "", default=usual_rule(organ_id, level))


def rules_shown(organ_id: int) -> list[RuleShown]:
    """Every level for all classes, then what is set apart for a class."""
    rows = list(ReportRule.objects.filter(organ_id=organ_id))
    known = {one.level: one for one in rows if not one.event_class}
    levels = [*Level.values, ""]
    general = [RuleShown(known.get(one) or usual_rule(organ_id, one), one in known) for one in levels]
    return general + [RuleShown(one, is_set=True) for one in rows if one.event_class]


def templates_of(organ_id: int) -> dict[EventClass, str]:
    """What a first report of each class begins with."""
    own = dict(ReportTemplate.objects.filter(organ_id=organ_id).values_list("event_class", "text"))
    return {one: own.get(one) or USUAL[one] for one in EventClass}
