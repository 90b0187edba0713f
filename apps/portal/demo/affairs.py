"""外出报备: somebody who is away today, one being approved, one coming, one that came back."""

from dataclasses import dataclass
from datetime import timedelta

from apps.accounts.models import Appointment
from apps.accounts.selectors import actor_of_appointment
from apps.affairs import services
from apps.affairs.enums import Half
from apps.affairs.models import AwayNotice
from apps.affairs.services.away import AwayDraft
from apps.core import clock
from apps.portal.demo.city import post_of

HOURS_BEFORE = 4  # filed so many days before leaving


@dataclass(frozen=True, kw_only=True)
class Journey:
    """Who leaves how many days from today for how long, where to, who presides, and who approves in turn."""

    who: str
    leaves: int
    days: int
    kind: str
    where: str
    why: str
    acting: str = ""
    approvers: tuple[str, ...] = ()
    is_back: bool = False


JOURNEYS = (
    Journey(
        who="zhoumingyuan", leaves=0, days=2, kind="meeting", where="省城", why="参加全省政府秘书长会议",
        acting="gaowenlan", approvers=("shenyizhou",),
    ),
    Journey(
        who="xuruoxi", leaves=-6, days=1, kind="study", where="市委党校", why="公文写作培训", approvers=("linzhixia",),
        is_back=True,
    ),
    Journey(who="luojiamu", leaves=9, days=2, kind="leave", where="本市", why="年休假"),
    Journey(
        who="linzhixia", leaves=12, days=1, kind="visit", where="邻市政务服务中心", why="考察学习政务服务“一件事”改革",
        acting="xuruoxi", approvers=("zhoumingyuan",),
    ),
)  # fmt: skip


def affairs_build() -> None:
    """What is there already is left as it is."""
    services.procedure_set_up()
    if AwayNotice.objects.exists():
        return
    for journey in JOURNEYS:
        _travelled(journey)


def _travelled(journey: Journey) -> None:
    post, today = post_of(journey.who), clock.today()
    first = today + timedelta(days=journey.leaves)
    draft = AwayDraft(
        kind=journey.kind,
        reason=journey.why,
        destination=journey.where,
        starts_on=first,
        starts_half=Half.MORNING,
        ends_on=first + timedelta(days=journey.days - 1),
        ends_half=Half.AFTERNOON,
        acting_id=post_of(journey.acting).pk if journey.acting else None,
        is_delegating=bool(journey.acting),
        explanation="期间值班已商请同事代班。",
    )
    moment = clock.now()
    with clock.at(min(moment - timedelta(hours=3), moment + timedelta(days=journey.leaves - HOURS_BEFORE))):
        notice = _filed(post, draft)
    for number, approver in enumerate(journey.approvers):
        at = min(
            moment - timedelta(hours=2 - number), moment + timedelta(days=journey.leaves - HOURS_BEFORE + 1)
        )
        with clock.at(at):
            services.away_approve(
                actor=actor_of_appointment(post_of(approver)), notice_id=notice.pk, text="同意。"
            )
    if journey.is_back:
        notice.refresh_from_db()
        with clock.at(notice.ends_at + timedelta(minutes=20)):
            services.away_close(actor=actor_of_appointment(post), notice_id=notice.pk)


def _filed(post: Appointment, draft: AwayDraft) -> AwayNotice:
    actor = actor_of_appointment(post)
    notice = services.away_save(actor=actor, draft=draft)
    return services.away_submit(actor=actor, notice_id=notice.pk)
