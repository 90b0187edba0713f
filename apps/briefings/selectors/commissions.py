"""Commissions: gate, lists, and how far each unit is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from apps.accounts.models import Role
from apps.accounts.selectors import holders, organs_picked
from apps.briefings.enums import SENT_STATES, CommissionState
from apps.briefings.models import Commission, CommissionUnit, InfoItem
from apps.briefings.policies.commissions import commissions_visible_to, keeps
from apps.briefings.policies.items import visible_to
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.spreadsheets import Cell

LIST_ORDER = ("-issued_at", "-id")
SCOPES = (("asked", "向我单位约稿"), ("ours", "本机关发出"))
HEADS = ("约稿单位", "状态", "信息标题", "报送时间", "催报次数", "最近催报")
CONTACTS = (Role.INFO_OFFICER, Role.CLERK, Role.OFFICE_DIRECTOR, Role.PRINCIPAL_HEAD)


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """A unit with the first item it sent, if any."""

    unit: CommissionUnit
    item: InfoItem | None
    state: CommissionState


def commission_for(actor: Actor, commission_id: int, *, lock: bool = False) -> Commission:
    """One the actor may see. Raises `NotFound` alike for absent and invisible."""
    rows = commissions_visible_to(actor).select_related("organ")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=commission_id).first()
    if found is None:
        raise NotFound("没有找到这份约稿，或您无权查看。")
    return found


def commission_by_id(commission_id: int) -> Commission | None:
    """One for listeners."""
    return Commission.objects.select_related("organ").filter(pk=commission_id).first()


def commission_title(commission_id: int) -> str:
    """Its topic for lists of other apps."""
    return Commission.objects.filter(pk=commission_id).values_list("topic", flat=True).first() or "约稿"


def can_view_commission(actor: Actor, commission_id: int) -> bool:
    """Whether the actor may open it."""
    return commissions_visible_to(actor).filter(pk=commission_id).exists()


def contacts_of(organ_id: int) -> set[int]:
    """People of a unit who are asked: its info officers, else its clerks, its office director, its head."""
    for role in CONTACTS:
        if found := {post.person_id for post in holders(organ_id=organ_id, role=role)}:
            return found
    return set()


def commissions_found(actor: Actor, *, scope: str = "asked", words: str = "") -> QuerySet[Commission]:
    """What the own organ is asked for, or what it asked, with how many units and how many of them have sent."""
    rows = commissions_visible_to(actor).select_related("organ")
    if scope == "ours":
        rows = rows.filter(organ_id=actor.organ_id or 0)
    else:
        rows = rows.filter(pk__in=Commission.objects.filter(units__organ_id=actor.organ_id or 0))
    if words:
        rows = rows.filter(topic__icontains=words)
    sent = InfoItem.objects.filter(
        commission=OuterRef("commission"), organ=OuterRef("organ"), state__in=SENT_STATES
    )
    units = CommissionUnit.objects.annotate(has_sent=Exists(sent))
    done = units.filter(has_sent=True).values("pk")
    own = InfoItem.objects.filter(
        commission=OuterRef("pk"), organ_id=actor.organ_id or 0, state__in=SENT_STATES
    )
    return rows.annotate(
        unit_count=Count("units"),
        sent_count=Count("units", filter=Q(units__in=done)),
        we_sent=Exists(own),
    )


def commissions_open_for(actor: Actor) -> QuerySet[Commission]:
    """Which the own organ may still answer, the most pressing first: for the form of an item."""
    asked = Commission.objects.filter(units__organ_id=actor.organ_id or 0, closed_at__isnull=True)
    return asked.order_by("due_at", "pk")


def owed_count(actor: Actor) -> int:
    """Commissions that the actor's organ has not answered, for those who are asked for it."""
    if actor.organ_id is None or not actor.roles & set(CONTACTS):
        return 0
    sent = InfoItem.objects.filter(commission=OuterRef("pk"), organ_id=actor.organ_id, state__in=SENT_STATES)
    return commissions_open_for(actor).filter(~Exists(sent)).count()


def lines_of(commission: Commission) -> list[UnitLine]:
    """Each unit in rank order with the first item it sent."""
    items = InfoItem.objects.filter(commission=commission, state__in=SENT_STATES).select_related("person")
    first: dict[int, InfoItem] = {}
    for item in items.order_by("submitted_at", "pk"):
        first.setdefault(item.organ_id, item)
    units = commission.units.select_related("organ").order_by("organ__rank_order", "pk")
    moment = now()
    return [_line(unit, first.get(unit.organ_id), commission, moment) for unit in units]


def _line(unit: CommissionUnit, item: InfoItem | None, commission: Commission, moment: Any) -> UnitLine:
    if item is not None and item.submitted_at is not None:
        late = item.submitted_at > commission.due_at
        state = CommissionState.LATE if late else CommissionState.SENT
    else:
        state = CommissionState.OVERDUE if moment > commission.due_at else CommissionState.WAITING
    return UnitLine(unit=unit, item=item, state=state)


def commission_page(actor: Actor, commission: Commission) -> dict[str, Any]:
    """What its page draws: a unit sees its own line and items, the desk all of them."""
    keeper, lines = keeps(actor, commission), lines_of(commission)
    own = [line for line in lines if line.unit.organ_id == actor.organ_id]
    mine = visible_to(actor).filter(commission=commission, organ_id=actor.organ_id or 0)
    return {
        "keeps": keeper,
        "lines": lines if keeper or commission.organ_id == actor.organ_id else own,
        "asked": bool(own),
        "items": list(mine.select_related("person").order_by("-dated_at", "-id")),
        "waiting": sum(line.item is None for line in lines),
        "is_over": now() > commission.due_at,
    }


def draft_shown(commission: Commission | None) -> dict[str, Any]:
    """The form's values."""
    if commission is None:
        return {"organs": []}
    units = commission.units.select_related("organ").order_by("organ__rank_order", "pk")
    return {
        "topic": commission.topic,
        "requirement": commission.requirement,
        "due_at": commission.due_at,
        "organs": organs_picked([unit.organ for unit in units]),
    }


def line_cells(lines: Iterable[UnitLine]) -> list[list[Cell]]:
    """Rows of the sheet, in the order of `HEADS`."""
    return [
        [
            line.unit.organ.short_name,
            str(line.state.label),
            line.item.title if line.item else "",
            line.item.submitted_at if line.item else None,
            line.unit.urge_count,
            line.unit.urged_at,
        ]
        for line in lines
    ]
