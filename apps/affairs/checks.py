"""What speaks against a notice, in words. Pure (domain.md §6.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

AHEAD_DAYS = 3


@dataclass(frozen=True)
class Finding:
    """One sentence. `stops`: the notice cannot be filed; otherwise a reason is wanted, which is kept."""

    code: str
    message: str
    stops: bool = False


@dataclass(frozen=True)
class Other:
    """Somebody else's absence or duty that touches the same time."""

    name: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything the checks look at; moments are aware."""

    starts_at: datetime
    ends_at: datetime
    moment: datetime
    is_leader: bool = False
    is_principal: bool = False
    has_acting: bool = False
    acting_is_self: bool = False
    acting_away: str = ""
    own_overlap: str = ""
    principals_away: Sequence[Other] = ()
    everybody_away: bool = False
    duties: Sequence[str] = ()


def findings_of(case: Case) -> tuple[Finding, ...]:
    """What stops first, then what wants a reason."""
    return tuple(sorted((*_stops(case), *_warnings(case)), key=lambda finding: not finding.stops))


def _stops(case: Case) -> list[Finding]:
    found = []
    if case.ends_at <= case.starts_at:
        found.append(Finding("dates", "返回时间须晚于离开时间。", stops=True))
    elif case.ends_at <= case.moment:
        found.append(Finding("past", "返回时间已经过去，无须报备。", stops=True))
    if case.own_overlap:
        found.append(Finding("overlap", f"与{case.own_overlap}时间重叠，请先取消或变更原记录。", stops=True))
    if case.is_leader and not case.has_acting:
        found.append(Finding("acting", "负责人外出须指定外出期间主持工作的人。", stops=True))
    if case.acting_is_self:
        found.append(Finding("acting_self", "主持工作的人不能是本人。", stops=True))
    if case.acting_away:
        found.append(
            Finding("acting_away", f"主持工作的人届时不在岗：{case.acting_away}，请另选。", stops=True)
        )
    return found


def _warnings(case: Case) -> list[Finding]:
    found = []
    if case.is_leader and (case.starts_at - case.moment).days < AHEAD_DAYS:
        found.append(
            Finding("late", f"距离开不足{AHEAD_DAYS}天，请说明原因；紧急外出请先电话报告，再补报备。")
        )
    if case.is_principal and case.principals_away:
        away = "；".join(f"{other.name}{other.words}" for other in case.principals_away)
        found.append(Finding("both_away", f"主要负责人不应同时外出（{away}），确需外出请说明。"))
    if case.everybody_away:
        found.append(Finding("nobody_left", "外出期间本机关领导班子无人在岗，确需外出请说明。"))
    if case.duties:
        found.append(Finding("duty", f"外出期间有值班：{'；'.join(case.duties)}。请先换班或请人代班。"))
    return found
