"""What people of the demo city say to each other: direct talks, working groups, a 必达 message."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from apps.accounts.models import Appointment
from apps.accounts.selectors import actor_of_appointment
from apps.core import clock
from apps.core.actors import Actor
from apps.messaging import services
from apps.messaging.models import Conversation, Message
from apps.portal.demo.city import post_of
from apps.portal.demo.hours import hours_from

PAUSE = timedelta(minutes=6)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message: login name of the speaker, words, who read up to here, whether it must be confirmed and by whom it was."""

    who: str
    text: str
    read_by: tuple[str, ...] = ()
    is_must: bool = False
    confirmed_by: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    received_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A conversation begun `days` working days ago. Without a name it is direct."""

    owner: str
    members: tuple[str, ...]
    lines: tuple[Line, ...]
    days: int
    name: str = ""
    announcement: str = ""
    record_for: str = ""


EVERY_OFFICE = ("ningchuxue", "baiyichen", "suwanqing", "yezhiqiu", "xunanxing")
TALKS = (
    Talk(
        owner="gaowenlan",
        members=("linzhixia", "xuruoxi", "luojingming", "xiezhiyuan", "guchangqing", *EVERY_OFFICE),
        name="“一件事”集成办理专班",
        announcement="每周一 16:30 推进会。清单、台账以群文件最新版为准，公文走办文流程，不在群内传正文。",
        days=1,
        lines=(
            Line(
                who="yezhiqiu",
                text="各位同事，“新生儿出生”“企业开办”两个事项联调已通过，今天起在云湖区、望海区试运行。",
                read_by=("gaowenlan", "linzhixia", "xuruoxi"),
            ),
            Line(
                who="gaowenlan",
                text="请各单位于明日15:00前，报送2027年上线事项清单和牵头负责人名单，逾期列入本周通报。",
                is_must=True,
                confirmed_by=("linzhixia", "xuruoxi", "yezhiqiu", "ningchuxue", "suwanqing"),
            ),
            Line(
                who="suwanqing",
                text="收到。“惠企资金”一件事由预算科牵头，清单中午前报。",
                read_by=("yezhiqiu",),
            ),
            Line(
                who="xuruoxi",
                text="@高文澜 方案送签稿已上会签意见，请您审签。",
                named=("gaowenlan",),
                received_by=("linzhixia",),
            ),
            Line(
                who="gaowenlan",
                text="好，上午签。下午推进会请明远同志替会，会前把两个试点情况汇成一页纸。",
                read_by=("linzhixia", "xuruoxi", "yezhiqiu", "suwanqing", "ningchuxue"),
            ),
        ),
    ),
    Talk(
        owner="tangjingtian",
        members=("liangxiaoman", "gaowenlan", "linzhixia", "luojiamu", "xuruoxi"),
        name="值班值守工作群",
        record_for="附入寒潮应对值班档案",
        days=2,
        lines=(
            Line(who="tangjingtian", text="市气象台发布寒潮黄色预警，今夜起降温8至10℃，请值班人员加密调度。"),
            Line(
                who="liangxiaoman",
                text="已电话调度四个区县和应急、住建、交通三个部门，均在岗。",
                read_by=("gaowenlan",),
            ),
        ),
    ),
    Talk(
        owner="shenyizhou",
        members=("gaowenlan",),
        days=1,
        lines=(
            Line(who="gaowenlan", text="沈主任，明天常务会议议题材料已送您办公室，电子版在待办里。"),
            Line(who="shenyizhou", text="好的，会后把责任分工再压实一下。", read_by=("gaowenlan",)),
        ),
    ),
    Talk(
        owner="linzhixia",
        members=("xuruoxi",),
        days=1,
        lines=(
            Line(who="linzhixia", text="青石县的报告请先核对数据，再报我。"),
            Line(who="xuruoxi", text="明白，正在与县办联系核实。", read_by=("linzhixia",)),
            Line(who="linzhixia", text="另外，春节值班通知可以先起草，参照去年的格式。"),
        ),
    ),
)


def talks_build() -> None:
    """All talks, each in one transaction; what is there already is left as it is."""
    for number, talk in enumerate(TALKS, start=1):
        hours = hours_from(talk.days, number)
        with transaction.atomic(), clock.at(hours.moment):
            conversation = _opened(talk)
            if conversation.message_count:
                continue
            for place, line in enumerate(talk.lines, start=1):
                with clock.at(min(hours.moment + PAUSE * place, hours.latest)):
                    _say(conversation, line)
            if talk.record_for:
                _ask_record(talk, conversation)


def _ask_record(talk: Talk, conversation: Conversation) -> None:
    """The first member asks for the day's record; it waits for the head of the unit."""
    services.transcript_ask(
        actor=_actor(talk.members[0]),
        conversation_id=conversation.pk,
        first_day=clock.today(),
        last_day=clock.today(),
        purpose=talk.record_for,
    )


def _actor(login_name: str) -> Actor:
    post: Appointment = post_of(login_name)
    return actor_of_appointment(post)


def _people(names: tuple[str, ...]) -> list[int]:
    return [post_of(name).person_id for name in names]


def _opened(talk: Talk) -> Conversation:
    actor = _actor(talk.owner)
    if not talk.name:
        return services.direct_open(actor=actor, person_id=_people(talk.members)[0])
    standing = Conversation.objects.filter(name=talk.name, created_by_id=actor.person_id).first()
    if standing is not None:
        return standing
    conversation = services.group_create(actor=actor, name=talk.name, person_ids=_people(talk.members))
    if talk.announcement:
        services.conversation_update(
            actor=actor,
            conversation_id=conversation.pk,
            name=talk.name,
            announcement=talk.announcement,
            is_announcement_only=False,
        )
        conversation.refresh_from_db()
    return conversation


def _say(conversation: Conversation, line: Line) -> Message:
    content = services.Content(
        text=line.text, is_must=line.is_must, sms_after=None, mention_ids=_people(line.named)
    )
    message, _ = services.message_send(
        actor=_actor(line.who), conversation_id=conversation.pk, client_id="", content=content
    )
    place = {"conversation_id": conversation.pk, "seq": message.seq}
    for name in line.read_by + line.confirmed_by:
        services.conversation_read(actor=_actor(name), **place)
    for name in line.confirmed_by + line.received_by:
        services.receipt_give(actor=_actor(name), **place)
    return message
