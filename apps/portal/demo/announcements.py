"""通知公告 of the demo city: one with a reply slip that some organs have answered, one only to be read."""

from datetime import timedelta

from django.db import transaction

from apps.accounts.models import Organ
from apps.accounts.selectors import actor_of_appointment
from apps.core import clock
from apps.core.actors import Actor
from apps.notifications import services
from apps.notifications.models import Announcement
from apps.notifications.reply_form import Field, Kind
from apps.notifications.services import AnnouncementDraft
from apps.portal.demo.city import post_of
from apps.portal.demo.hours import hours_from

BUREAUX = ("reform", "education", "finance", "housing", "transport", "water", "emergency", "data")
TRAINING = "关于报送公文处理业务培训参训人员名单的通知"
FORM = (
    Field(key="f1", label="参训人数", kind=Kind.NUMBER, required=True),
    Field(key="f2", label="参训人员", kind=Kind.PEOPLE, required=True),
    Field(key="f3", label="是否需要住宿", kind=Kind.YESNO),
)
TEXT = """为进一步提高全市公文处理规范化水平，拟于下周举办公文处理业务培训，请各单位报送参训人员名单。
每单位参训人员不超过3人，以文书、综合科室人员为主。
请于时限前在线填写回执，逾期未报视为不参加。"""
ANSWERS = {
    "suwanqing": ("2", "苏晚晴 办公室科员\n顾长青 局长", "否"),
    "ningchuxue": ("1", "潘云飞 办公室科员", "否"),
    "yezhiqiu": ("3", "叶知秋 办公室科员\n许南星 办公室主任\n苏合木 数据资源科科长", "否"),
}
WEATHER = "关于做好寒潮天气期间办公区安全检查的通知"
WEATHER_TEXT = """据气象部门预报，本周将有寒潮天气过程，请各科室检查门窗、用电和取暖设施，下班后切断不必要电源。
发现隐患请及时联系值班室。"""


def announcements_build(organs: dict[str, Organ]) -> None:
    """Both; what is there already is left as it is."""
    _announce(2, TRAINING, TEXT, [organs[key].pk for key in BUREAUX], (), FORM)
    office = ("linzhixia", "xuruoxi", "lushaohua", "heshuhang", "luojiamu", "songshiyu", "liangxiaoman")
    _announce(1, WEATHER, WEATHER_TEXT, [], office, ())


def _actor(login_name: str) -> Actor:
    return actor_of_appointment(post_of(login_name))


def _announce(  # noqa: PLR0917  # the two lines above are the table
    days: int, title: str, text: str, organ_ids: list[int], people: tuple[str, ...], form: tuple[Field, ...]
) -> None:
    if Announcement.objects.filter(title=title).exists():
        return
    hours = hours_from(days, 3)
    with transaction.atomic(), clock.at(hours.moment):
        actor = _actor("gaowenlan")
        made = services.announcement_create(actor=actor)
        draft = AnnouncementDraft(
            title=title,
            text=text,
            fields=form,
            deadline_at=hours.latest + timedelta(days=2) if form else None,
            organ_ids=organ_ids,
            person_ids=[post_of(name).person_id for name in people],
        )
        services.announcement_save(actor=actor, announcement_id=made.pk, expected_version=1, draft=draft)
        services.announcement_publish(actor=actor, announcement_id=made.pk)
        for name, answer in ANSWERS.items() if form else ():
            _answer(made, name, answer)


def _answer(made: Announcement, name: str, answer: tuple[str, str, str]) -> None:
    actor = _actor(name)
    line = made.recipients.get(organ_id=actor.organ_id or 0)
    given = dict(zip(("f1", "f2", "f3"), answer, strict=True))
    services.reply_give(
        actor=actor, announcement_id=made.pk, recipient_id=line.pk, expected_version=0, given=given
    )
