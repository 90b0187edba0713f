"""Away notices of the cast, written on a Monday in November 2026."""

from datetime import date, datetime

from apps.affairs import services
from apps.affairs.models import AwayNotice
from apps.affairs.services.away import AwayDraft
from apps.core import clock
from tests.factories.world import World
from tests.helpers.replay import replayed

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.CITY_ZONE)


def draft(**changed: object) -> AwayDraft:
    """Two days in the provincial capital next week."""
    facts: dict[str, object] = {
        "kind": "mission",
        "reason": "参加全省数据工作会议",
        "destination": "省城",
        "starts_on": date(2026, 12, 1),
        "starts_half": "morning",
        "ends_on": date(2026, 12, 2),
        "ends_half": "afternoon",
    }
    return AwayDraft(**(facts | changed))  # type: ignore[arg-type]  # changed by name


@replayed
def saved(world: World, key: str, **changed: object) -> AwayNotice:
    """A draft of one of the cast."""
    services.procedure_set_up()
    return services.away_save(actor=world.actor(key), draft=draft(**changed))


@replayed
def submitted(world: World, key: str, **changed: object) -> AwayNotice:
    """Sent to the approvers; leaders name the deputy (the deputy the office director) to preside."""
    acting = {"head": "deputy", "deputy": "director", "section_chief": "drafter", "clerk_chief": "clerk"}.get(
        key
    )
    if acting:
        changed.setdefault("acting_id", world.post(acting).pk)
    notice = saved(world, key, **changed)
    return services.away_submit(actor=world.actor(key), notice_id=notice.pk)


@replayed
def approved(world: World, key: str, *, by: tuple[str, ...], **changed: object) -> AwayNotice:
    """Approved by all its approvers."""
    notice = submitted(world, key, **changed)
    for approver in by:
        notice = services.away_approve(actor=world.actor(approver), notice_id=notice.pk)
    return notice
