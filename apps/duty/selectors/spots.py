"""Spot checks: whom one may call, what was answered, own calls to answer."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from apps.accounts.models import Organ
from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import NotFound
from apps.core.spreadsheets import Cell
from apps.duty.enums import RosterState, SpotResult
from apps.duty.models import DutyRoster, SpotAnswer, SpotCheck
from apps.duty.policies import makes_roster, require_maker

SPOT, SPOT_CHECK = "duty.spot", "duty.spot_check"
SPOT_HEADS = (
    "点名时间",
    "单位",
    "点名人",
    "时限（秒）",
    "岗位",
    "姓名",
    "结果",
    "应答时间",
    "说明",
    "说明时间",
)
SPOT_ORDER = ("-planned_at", "-id")
MOST_OWN = 50


@dataclass(frozen=True)
class SpotLine:
    """One person called and how it came out."""

    answer: SpotAnswer
    result: SpotResult


@dataclass(frozen=True)
class SpotShown:
    """A check with its people."""

    check: SpotCheck
    lines: list[SpotLine]
    is_planned: bool


def result_of(answer: SpotAnswer, moment: datetime) -> SpotResult:
    """In time, late, not at all, or still open."""
    closes = answer.check_made.closes_at
    if closes is None:
        return SpotResult.PENDING
    if answer.answered_at is not None:
        return SpotResult.ON_POST if answer.answered_at <= closes else SpotResult.LATE
    return SpotResult.PENDING if moment <= closes else SpotResult.ABSENT


def organs_to_check(organ_id: int) -> list[Organ]:
    """The own organ, those below it, and for a government's office those of its government, as far as they keep a roster."""
    own = Organ.objects.get(pk=organ_id)
    reach = Q(pk=own.pk) | Q(superior=own)
    if own.kind == Organ.Kind.OFFICE and own.superior_id is not None:
        reach |= Q(superior=own.superior_id) | Q(superior__superior=own.superior_id, kind=Organ.Kind.OFFICE)
    kept = DutyRoster.objects.filter(state=RosterState.PUBLISHED).values("organ")
    return list(Organ.objects.filter(reach, pk__in=kept, abolished_on=None).order_by("rank_order", "pk"))


def spots_listed(actor: Actor, *, only_wrong: bool) -> QuerySet[SpotCheck]:
    """Checks the person's duty office made, newest first. Raises `Forbidden` for others."""
    rows = SpotCheck.objects.filter(caller_organ=require_maker(actor)).select_related("organ")
    if only_wrong:
        late = Q(answers__answered_at=None) | Q(answers__answered_at__gt=F("closes_at"))
        rows = rows.filter(Q(closes_at__lt=now()) & late | ~Q(words="")).distinct()
    return rows.prefetch_related("answers__appointment__person", "answers__post")


def spot_shown(check: SpotCheck) -> SpotShown:
    """With how each came out."""
    moment, lines = now(), []
    for answer in check.answers.all():
        answer.check_made = check
        lines.append(SpotLine(answer, result_of(answer, moment)))
    is_planned = check.called_at is None and check.withdrawn_at is None and not check.words
    return SpotShown(check, lines, is_planned)


def spot_for(actor: Actor, check_id: int) -> SpotCheck:
    """A check the person's duty office made, locked. Raises `NotFound`, `Forbidden`."""
    rows = SpotCheck.objects.select_for_update(of=("self",)).filter(caller_organ=require_maker(actor))
    found = rows.select_related("organ").filter(pk=check_id).first()
    if found is None:
        raise NotFound
    return found


def _answers() -> QuerySet[SpotAnswer]:
    return SpotAnswer.objects.select_related("check_made__organ", "post", "appointment__person")


def answer_for(actor: Actor, answer_id: int, *, lock: bool = False) -> SpotAnswer:
    """One's own. Raises `NotFound`."""
    rows = _answers().filter(pk=answer_id, appointment__person_id=actor.person_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound
    return found


def own_spots(actor: Actor) -> list[SpotLine]:
    """Calls to the person, newest first."""
    rows = _answers().filter(appointment__person_id=actor.person_id)
    moment = now()
    return [SpotLine(one, result_of(one, moment)) for one in rows.order_by("-pk")[:MOST_OWN]]


def spot_cells(check: SpotCheck) -> list[list[Cell]]:
    """A row for each person called, in the order of `SPOT_HEADS`; one row for a check that found nobody."""
    shown = spot_shown(check)
    head: list[Cell] = [
        check.called_at or check.planned_at,
        check.organ.short_name,
        check.caller_text,
        check.seconds,
    ]
    if not shown.lines:
        return [
            [*head, "", "", check.words or ("已取消" if check.withdrawn_at else "未到时间"), None, "", None]
        ]
    return [
        [
            *head,
            one.answer.post.name,
            one.answer.appointment.person.name,
            str(one.result.label),
            one.answer.answered_at,
            one.answer.statement,
            one.answer.stated_at,
        ]
        for one in shown.lines
    ]


def answer_title(answer_id: int) -> str:
    """For notices."""
    found = _answers().filter(pk=answer_id).first()
    if found is None or found.check_made.called_at is None:
        return "抽查点名"
    return f"{local(found.check_made.called_at):%-m月%-d日 %H:%M} 抽查点名"


def can_view_answer(actor: Actor, answer_id: int) -> bool:
    """Whoever was called."""
    return SpotAnswer.objects.filter(pk=answer_id, appointment__person_id=actor.person_id).exists()


def check_title(check_id: int) -> str:
    """For notices."""
    found = SpotCheck.objects.select_related("organ").filter(pk=check_id).first()
    return f"{found.organ.short_name} 抽查点名" if found else "抽查点名"


def can_view_check(actor: Actor, check_id: int) -> bool:
    """The duty office that called."""
    rows = SpotCheck.objects.filter(pk=check_id, caller_organ=actor.organ_id or 0)
    return makes_roster(actor) and rows.exists()


def spot_known(check_id: int) -> SpotCheck | None:
    """For notices."""
    rows = SpotCheck.objects.select_related("organ", "caller")
    return rows.prefetch_related("answers__appointment__person").filter(pk=check_id).first()
