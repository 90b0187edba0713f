"""What happens in the demo city: which document has come how far, and what the receiving organs made of it."""

from dataclasses import dataclass

EVERYBODY = ("bureaux", "counties")
Copies = tuple[
    tuple[str, str], ...
]  # organ's key → how far it has taken its copy (a word of `receiving.GOALS`)


@dataclass(frozen=True, kw_only=True)
class DemoDocument:
    """An outgoing document of the city.

    `key` names its body; `stage` is the step it rests at (`OutgoingStatus`); `days` working days since drafting began; `to` keys of
    organs or the groups `bureaux`, `counties`; `cosign` keys of organs whose heads countersign;
    `joint` keys of organs that issue it together with `issuer`; `goal` a word of `receiving.SPREADS`
    or `GOALS`, `copies` what single organs did instead; `returned` the step that sent it back once, and why;
    `amended` what its drafter then added at the end; `text` its body where none is kept under the key; `answers` the title of
    the document whose number `{number}` in it is; `is_past` when nobody is told of it any more;
    `is_approved` when the government agreed that a bureau turns to governments below; `name_of` the organ in whose name its
    office `issuer` drafts; `is_attached` when files go with it.
    """

    key: str
    issuer: str
    title: str
    to: tuple[str, ...]
    stage: str
    days: int
    kind: str = "notice"
    direction: str = "downward"
    urgency: str = ""
    cc: tuple[str, ...] = ()
    cosign: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()
    note: str = ""
    goal: str = "signed"
    copies: Copies = ()
    returned: tuple[str, str] | None = None
    amended: str = ""
    text: str = ""
    answers: str = ""
    is_urged: bool = False
    is_past: bool = False
    is_approved: bool = False
    name_of: str = ""
    is_attached: bool = False


@dataclass(frozen=True, kw_only=True)
class DemoPaper:
    """A document that came from outside the system and is entered by the clerk of the organ `to`."""

    to: str
    source_name: str
    source_number: str
    title: str
    goal: str
    days: int
    kind: str = "notice"
    urgency: str = ""
    is_past: bool = False


def _office(key: str, title: str, stage: str, days: int, **more: object) -> DemoDocument:
    facts: dict[str, object] = {"to": EVERYBODY, **more}
    title = f"岱海市人民政府办公室关于{title}"
    return DemoDocument(key=key, issuer="office", title=title, stage=stage, days=days, **facts)  # type: ignore[arg-type]  # a table


def _up(key: str, issuer: str, title: str, kind: str, days: int, **more: object) -> DemoDocument:
    """A request or report to the office, sealed and sent unless said otherwise."""
    facts: dict[str, object] = {"stage": "filing", "direction": "upward", "to": ("office",), **more}
    return DemoDocument(key=key, issuer=issuer, title=title, kind=kind, days=days, **facts)  # type: ignore[arg-type]  # a table


def _order(about: str, text: str, stage: str, days: int) -> DemoDocument:
    """An order of the city's government, signed by the mayor."""
    return DemoDocument(
        key="",
        issuer="office",
        name_of="city",
        title=f"岱海市人民政府关于公布{about}的命令",
        kind="order",
        to=EVERYBODY,
        text=text,
        stage=stage,
        days=days,
    )


def _letter(
    key: str, issuer: str, title: str, to: tuple[str, ...], days: int, **more: object
) -> DemoDocument:
    facts: dict[str, object] = {"stage": "filing", "direction": "level", "kind": "letter", **more}
    return DemoDocument(key=key, issuer=issuer, title=title, to=to, days=days, **facts)  # type: ignore[arg-type]  # a table


PUBLIC = "此件公开发布"
BUDGET_CONTACT = "联系人：苏晚晴，联系电话：88061028"
DOCUMENTS: tuple[DemoDocument, ...] = (
    # issued by the office and received
    _office("catalogue", "公布{year}年度重大行政决策事项目录的通知", "filed", 19, to=("bureaux",), note=PUBLIC, goal="done"),
    _office("air", "做好秋冬季大气污染防治工作的通知", "filed", 18, to=("housing", "transport", "counties"), goal="done", returned=("office_review", "请补充预警响应的时限，改后再送。"), amended="重污染天气预警发布后，各地各部门须在2小时内启动应急响应，24小时内报告首次响应情况。"),
    _office("cold_wave", "做好强寒潮和雨雪冰冻天气防范应对工作的通知", "filed", 16, urgency="extra_urgent", note=PUBLIC, goal="mostly_done", copies=(("data", "completed"), ("qingshi", "completed"))),
    _office("forest", "强化森林防火工作的紧急通知", "filed", 14, urgency="extra_urgent", to=("emergency", "counties"), note=PUBLIC, goal="done"),
    _office("safety", "开展安全生产大检查的通知", "filing", 12, urgency="urgent", cosign=("emergency", "housing"), goal="handling", copies=(("data", "handling"), ("qingshi", "handling"))),
    _office("business", "开展{year}年度营商环境评价的通知", "filing", 11, to=("bureaux",), goal="mixed", copies=(("data", "handling"), ("education", "circulated"))),
    _office("port", "印发《岱海港集疏运体系建设工作专班组成人员及职责分工》的通知", "filing", 9, to=("reform", "finance", "transport", "data", "wanghai", "lingang"), cosign=("transport", "reform"), goal="mixed", copies=(("data", "instruction"), ("finance", "returned"))),
    _office("training", "举办公文处理培训班的通知", "filing", 4, goal="fresh", copies=(("data", "received"), ("education", "circulated"), ("yunhu", "recalled")), is_urged=True, is_attached=True),
    _order("《岱海市公共数据管理办法》", "《岱海市公共数据管理办法》已经市人民政府常务会议审议通过，现予公布，自{next_year}年1月1日起施行。", "filed", 17),
    _order("《岱海市城镇燃气管理规定》", "《岱海市城镇燃气管理规定》已经市人民政府常务会议审议通过，现予公布，自{next_year}年3月1日起施行。", "seal_use", 3),
    # on their way through the office
    _office("heating", "做好冬季清洁取暖工作的通知", "numbering", 6, cosign=("finance",)),
    _office("data_rules", "规范政务数据共享工作的通知", "recheck", 6, cosign=("data",)),
    _office("one_thing", "印发《岱海市政务服务“一件事”集成办理三年行动方案（{year}—{year_after_next}年）》的通知", "signing", 7, urgency="urgent", cosign=("data", "reform"), returned=("office_review", "请写明报送进展的时间，改后再送。"), amended="各责任单位于每季度最后一个月25日前，将工作进展情况报市大数据局。", is_urged=True),
    _office("reply_town", "同意将云湖古镇列入市级历史文化名镇的批复", "typeset", 4, kind="reply", to=("yunhu",)),
    _office("meeting", "召开全市数字政府建设工作推进会议的通知", "seal_use", 3, urgency="urgent"),
    DemoDocument(key="digital_projects", issuer="finance", title="岱海市财政局 岱海市大数据局关于加强市级政务信息化项目管理的通知", to=("housing", "transport", "education"), stage="joint_seal", days=4, joint=("data",)),
    _office("proposals", "做好人大代表建议和政协提案办理工作的通知", "distribute", 5, to=("bureaux",)),
    _office("duty", "做好{next_year}年元旦春节期间值班工作的通知", "office_review", 3),
    _office("school", "全市教育资源供给工作情况的通报", "cosign", 4, kind="circular", cosign=("education", "finance")),
    _office("flood", "开展城市内涝治理专项行动的通知", "dept_review", 1),
    _office("format", "进一步规范公文格式的通知", "draft", 1),
    _office("info_circular", "政务信息报送工作情况的通报", "draft", 2, kind="circular", returned=("dept_review", "第一部分数据请与督查科核对，采用率最低的单位要点名。")),
    # to the office, at every step of its register
    _up("old_town", "yunhu", "云湖区人民政府关于将云湖古镇列入市级历史文化名镇的请示", "request", 13, goal="completed"),
    _up("port_road", "transport", "岱海市交通运输局关于岱海港疏港公路建设进展情况的报告", "report", 10, goal="handling"),
    _up("new_school", "education", "岱海市教育局关于新建云湖实验学校的请示", "request", 8, goal="handling"),
    _up("old_estates", "housing", "岱海市住房和城乡建设局关于老旧小区改造{year}年度进展情况的报告", "report", 7, goal="instruction"),
    _up("projects", "reform", "岱海市发展和改革委员会关于{next_year}年重点项目谋划情况的报告", "report", 6, goal="circulated"),
    _up("budget", "finance", "岱海市财政局关于{next_year}年市级部门预算编制有关事项的请示", "request", 5, urgency="urgent", note=BUDGET_CONTACT, goal="proposal"),
    _up("water_works", "water", "岱海市水利局关于开展冬春农田水利基本建设督导检查的请示", "request", 5, goal="assign"),
    _up("road_accident", "emergency", "岱海市应急管理局关于青石县道路交通事故处置情况的报告", "report", 3, urgency="extra_urgent", goal="instruction"),
    _up("fishing_port", "wanghai", "望海区人民政府关于望海中心渔港综合整治提升工程用海问题的请示", "request", 3, goal="received"),
    _up("land_quota", "lingang", "临港县人民政府关于调整{year}年度土地利用计划指标的请示", "request", 3, goal="signed"),
    _up("hazards", "qingshi", "青石县人民政府关于道路交通安全隐患排查整治情况的报告", "report", 2, urgency="urgent", goal="received"),
    # at work in the bureaux
    _up("reservoirs", "water", "岱海市水利局关于水库除险加固资金的请示", "request", 2, stage="office_review"),
    _up("platform", "data", "岱海市大数据局关于“一件事”平台建设进展情况的报告", "report", 3, stage="signing"),
    _up("gas", "housing", "岱海市住房和城乡建设局关于城镇燃气安全专项整治情况的报告", "report", 2, stage="seal_use", urgency="urgent"),
    _letter("duty_lists", "data", "岱海市大数据局关于核实政务数据共享责任清单的函", ("finance", "education", "housing", "transport"), 4, goal="fresh"),
    _letter("duty_staff", "emergency", "岱海市应急管理局关于报送值班值守力量配备情况的函", ("housing", "water", "data"), 5, urgency="urgent", goal="signed", copies=(("data", "proposal"),)),
    _letter("spring_travel", "transport", "岱海市交通运输局关于商请支持春运保障工作的函", ("emergency",), 1, stage="draft"),
)  # fmt: skip
PAPERS: tuple[DemoPaper, ...] = (
    DemoPaper(to="office", source_name="省政府办公厅", source_number="澜政办发〔{year}〕37号", title="澜东省人民政府办公厅关于做好冬春农田水利建设的通知", goal="completed", days=14),
    DemoPaper(to="office", source_name="省政府办公厅", source_number="澜政办函〔{year}〕112号", title="澜东省人民政府办公厅关于报送高效办成一件事工作进展情况的函", goal="handling", days=7, kind="letter", urgency="urgent"),
    DemoPaper(to="office", source_name="省发展改革委", source_number="澜发改投资〔{year}〕418号", title="澜东省发展和改革委员会关于组织申报重大基础设施项目的通知", goal="instruction", days=3),
    DemoPaper(to="data", source_name="省大数据局", source_number="澜数发〔{year}〕29号", title="澜东省大数据局关于开展政务数据质量评估的通知", goal="handling", days=9),
)  # fmt: skip
