"""Monthly statements: figures by unit, each explained by the items behind it."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from apps.accounts.models import Organ
from apps.briefings.enums import SENT_STATES, Use
from apps.briefings.models import InfoItem, ScoreBoard, ScoreRecord, ScoreRule
from apps.briefings.policies.items import OVERSEERS
from apps.briefings.scoring import USUAL, shown
from apps.briefings.selectors.receivers import receivers_for
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, today
from apps.core.errors import NotFound
from apps.core.given import month_given
from apps.core.spreadsheets import Cell

BOARD_KIND = "briefings.scores"
HEADS = ("单位", "报送", "采用", *(str(use.label) for use in Use), "合计得分")


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month as days: `first` and `last` are in it."""

    first: date
    last: date

    @property
    def code(self) -> str:
        """As in addresses."""
        return f"{self.first:%Y-%m}"

    @property
    def name(self) -> str:
        """In words."""
        return f"{self.first.year}年{self.first.month}月"


@dataclass(kw_only=True)
class UnitScore:
    """A unit's month."""

    organ: Organ
    reported: int = 0
    adopted: int = 0
    by_use: dict[str, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """All points."""
        return sum(self.by_use.values(), Decimal(0))

    @property
    def total_shown(self) -> str:
        """All points in words."""
        return shown(self.total)

    @property
    def points(self) -> list[Decimal]:
        """In the order of `Use`."""
        return [self.by_use.get(use, Decimal(0)) for use in Use]

    @property
    def cells(self) -> list[tuple[str, str]]:
        """The same with their names, as shown."""
        return [(str(use.label), shown(points)) for use, points in zip(Use, self.points, strict=True)]


def month_of(words: str) -> Month:
    """`2026-11`; this month for anything else."""
    first = month_given(words) or today().replace(day=1)
    return Month(first=first, last=first.replace(day=calendar.monthrange(first.year, first.month)[1]))


def board_of(organ_id: int) -> ScoreBoard:
    """How the office counts; unsaved where it has said nothing yet."""
    return ScoreBoard.objects.filter(organ_id=organ_id).first() or ScoreBoard(organ_id=organ_id)


def points_of(organ_id: int) -> dict[Use, Decimal]:
    """Points by use, the office's own where it has set them."""
    own = dict(ScoreRule.objects.filter(organ_id=organ_id).values_list("use", "points"))
    return {use: own.get(use, USUAL[use]) for use in Use}


def board_shown(actor: Actor, desk_of: int | None) -> ScoreBoard:
    """The board the actor may look at: the own office's (`desk_of`), else a published one the unit reports to.

    Raises `NotFound`: unpublished and absent look the same.
    """
    if desk_of is not None:
        return board_of(desk_of)
    if actor.organ_id is not None and actor.roles & OVERSEERS:
        for office in receivers_for(actor):
            board = board_of(office.pk)
            if board.is_published:
                return board
    raise NotFound("没有向您公布的信息计分。")


def sees_scores(actor: Actor) -> bool:
    """Whether an office publishes its figures to the actor's unit."""
    try:
        return board_shown(actor, None).is_published
    except NotFound:
        return False


def statement_of(board_organ_id: int, month: Month) -> list[UnitScore]:
    """All units that reported or got points in the month: by points, then by rank."""
    lines: dict[int, UnitScore] = {}
    reported = dict(_reported(board_organ_id, month))
    rows = _records(board_organ_id, month).filter(cancelled_at__isnull=True)
    sums = list(
        rows.order_by().values_list("organ_id", "use").annotate(points=Sum("points"), count=Count("pk"))
    )
    organs = Organ.objects.in_bulk({*reported, *(row[0] for row in sums)})
    for pk, organ in organs.items():
        lines[pk] = UnitScore(organ=organ, reported=reported.get(pk, 0))
    for pk, use, points, count in sums:
        lines[pk].by_use[use] = points
        lines[pk].adopted += count if use == Use.ADOPTED else 0
    return sorted(lines.values(), key=lambda one: (-one.total, one.organ.rank_order, one.organ.pk))


def _reported(board_organ_id: int, month: Month) -> Iterable[tuple[int, int]]:
    items = InfoItem.objects.filter(
        receiver_id=board_organ_id,
        state__in=SENT_STATES,
        submitted_at__gte=datetime.combine(month.first, datetime.min.time(), tzinfo=CITY_ZONE),
        submitted_at__lte=datetime.combine(month.last, datetime.max.time(), tzinfo=CITY_ZONE),
    )
    return items.order_by().values_list("organ_id").annotate(count=Count("pk"))


def _records(board_organ_id: int, month: Month) -> QuerySet[ScoreRecord]:
    return ScoreRecord.objects.filter(board_organ_id=board_organ_id, on__gte=month.first, on__lte=month.last)


def records_of(board_organ_id: int, month: Month, organ_id: int | None) -> list[ScoreRecord]:
    """The lines behind the figures, of one unit or all, those taken back too."""
    rows = _records(board_organ_id, month).select_related("item", "organ")
    if organ_id is not None:
        rows = rows.filter(Q(organ_id=organ_id))
    return list(rows.order_by("organ__rank_order", "on", "pk"))


def statement_cells(lines: Iterable[UnitScore]) -> list[list[Cell]]:
    """Rows of the sheet, in the order of `HEADS`."""
    return [
        [
            line.organ.short_name,
            line.reported,
            line.adopted,
            *(float(points) for points in line.points),
            float(line.total),
        ]
        for line in lines
    ]
