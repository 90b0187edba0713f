"""What the city wrote in the months before: notices and what came of them, topic by topic, every document closed.

On a topic (`topics.txt`) the province writes; of every third the office passes it on, and organs report, ask and are answered.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from apps.portal.demo.cast import COUNTIES, ORGANS, DemoOrgan
from apps.portal.demo.plan import DemoDocument, DemoPaper

TOPICS = Path(__file__).parent / "topics.txt"
FIRST_DAYS = 222  # working days since the first topic began
EVERY_DAYS = 8
SHARE_WRITTEN = 3
FIRST_NUMBER = 5
PROVINCE = {
    "reform": ("发展和改革委员会", "省发展改革委", "澜发改发"),
    "education": ("教育厅", "省教育厅", "澜教发"),
    "finance": ("财政厅", "省财政厅", "澜财发"),
    "housing": ("住房和城乡建设厅", "省住房城乡建设厅", "澜建发"),
    "transport": ("交通运输厅", "省交通运输厅", "澜交发"),
    "water": ("水利厅", "省水利厅", "澜水发"),
    "emergency": ("应急管理厅", "省应急管理厅", "澜应急发"),
    "data": ("大数据局", "省大数据局", "澜数发"),
}
ORGAN = {organ.key: organ for organ in ORGANS}
OFFICE = "岱海市人民政府办公室"
FUNDS = "资金"
BUREAU_ASKS = "局请示"
SHARE = 0.6  # of the money asked for is granted
NUMERALS = "一二三四五六"


@dataclass(frozen=True)
class Topic:
    """A piece of the city's work; `owner` and `county` are keys of organs, `measures` head and sentence."""

    place: int
    owner: str
    county: str
    subject: str
    purpose: str
    measures: tuple[tuple[str, str], ...]
    progress: str
    problem: str
    asked: str
    name: str
    more: str
    amount: int = field(default=0)

    @property
    def asker(self) -> DemoOrgan:
        """Who turns to the office with a request."""
        return ORGAN[self.owner if self.asked == BUREAU_ASKS else self.county]


@cache
def topics() -> tuple[Topic, ...]:
    """As they are kept: first line owner, county and subject, the last one what is asked for."""
    blocks = TOPICS.read_text(encoding="utf-8").strip().split("\n\n")
    return tuple(_topic(place, block.splitlines()) for place, block in enumerate(blocks))


def _topic(place: int, lines: list[str]) -> Topic:
    owner, county, subject = lines[0].split(" ")
    asked, name, *rest = lines[7].split(" ")
    measures = tuple((head, text) for head, text in (line.split("：", 1) for line in lines[2:5]))
    return Topic(
        place,
        owner,
        county,
        subject,
        lines[1],
        measures,
        lines[5],
        lines[6],
        asked,
        name,
        rest[-1],
        int(rest[0]) if asked == FUNDS else 0,
    )


def history_documents() -> Iterator[DemoDocument]:
    """What was written about every third topic."""
    for topic in topics()[::SHARE_WRITTEN]:
        days = FIRST_DAYS - EVERY_DAYS * topic.place
        for made in (_notice, *ROUNDS[topic.place // SHARE_WRITTEN % len(ROUNDS)]):
            yield made(topic, days)


def history_papers() -> Iterator[DemoPaper]:
    """What came from the province, to the office and to the bureau."""
    for topic in topics():
        days = FIRST_DAYS - EVERY_DAYS * topic.place + 2
        serial = FIRST_NUMBER + topic.place
        full, short, code = PROVINCE[topic.owner]
        number, checked = f"澜政办发〔{{year}}〕{serial}号", f"{code}〔{{year}}〕{serial}号"
        asked = f"{code.removesuffix('发')}函〔{{year}}〕{serial}号"
        title = f"澜东省人民政府办公厅关于做好{topic.subject}工作的通知"
        yield _paper("office", ("省政府办公厅", number), title, days, is_acted_on=topic.place % 3 == 0)
        title = f"澜东省{full}关于开展{topic.subject}专项检查的通知"
        yield _paper(topic.owner, (short, checked), title, days, is_acted_on=topic.place % 4 == 1)
        title = f"澜东省{full}关于报送{topic.subject}工作情况的函"
        yield _paper(topic.owner, (short, asked), title, days - 6, is_acted_on=False)


def _paper(to: str, source: tuple[str, str], title: str, days: int, *, is_acted_on: bool) -> DemoPaper:
    return DemoPaper(
        to=to,
        source_name=source[0],
        source_number=source[1],
        title=title,
        goal="completed" if is_acted_on else "known",
        days=days,
        kind="letter" if title.endswith("函") else "notice",
        is_past=True,
    )


def _document(
    topic: Topic, issuer: str, title: str, to: tuple[str, ...], days: int, **more: object
) -> DemoDocument:
    facts: dict[str, object] = {"stage": "filed", "goal": "known", "is_past": True, **more}
    key = f"{topic.subject} {issuer} {days}"
    return DemoDocument(key=key, issuer=issuer, title=title, to=to, days=days, **facts)  # type: ignore[arg-type]  # a table


def _listed(*parts: tuple[str, str]) -> str:
    return "\n".join(f"{NUMERALS[place]}、{head}\n{text}" for place, (head, text) in enumerate(parts))


def _notice(topic: Topic, days: int) -> DemoDocument:
    title = f"{OFFICE}关于做好{topic.subject}工作的通知"
    text = f"{topic.purpose}，经市政府同意，现就有关事项通知如下。\n{_listed(*topic.measures)}\n"
    text += f"各有关单位要加强组织领导，细化工作措施，于{{in10}}前将落实情况报市政府办公室，并抄送{ORGAN[topic.owner].short_name}。"
    to = tuple(dict.fromkeys((topic.owner, "finance", *COUNTIES)))
    copies = ((topic.county, "completed"),)
    urgency = "urgent" if topic.place % 5 == 2 else ""
    return _document(topic, "office", title, to, days, text=text, copies=copies, urgency=urgency)


def _help_title(topic: Topic) -> str:
    return f"{ORGAN[topic.owner].full_name}关于商请协助开展{topic.subject}专项检查的函"


def _asked_to_help(topic: Topic, days: int) -> DemoDocument:
    county, ours = ORGAN[topic.county], f"我{_ours(ORGAN[topic.owner])}"
    text = f"{topic.purpose}，经市政府同意，{ours}拟于{{in8}}起开展专项检查。"
    text += f"为保证检查顺利进行，现将需要贵{_ours(county)}协助的事项函告如下。\n"
    text += _listed(
        ("确定联络人员", "请明确1名负责同志和1名联络员，名单于{in3}前反馈。"),
        ("准备有关材料", f"请准备{topic.measures[0][0]}、{topic.measures[1][0]}等方面的台账和佐证材料。"),
    )
    more = {
        "kind": "letter",
        "direction": "level",
        "is_approved": True,
        "text": f"{text}\n特此函达，请予支持。",
    }
    return _document(topic, topic.owner, _help_title(topic), (topic.county,), days - 3, **more)


def _helped(topic: Topic, days: int) -> DemoDocument:
    county = ORGAN[topic.county]
    text = f"贵{_ours(ORGAN[topic.owner])}《关于商请协助开展{topic.subject}专项检查的函》（{{number}}）收悉。经研究，现函复如下。\n"
    text += f"我{_ours(county)}同意协助开展检查，已由{_ours(county)}政府办公室牵头准备有关材料，联络员名单另附电话报送。"
    text += f"\n检查期间，有关乡镇和单位将配合做好现场核查，重点就{topic.measures[2][0]}提供情况说明。\n特此函复。"
    title = f"{county.full_name}关于协助开展{topic.subject}专项检查的复函"
    more = {"kind": "letter", "direction": "level", "text": text, "answers": _help_title(topic)}
    return _document(topic, topic.county, title, (topic.owner,), days - 5, **more)


def _request_title(topic: Topic) -> str:
    wanted = f"申请{topic.name}补助资金" if topic.asked == FUNDS else topic.name
    return f"{topic.asker.full_name}关于{wanted}的请示"


def _requested(topic: Topic, days: int) -> DemoDocument:
    ours = f"我{_ours(topic.asker)}"
    if topic.asked == FUNDS:
        text = f"{topic.purpose}，{ours}拟实施{topic.name}项目。项目总投资{topic.amount}万元，{topic.more}。"
        text += f"项目前期工作已经完成，具备开工条件，但资金缺口较大。\n恳请市政府安排补助资金{_granted(topic)}万元予以支持。"
    else:
        text = f"{topic.purpose}，结合工作实际，{ours}拟{_asked_for(topic)}。具体考虑是：{topic.more}。\n"
        text += "有关单位已会商一致，社会稳定风险评估为低风险。"
    facts = {"kind": "request", "direction": "upward", "text": f"{text}\n妥否，请批示。", "goal": "completed"}
    return _document(topic, topic.asker.key, _request_title(topic), ("office",), days - 4, **facts)


def _asked_for(topic: Topic) -> str:
    return topic.name.removeprefix("拟")


def _answered(topic: Topic, days: int) -> DemoDocument:
    yours = f"你{_ours(topic.asker)}"
    request = _request_title(topic).removeprefix(topic.asker.full_name)
    text = f"{yours}《{request}》（{{number}}）收悉。经市政府同意，现批复如下。\n"
    parts: tuple[str, ...]
    if topic.asked == FUNDS:
        about = f"{topic.name}补助资金"
        parts = (f"同意安排补助资金{_granted(topic)}万元，由市财政局按程序拨付，专项用于{topic.name}。",)
    else:
        about = topic.name
        parts = (f"原则同意{yours}关于{topic.name}的意见，{topic.more}。",)
    parts += (
        f"请{yours}精心组织实施，严格执行有关规定，确保质量、安全和进度。",
        "实施中的重要情况，及时报告市政府。",
    )
    text += "\n".join(f"{NUMERALS[place]}、{part}" for place, part in enumerate(parts))
    facts = {"kind": "reply", "text": text, "answers": _request_title(topic), "goal": "completed"}
    return _document(topic, "office", f"{OFFICE}关于{about}的批复", (topic.asker.key,), days - 9, **facts)


def _county_told(topic: Topic, days: int) -> DemoDocument:
    county = ORGAN[topic.county]
    ours = f"我{_ours(county)}"
    text = f"按照市政府办公室关于做好{topic.subject}工作的部署，{ours}迅速行动，现将落实情况报告如下。\n"
    text += _listed(
        ("主要做法", f"召开专题会议研究部署，明确责任单位和完成时限。{topic.measures[0][1]}"),
        ("存在问题", f"从自查情况看，{topic.problem}。"),
        ("下步打算", f"{topic.measures[1][1]}{topic.measures[2][1]}"),
    )
    more = {"kind": "report", "direction": "upward", "text": f"{text}\n特此报告。"}
    title = f"{county.full_name}关于落实{topic.subject}工作情况的报告"
    return _document(topic, topic.county, title, ("office",), days - 11, **more)


def _bureau_told(topic: Topic, days: int) -> DemoDocument:
    owner = ORGAN[topic.owner]
    text = f"{topic.purpose}，我{_ours(owner)}会同有关单位扎实推进各项工作，现将进展情况报告如下。\n"
    text += _listed(
        ("工作进展", f"截至目前，{topic.progress}。"),
        ("主要问题", f"{topic.problem}。"),
        ("下步措施", "".join(sentence for _, sentence in topic.measures[1:])),
    )
    goal = "completed" if topic.place % 3 == 1 else "known"
    more = {"kind": "report", "direction": "upward", "text": f"{text}\n特此报告。", "goal": goal}
    title = f"{owner.full_name}关于{topic.subject}工作进展情况的报告"
    return _document(topic, topic.owner, title, ("office",), days - 13, **more)


def _granted(topic: Topic) -> int:
    return round(topic.amount * SHARE)


def _ours(organ: DemoOrgan) -> str:
    """What an organ calls itself in a sentence."""
    if organ.level == "county":
        return organ.full_name[2]
    return organ.full_name[-1] if organ.full_name.endswith("局") else "委"


# what follows a notice differs from topic to topic
ROUNDS = (
    (_requested, _answered),
    (_asked_to_help, _helped),
    (_requested, _answered),
    (_county_told, _bureau_told),
)
