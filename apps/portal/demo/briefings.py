"""信息报送: items of bureaux and counties at every stage, a commission, an issue published with a 批示, one being signed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from apps.accounts.models import Organ, Role
from apps.accounts.selectors import actor_of_appointment, holders
from apps.briefings import services
from apps.briefings.enums import ItemState
from apps.briefings.models import Adoption, InfoItem
from apps.briefings.services.commissions import CommissionDraft
from apps.briefings.services.items import ItemDraft
from apps.briefings.services.publishing import InstructionDraft
from apps.core import clock
from apps.portal.demo.city import post_of
from apps.portal.demo.hours import Hours, hours_from
from apps.workflow.models import Task

EDITOR, SIGNER = "lushaohua", "zhoumingyuan"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a unit reported `days` working days ago, and how far it came: draft, pending, returned, submitted, pooled, adopted."""

    lead: str
    days: int
    category: str
    title: str
    text: str
    stage: str = "adopted"


REPORTS = (
    Report(
        lead="data", days=11, category="experience", title="市大数据局推动“一件事”集成办理提质增效",
        text="今年以来，市大数据局牵头推进“高效办成一件事”，已上线新生儿出生、企业开办等 21 个事项，平均减材料 62%，减时限 57%。\n"
        "一是统一受理入口，线上线下同标准；二是共享 43 类数据，免于重复提交；三是建立堵点清单，每周会商销号。",
    ),
    Report(
        lead="housing", days=10, category="dynamic", title="老旧小区改造年度任务完成 86%",
        text="截至上月底，全市 58 个老旧小区改造项目已完工 50 个，惠及居民 1.9 万户。\n剩余 8 个项目均已进场，计划年底前全部完工。",
    ),
    Report(
        lead="wanghai", days=10, category="dynamic", title="望海区老旧小区改造全面收尾",
        text="望海区 12 个老旧小区改造项目已全部进入收尾阶段，同步加装电梯 31 部。",
    ),
    Report(
        lead="emergency", days=5, category="problem", title="低温天气下燃气使用安全隐患需引起重视",
        text="近期入户抽查 2400 户，发现软管老化、私自改装等隐患 317 处，集中在老旧小区和城乡结合部。\n"
        "建议属地网格与燃气企业联合入户，对独居老人家庭逐户更换金属软管。",
    ),
    Report(
        lead="qingshi", days=4, category="experience", title="青石县“林长制”网格巡护实现全覆盖",
        text="青石县划定巡护网格 412 个，配备护林员 530 名，实行“一格一员一册”，今年以来火情同比下降 41%。",
        stage="pooled",
    ),
    Report(
        lead="transport", days=3, category="dynamic", title="农村校车线路优化后平均通勤缩短 18 分钟",
        text="会同教育部门优化线路 27 条，新增停靠点 64 个，覆盖偏远教学点 19 个。", stage="submitted",
    ),
    Report(
        lead="education", days=3, category="dynamic", title="全市农村校车线路优化缩短学生通勤时间",
        text="优化后平均单程通勤由 52 分钟降至 34 分钟，家长满意度 96%。", stage="submitted",
    ),
    Report(
        lead="water", days=2, category="suggestion", title="建议提前启动冬修水利项目用地审批",
        text="冬春农田水利设施维修养护涉及临时用地 43 宗，建议开通并联审批。", stage="returned",
    ),
    Report(
        lead="finance", days=1, category="dynamic", title="直达资金支出进度达 94%",
        text="截至目前，全市直达资金累计支出 27.3 亿元，支出进度 94%，高于序时进度。", stage="pending",
    ),
    Report(
        lead="data", days=1, category="research", title="公共数据授权运营调研报告",
        text="围绕场景、定价和安全开展调研，初步形成三点建议。", stage="draft",
    ),
)  # fmt: skip


HEATING = Report(
    lead="housing",
    days=1,
    category="dynamic",
    title="全市集中供热管网提前完成冷态调试",
    text="全市 11 家热源单位、468 座换热站已完成冷态调试，储煤量可保 25 天满负荷运行。\n"
    "老旧管网更新 63 公里，较去年同期故障报修下降 38%。",
    stage="submitted",
)
ASKED = ("housing", "emergency", "wanghai", "yunhu")


def briefings_build(organs: dict[str, Organ]) -> None:
    """What is there already is left as it is."""
    services.procedures_set_up()
    if InfoItem.objects.exists():
        return
    editor = actor_of_appointment(post_of(EDITOR))
    asked = _Story(hours_from(4, 1)).at(services.commission_issue, actor=editor, draft=_wanted(organs))
    told = {}
    for number, report in enumerate(REPORTS):
        told[report.title] = _Story(hours_from(report.days, number)).reported(report, organs[report.lead])
    _Story(hours_from(1, 3)).reported(HEATING, organs["housing"], asked.pk)
    desk = _Story(hours_from(8, 1))
    bulletin = desk.at(
        services.bulletin_keep, actor=editor, name="政务信息", publisher="岱海市人民政府办公室编"
    )
    desk.at(services.bulletin_keep, actor=editor, name="信息专报", publisher="岱海市人民政府办公室编")
    first, housing, wanghai, gas = (told[report.title] for report in REPORTS[:4])
    texts = [desk.adopted([first]), desk.adopted([housing, wanghai])]
    desk.published(bulletin.pk, texts)
    late = _Story(hours_from(2, 1))
    late.sent_for_signature(bulletin.pk, [late.adopted([gas])])


def _wanted(organs: dict[str, Organ]) -> CommissionDraft:
    """Asked four working days ago, due in three days."""
    return CommissionDraft(
        topic="今冬供热保障准备情况",
        requirement="说明热源、管网、储煤和困难群众取暖救助情况，数据截至上周末，一千字以内。",
        due_on=clock.today() + timedelta(days=3),
        organ_ids=[organs[key].pk for key in ASKED],
    )


class _Story:
    """What happens one after the other at office hours."""

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self.editor = actor_of_appointment(post_of(EDITOR))

    def at(self, verb: Callable[..., Any], **facts: Any) -> Any:
        """One verb at the next office hour."""
        self.hours = self.hours.after()
        with clock.at(self.hours.moment):
            return verb(**facts)

    def reported(self, report: Report, organ: Organ, commission_id: int | None = None) -> InfoItem:
        """From the draft to the stage it came to on its own."""
        author = actor_of_appointment(holders(organ_id=organ.pk, role=Role.CLERK)[0])
        draft = ItemDraft(
            category=report.category,
            title=report.title,
            text=report.text,
            phone=author.phone,
            receiver_id=self.editor.organ_id,
            commission_id=commission_id,
        )
        item: InfoItem = self.at(services.item_save, actor=author, draft=draft)
        if report.stage != "draft":
            item = self.at(services.item_submit, actor=author, item_id=item.pk)
        while item.state == ItemState.PENDING and report.stage != "pending":
            task = Task.objects.select_related("appointment").get(matter=item.matter, state=Task.State.OPEN)
            head = actor_of_appointment(task.appointment)
            if report.stage == "returned":
                words = "请补充并联审批的具体环节和时限。"
                item = self.at(services.item_send_back, actor=head, item_id=item.pk, text=words)
                continue
            item = self.at(services.item_approve, actor=head, item_id=item.pk, text="同意报送。")
        if report.stage == "pooled":
            self.at(
                services.item_settle,
                actor=self.editor,
                item_id=item.pk,
                verdict="pool",
                words="拟与其他县区经验综合采用。",
            )
        return item

    def adopted(self, items: list[InfoItem]) -> Adoption:
        """The desk's own text, a little shorter than what was reported."""
        text: Adoption = self.at(
            services.items_adopt, actor=self.editor, item_ids=[item.pk for item in items]
        )
        title = text.title if len(items) == 1 else "全市老旧小区改造进入全面收尾阶段"
        words = text.text.replace("今年以来，", "").replace("截至上月底，", "")
        edited: Adoption = self.at(
            services.adoption_edit, actor=self.editor, adoption_id=text.pk, title=title, text=words
        )
        return edited

    def sent_for_signature(self, bulletin_id: int, texts: list[Adoption]) -> int:
        """An issue with these texts lies before its signer."""
        issue = self.at(services.issue_begin, actor=self.editor, bulletin_id=bulletin_id)
        for text in texts:
            self.at(services.issue_entry_add, actor=self.editor, issue_id=issue.pk, adoption_id=text.pk)
        signer = post_of(SIGNER).pk
        self.at(services.issue_submit, actor=self.editor, issue_id=issue.pk, signer_id=signer)
        return int(issue.pk)

    def published(self, bulletin_id: int, texts: list[Adoption]) -> None:
        """Signed, numbered, sent, read and instructed upon."""
        issue_id = self.sent_for_signature(bulletin_id, texts)
        signer = actor_of_appointment(post_of(SIGNER))
        self.at(services.issue_sign, actor=signer, issue_id=issue_id, text="同意编发。")
        readers = [post_of(name).pk for name in ("shenyizhou", "zhoumingyuan", "gaowenlan", "luojingming")]
        self.at(services.issue_publish, actor=self.editor, issue_id=issue_id, recipient_ids=readers)
        self.at(
            services.issue_instruct,
            actor=actor_of_appointment(post_of("shenyizhou")),
            issue_id=issue_id,
            draft=InstructionDraft(
                words="“一件事”改革成效明显，请市大数据局总结经验，在全市推广。", adoption_id=texts[0].pk
            ),
        )
