"""督办 of the demo city: items of every source and stage over the last months, some of them late."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import Organ, Role
from apps.accounts.selectors import actor_of_appointment, holders
from apps.core import clock
from apps.core.actors import Actor
from apps.core.subjects import Subject
from apps.core.working_calendar import city_calendar
from apps.documents.models import OutgoingDocument
from apps.files.kinds import KINDS
from apps.files.services import file_store_bytes
from apps.portal.demo.city import post_of
from apps.portal.demo.hours import Hours, hours_from
from apps.supervision import services
from apps.supervision.enums import Act, Frequency
from apps.supervision.models import SupervisionItem
from apps.supervision.selectors.report_files import FORM_KIND, PURPOSE
from apps.supervision.services import InterviewDraft, ItemDraft


@dataclass(frozen=True, kw_only=True)
class DemoItem:
    """`days` working days ago it was registered; `limit` working days it has; `stage` is how far it came.

    `progress` is what each report said, one after the other; `at` is at which of its working days it was done. `attached`: the
    last report carries a table; `pressed`: it was listed and talked about; `said`: who left which words at the end.
    """

    title: str
    code: str
    lead: str
    days: int
    limit: int
    stage: str
    helps: tuple[str, ...] = ()
    progress: tuple[int, ...] = ()
    at: int = 0
    quote: str = ""
    frequency: str = ""
    document: str = ""
    urged: bool = False
    attached: bool = False
    pressed: bool = False
    said: tuple[tuple[str, str], ...] = ()


ITEMS = (
    DemoItem(title="完成政务数据共享目录首批编制", code="plan", lead="data", days=58, limit=30,
             stage="evaluated", progress=(60, 90), at=27),
    DemoItem(title="修复滨海大道沿线破损路灯", code="proposal", lead="housing", days=55, limit=25,
             stage="struck_off", progress=(50,), at=22),
    DemoItem(title="核查城区易涝点整治资金到位情况", code="instruction", lead="finance", days=52, limit=15, stage="struck_off",
             at=12, quote="请财政局把易涝点整治资金到位情况核清，报市政府办公室。"),
    DemoItem(title="完成农村公路安防工程年度任务", code="plan", lead="transport", days=50, limit=30,
             stage="completed", progress=(70,), at=36),
    DemoItem(title="汛期水毁设施修复", code="meeting", lead="water", days=44, limit=20, stage="completed",
             progress=(80,), at=18, helps=("finance",)),
    DemoItem(title="公布中小学校外供餐单位检查结果", code="proposal", lead="education", days=38, limit=25, stage="completed",
             progress=(60,), at=24),
    DemoItem(title="清理涉企收费项目并公布清单", code="document", lead="reform", days=34, limit=30, stage="completed",
             progress=(40, 80), at=29, helps=("finance",)),
    DemoItem(title="完成危险化学品企业安全风险评估", code="meeting", lead="emergency", days=30, limit=20, stage="completed",
             progress=(70,), at=19),
    DemoItem(title="老旧小区改造年度任务：尚未开工的小区全部进场", code="plan", lead="housing", days=32, limit=26, stage="reported",
             progress=(35, 62), helps=("finance", "reform"), frequency=Frequency.MONTHLY, urged=True, attached=True,
             said=(("housing", "剩余小区两周内全部进场，监理已到位。"), ("finance", "配套资金月底前拨付到位。"))),
    DemoItem(title="渔港综合整治用海手续办理", code="meeting", lead="wanghai", days=24, limit=21, stage="in_progress",
             progress=(48,), helps=("reform",), pressed=True),
    DemoItem(title="寒潮期间供热保障与困难群众取暖救助", code="instruction", lead="housing", days=13, limit=15, stage="reported",
             progress=(70,), helps=("emergency",), quote="供热保障要逐户落实，困难群众取暖救助不得漏一户。", document="cold_wave"),
    DemoItem(title="岱海港三号泊位主体工程完工", code="plan", lead="transport", days=40, limit=43, stage="reported",
             progress=(60, 88), helps=("lingang",), frequency=Frequency.MONTHLY),
    DemoItem(title="农村校车线路优化", code="proposal", lead="education", days=20, limit=34, stage="in_progress",
             progress=(55,), helps=("transport",)),
    DemoItem(title="“一件事”集成办理事项联调上线", code="document", lead="data", days=16, limit=36,
             stage="split", helps=("reform",)),
    DemoItem(title="森林防火隔离带清理", code="instruction_urgent", lead="qingshi", days=5, limit=5, stage="accepted",
             helps=("emergency",), quote="请青石县连夜部署，隔离带清理五日内完成。"),
    DemoItem(title="营商环境评价问题整改清单", code="document", lead="reform", days=9, limit=30,
             stage="extension", progress=(30,)),
    DemoItem(title="冬春农田水利设施维修养护", code="plan", lead="water", days=7, limit=45,
             stage="in_progress", progress=(15,)),
    DemoItem(title="云湖古镇消防设施整改", code="instruction", lead="yunhu", days=6, limit=15, stage="closing",
             progress=(90,), quote="古镇消防无小事，请云湖区按专家意见整改到位。"),
    DemoItem(title="临港县生活垃圾转运站选址论证", code="other", lead="lingang", days=4, limit=22, stage="refused"),
    DemoItem(title="开展行政执法领域突出问题专项检查", code="meeting", lead="data", days=2, limit=20, stage="assigned"),
    DemoItem(title="梳理跨部门数据共享需求", code="instruction", lead="data", days=2, limit=15, stage="established"),
    DemoItem(title="公布春节期间值守药店名单", code="other", lead="emergency", days=1, limit=22, stage="proposed"),
)  # fmt: skip
PARTS = (("data", "接口联调", 2), ("reform", "信用事项接入", 1), ("education", "入学“一件事”上线", 1))
WORDS = ("已制定方案并明确责任分工，按计划推进。", "主体任务基本完成，正在组织扫尾和复核。")


def supervision_build(organs: dict[str, Organ]) -> None:
    """All of them; what is there already is left as it is."""
    for number, entry in enumerate(sorted(ITEMS, key=lambda one: -one.days), start=1):
        if not SupervisionItem.objects.filter(title=entry.title).exists():
            with transaction.atomic():
                Story(entry, organs, hours_from(entry.days, number)).told()


class Story:
    """One item from its registration to its stage, at office hours."""

    def __init__(self, entry: DemoItem, organs: dict[str, Organ], hours: Hours) -> None:
        self.entry, self.organs, self.hours = entry, organs, hours
        self.office = actor_of_appointment(post_of("qinlangyue"))
        self.approver = actor_of_appointment(post_of("gaowenlan"))
        self.begun = clock.local(hours.moment).date()

    def desk(self, role: str) -> Actor:
        """Somebody of the lead with a role."""
        return actor_of_appointment(holders(organ_id=self.organs[self.entry.lead].pk, role=role)[0])

    def on_day(self, day: int) -> None:
        """Let the office open on the `day`-th working day of the item, but never later than now."""
        wanted = datetime.combine(
            city_calendar().add(self.begun, day),
            clock.local(self.hours.moment).time(),
            tzinfo=clock.CITY_ZONE,
        )
        self.hours = Hours(max(min(wanted, self.hours.latest), self.hours.moment), self.hours.latest)

    def told(self) -> None:
        """Each stage goes as far as the one before it and one step on."""
        item = self.registered()
        stage = self.entry.stage
        if stage == "proposed":
            return
        self.at(services.item_establish, actor=self.approver, item_id=item.pk)
        if stage == "established":
            return
        self.at(services.item_assign, actor=self.office, item_id=item.pk)
        if stage == "assigned":
            return
        if stage == "refused":
            words = "选址涉及国土空间规划调整，建议由自然资源部门牵头，我县配合。"
            head = self.desk(Role.PRINCIPAL_HEAD)
            self.at(services.item_act, actor=head, item_id=item.pk, act=Act.REFUSE, words=words)
            return
        self.at(services.item_accept, actor=self.desk(Role.CLERK), item_id=item.pk)
        if stage == "split":
            self.split(item.pk)
        if stage not in {"accepted", "split"}:
            self.worked(item.pk)

    def registered(self) -> SupervisionItem:
        """The proposal, from a document where the story has one."""
        entry = self.entry
        words = DOCUMENT_WORDS.get(entry.document)
        found = OutgoingDocument.objects.filter(title__contains=words).first() if words else None
        draft = ItemDraft(
            class_code=entry.code,
            title=entry.title,
            lead_organ_id=self.organs[entry.lead].pk,
            assisting_ids=[self.organs[key].pk for key in entry.helps],
            workdays=entry.limit,
            frequency=entry.frequency,
            quote=entry.quote,
            leader_id=post_of("shenyizhou").pk if entry.quote else None,
            subject=Subject("documents.outgoing", found.pk) if found else None,
        )
        with clock.at(self.hours.moment):
            return services.item_propose(actor=self.approver if found else self.office, draft=draft)

    def at(self, verb: Callable[..., object], **facts: object) -> None:
        """One verb at the next office hour."""
        self.hours = self.hours.after()
        with clock.at(self.hours.moment):
            verb(**facts)

    def split(self, item_id: int) -> None:
        """Three parts, the first one reports; a milestone on the way of the whole."""
        drafts = [
            ItemDraft(class_code="", title=title, lead_organ_id=self.organs[key].pk, weight=weight)
            for key, title, weight in PARTS
        ]
        self.at(services.item_split, actor=self.office, item_id=item_id, drafts=drafts)
        chief, day = self.desk(Role.PRINCIPAL_HEAD), _days_on(clock.local(self.hours.latest).date(), 5)
        self.at(services.milestone_add, actor=chief, item_id=item_id, title="全部接口联调完成", due_on=day)
        first = SupervisionItem.objects.get(parent_id=item_id, title=PARTS[0][1]).pk
        self.at(services.item_accept, actor=self.desk(Role.CLERK), item_id=first)
        self.at(services.report_write, actor=chief, item_id=first, text=WORDS[0], progress=60)

    def worked(self, item_id: int) -> None:
        """Reports through the item's time, then its end."""
        entry, chief = self.entry, self.desk(Role.PRINCIPAL_HEAD)
        self.at(services.item_act, actor=chief, item_id=item_id, act=Act.BEGIN)
        span = entry.at or min(entry.days - 1, entry.limit)
        for place, percent in enumerate(entry.progress, start=1):
            self.on_day(span * place // (len(entry.progress) + 1))
            words = WORDS[min(place - 1, len(WORDS) - 1)]
            last = place == len(entry.progress)
            if last and entry.attached:
                self.at(file_store_bytes, actor=chief, subject=Subject(FORM_KIND, item_id), **TABLE)
            self.at(services.report_write, actor=chief, item_id=item_id, text=words, progress=percent)
            if not (last and entry.stage == "reported"):
                self.at(services.report_answer, actor=self.office, item_id=item_id, is_good=True, words="")
        self.ended(item_id, chief)

    def ended(self, item_id: int, chief: Actor) -> None:
        """What the stage asks for after the reports."""
        entry = self.entry
        if entry.urged:
            self.at(
                services.item_urge, actor=self.office, item_id=item_id, text="本周内明确剩余小区进场时间。"
            )
        if entry.pressed:
            self.pressed(item_id, chief)
        for key, words in entry.said:
            clerk = actor_of_appointment(holders(organ_id=self.organs[key].pk, role=Role.CLERK)[0])
            self.at(services.item_comment, actor=clerk, item_id=item_id, text=words)
        if entry.stage == "extension":
            wanted = _days_on(clock.local(self.hours.latest).date(), 40)
            reason = "省级评价结果延后公布，整改任务需相应调整。"
            self.at(services.extension_ask, actor=chief, item_id=item_id, wanted_on=wanted, reason=reason)
        if entry.stage in {"closing", "completed", "struck_off", "evaluated"}:
            self.on_day(entry.at)
            words = "任务已全部完成，佐证材料已上传。"
            self.at(services.item_apply_close, actor=chief, item_id=item_id, words=words)
        if entry.stage in {"completed", "struck_off", "evaluated"}:
            self.at(services.item_complete, actor=self.approver, item_id=item_id)
        if entry.stage in {"struck_off", "evaluated"}:
            self.at(services.item_act, actor=self.approver, item_id=item_id, act=Act.STRIKE_OFF)
        if entry.stage == "evaluated":
            self.at(
                services.item_evaluate, actor=self.office, item_id=item_id, grade="好", words="按时保质完成。"
            )

    def pressed(self, item_id: int, chief: Actor) -> None:
        """Past its date: listed, then talked about with the head."""
        self.on_day(self.entry.limit + 1)
        reason = "时限已过，用海手续仍未办结，影响整治工程开工。"
        self.at(services.item_list_publicly, actor=self.approver, item_id=item_id, words=reason)
        self.hours = self.hours.after()
        talk = InterviewDraft(
            held_at=self.hours.moment,
            hosts="高文澜、秦朗月",
            guests=f"{chief.name}（{self.organs[self.entry.lead].short_name}主要负责人）",
            text="听取用海手续办理情况，指出材料补正不及时、与审批部门对接不够。",
            asked="一周内补齐海域使用论证材料。\n明确专人跟办，每周五报进展。",
        )
        self.at(services.item_interview, actor=self.office, item_id=item_id, draft=talk)


TABLE = {
    "purpose": PURPOSE,
    "name": "小区进场情况.csv",
    "data": "\ufeff小区,户数,状态\r\n海韵花园,426,已进场\r\n港城里,318,已进场\r\n东风小区,275,待进场\r\n".encode(),
    "content_type": KINDS["csv"].content_type,
}
DOCUMENT_WORDS = {"cold_wave": "强寒潮和雨雪冰冻天气防范应对"}


def _days_on(day: date, workdays: int) -> date:
    return city_calendar().add(day, workdays)
