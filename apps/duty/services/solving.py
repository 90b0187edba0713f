"""Asking for a month arranged by rule, watching it, taking its result."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction

from apps.accounts.selectors import actor_of_appointment
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, HouseError, InvalidState, ValidationFailed
from apps.core.events import publish
from apps.duty.enums import DayKind, RosterState, SolvingState, VersionAct
from apps.duty.events import SolvingAsked
from apps.duty.models import DutyRules, RosterSolving
from apps.duty.plan import SPREAD, WORST, Aim, Progress
from apps.duty.policies import require_maker
from apps.duty.selectors.planning import solving_for
from apps.duty.selectors.rosters import members_of, posts_of, roster_locked
from apps.duty.services.changing import Cells
from apps.duty.services.rosters import roster_save

LONGEST = timedelta(minutes=3)
LONGEST_REST = 240
MOST_DUTIES = 62
MOST_WEIGHT = 200
LOST = "编排中断，没有结果，请重新编排。"


@transaction.atomic
def rules_keep(
    *,
    actor: Actor,
    rest_hours: int,
    most: int | None,
    approves_swaps: bool = True,
    weights: Mapping[DayKind, int] | None = None,
) -> DutyRules:
    """Hours between two duties (0–240), duties a month (1–62 or no limit), whether swaps need the office; rosters made stay.

    `weights` in tenths of a point (1–200), None as they are: loads are counted anew by them, those of months gone by too.
    """
    organ_id = require_maker(actor)
    if not 0 <= rest_hours <= LONGEST_REST:
        raise ValidationFailed(f"两班间隔须在 0 到 {LONGEST_REST} 小时之间。")
    if most is not None and not 1 <= most <= MOST_DUTIES:
        raise ValidationFailed(f"每人每月最多班次须在 1 到 {MOST_DUTIES} 之间，不限请留空。")
    if weights and not all(0 < points <= MOST_WEIGHT for points in weights.values()):
        raise ValidationFailed(f"每班分值须在 0.1 到 {MOST_WEIGHT // 10} 分之间。")
    rules, _ = DutyRules.objects.update_or_create(
        organ_id=organ_id,
        defaults={
            "rest_hours": rest_hours,
            "most": most,
            "approves_swaps": approves_swaps,
            **{f"{kind}_points": points for kind, points in (weights or {}).items()},
        },
    )
    record(
        "duty.roster",
        actor=actor,
        subject_text="排班规则",
        facts={
            "rest": rest_hours,
            "most": most,
            "approves_swaps": approves_swaps,
            "weights": {str(kind): points for kind, points in rules.weights.items()},
        },
    )
    return rules


@transaction.atomic
def solving_ask(*, actor: Actor, roster_id: int, expected_version: int) -> RosterSolving:
    """Have a draft arranged by rule. One run at a time; one that was lost is given up after three minutes."""
    roster = roster_locked(actor, roster_id, expected_version)
    if roster.state == RosterState.PUBLISHED:
        raise InvalidState("值班表已发布，不再整月编排；个别调整请直接选择接替人员。")
    for post in posts_of(roster.organ_id):
        if not members_of(post):
            raise ValidationFailed(f"“{post.name}”还没有可值班人员，请先在“岗位设置”中选择。")
    running = RosterSolving.objects.filter(roster=roster, state=SolvingState.RUNNING).first()
    if running is not None:
        if now() - running.asked_at < LONGEST:
            raise InvalidState("正在编排，请稍候。")
        _end(running, SolvingState.FAILED, LOST)
    run = RosterSolving.objects.create(
        roster=roster, version=roster.version, asked_by_id=actor.post_required("编排值班表"), asked_at=now()
    )
    record("duty.roster", actor=actor, subject_text=f"{roster.month:%Y-%m} 值班表", facts={"act": "solve"})
    publish(SolvingAsked(solving_id=run.pk))
    return run


@transaction.atomic
def roster_save_solve(*, actor: Actor, roster_id: int, expected_version: int, cells: Cells) -> RosterSolving:
    """Keep what was chosen and have the rest arranged, or neither."""
    made = roster_save(actor=actor, roster_id=roster_id, expected_version=expected_version, cells=cells)
    return solving_ask(actor=actor, roster_id=roster_id, expected_version=made.version)


@transaction.atomic
def solving_stop(*, actor: Actor, solving_id: int) -> RosterSolving:
    """End the search; the best roster found by then is taken. A run that was lost is given up."""
    run = solving_for(actor, solving_id, lock=True)
    if run.state == SolvingState.RUNNING:
        run.is_stop_asked = True
        run.save(update_fields=["is_stop_asked"])
        if now() - run.asked_at >= LONGEST:
            _end(run, SolvingState.FAILED, LOST)
    return run


@transaction.atomic
def solving_note(*, solving_id: int, progress: Progress | None) -> bool:
    """Write down how far it is. Returns whether it shall go on."""
    run = RosterSolving.objects.select_for_update().filter(pk=solving_id).first()
    if run is None or run.state != SolvingState.RUNNING:
        return False
    if progress is not None:
        run.progress = _shown(Aim(progress.aim, progress.value, progress.bound))
        run.save(update_fields=["progress"])
    return not run.is_stop_asked


@transaction.atomic
def solving_finish(
    *, solving_id: int, cells: Mapping[tuple[int, int], int], aims: Sequence[Aim], words: str
) -> None:
    """Put the result on the roster in the name of who asked; `words` stand under the certificate.

    When somebody changed the roster meanwhile, theirs stays.
    """
    run = RosterSolving.objects.select_for_update(of=("self",)).get(pk=solving_id)
    if run.state != SolvingState.RUNNING:
        return
    actor = actor_of_appointment(run.asked_by)
    try:
        with transaction.atomic():
            made = roster_save(
                actor=actor,
                roster_id=run.roster_id,
                expected_version=run.version,
                cells=cells,
                act=VersionAct.SOLVED,
            )
    except Conflict:
        _end(run, SolvingState.FAILED, "编排期间值班表被修改，结果没有采用；请在新的表上重新编排。")
        return
    except HouseError as error:
        _end(run, SolvingState.FAILED, f"结果没有采用：{error}")
        return
    run.made_version = made.version
    run.aims = [_shown(one) for one in aims]
    run.save(update_fields=["made_version", "aims"])
    _end(run, SolvingState.DONE, words)


@transaction.atomic
def solving_fail(*, solving_id: int, words: str) -> None:
    """There is no roster to take; the old one stays."""
    run = RosterSolving.objects.select_for_update().filter(pk=solving_id, state=SolvingState.RUNNING).first()
    if run is not None:
        _end(run, SolvingState.FAILED, words)


def _end(run: RosterSolving, state: SolvingState, words: str) -> None:
    run.state, run.words, run.ended_at = state, words, now()
    run.save(update_fields=["state", "words", "ended_at"])


def _shown(aim: Aim) -> dict[str, object]:
    """Loads in points, counts as they are."""
    scale = 10 if aim.name in (WORST, SPREAD) else 1
    return {
        "name": aim.name,
        "value": f"{aim.value / scale:g}",
        "bound": f"{aim.bound / scale:g}",
        "is_proven": aim.is_proven,
    }
