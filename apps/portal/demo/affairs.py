"""外出报备: somebody who is away today, one being approved, one coming, one that came back. 投诉建议: answered, waiting, anonymous."""

from dataclasses import dataclass
from datetime import timedelta

from apps.accounts.models import Appointment
from apps.accounts.selectors import actor_of_appointment
from apps.affairs import services
from apps.affairs.enums import Half
from apps.affairs.models import AwayNotice, Suggestion
from apps.affairs.services.away import AwayDraft
from apps.affairs.services.suggestions import SuggestionDraft
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


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Who said what how many days ago to the office, and what it answered."""

    who: str
    days: int
    kind: str
    topic: str
    title: str
    text: str
    answer: str = ""
    is_anonymous: bool = False


VOICES = (
    Voice(
        who="xuruoxi", days=6, kind="suggestion", topic="work", title="建议合并会议通知与材料报送",
        text="目前通知与材料要求分两次下发，建议合并为一件，减少重复办理。",
        answer="已采纳。自本周起，会议通知一并列明材料要求和报送时限。",
    ),
    Voice(
        who="heshuhang", days=2, kind="complaint", topic="burden", title="同一数据重复填报",
        text="季度统计表与月度快报的内容重复，建议由平台汇总，不再分别填报。", is_anonymous=True,
    ),
    Voice(
        who="luojiamu", days=1, kind="help", topic="platform", title="希望增加常用语分组",
        text="常用语较多，查找不便。",
    ),
)  # fmt: skip


def affairs_build() -> None:
    """What is there already is left as it is."""
    services.procedure_set_up()
    if not Suggestion.objects.exists():
        for voice in VOICES:
            _spoken(voice)
    if AwayNotice.objects.exists():
        return
    for journey in JOURNEYS:
        _travelled(journey)


def _spoken(voice: Voice) -> None:
    actor, moment = actor_of_appointment(post_of(voice.who)), clock.now()
    draft = SuggestionDraft(
        kind=voice.kind,
        topic=voice.topic,
        title=voice.title,
        text=voice.text,
        organ_id=actor.organ_id,
        is_anonymous=voice.is_anonymous,
    )
    with clock.at(moment - timedelta(days=voice.days)):
        said = services.suggestion_write(actor=actor, draft=draft, key=f"demo-{voice.title}")
    if voice.answer:
        director = actor_of_appointment(post_of("gaowenlan"))
        with clock.at(moment - timedelta(days=voice.days - 1)):
            services.suggestion_answer(
                actor=director, suggestion_id=said.pk, expected_version=None, text=voice.answer
            )


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
