"""What the demo city writes: real sample texts retold for 岱海市, and the stage each document has reached."""

from dataclasses import dataclass

Block = tuple[int, str]  # heading level 1–4, or 0 for a paragraph


@dataclass(frozen=True)
class DemoDocument:
    """A document to be worked through the services.

    `stage` is the step it rests at (`OutgoingStatus` value); `days_ago` when drafting began; `to` keys of organs or the groups
    `bureaux`, `counties`, `all`; `cosign` keys of organs whose heads countersign.
    """

    issuer: str
    title: str
    document_type: str
    routing_direction: str
    urgency: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    cosign: tuple[str, ...]
    blocks: tuple[Block, ...]
    stage: str
    days_ago: int
    note: str = ""
    incoming: str = "signed"


def _plain(*paragraphs: str) -> tuple[Block, ...]:
    return tuple((0, text) for text in paragraphs)


COLD_WAVE: tuple[Block, ...] = (
    (0, "据市气象台预报，受较强冷空气影响，我市将出现强寒潮和雨雪冰冻天气。为切实做好防范应对工作，保障人民群众生命财产安全和生产生活秩序，经市政府同意，现就有关事项通知如下："),
    (1, "强化组织领导"),
    (0, "各级各部门要高度重视此次寒潮过程，严格落实防灾减灾救灾责任制，主要负责同志靠前指挥，分管负责同志具体抓落实，确保各项防范措施落实到位。"),
    (1, "突出防范重点"),
    (2, "加强交通安全管控。"),
    (0, "公安、交通运输、住建等部门要加强重点路段、桥梁隧道的巡查，储足融雪除冰物资，及时发布路况信息，必要时采取限速、分流等措施。"),
    (2, "保障民生供应。"),
    (0, "发展改革、商务等部门要做好煤、电、油、气、热和生活必需品的供应保障，密切监测市场价格；供热企业要适时提高供热参数。"),
    (2, "抓好农业防冻。"),
    (0, "农业农村部门要指导农户加固大棚设施，落实畜禽圈舍保温措施，减轻低温冻害损失。"),
    (1, "严格值班值守"),
    (0, "各级各部门要严格执行24小时值班和领导带班制度，遇有突发情况及时处置并按规定报告，不得迟报、漏报、谎报、瞒报。"),
)  # fmt: skip
ONE_THING: tuple[Block, ...] = (
    (0, "《岱海市政务服务“一件事”集成办理三年行动方案（2026—2028年）》已经市政府同意，现印发给你们，请认真组织实施。"),
    (1, "把握总体要求"),
    (0, "坚持以人民为中心的发展思想，聚焦企业和群众办事的高频事项，推动多部门、跨层级、跨区域事项由“分头办”向“集成办”转变，2026年底前上线24项，2027年底前上线60项，2028年底前实现高频事项应上尽上。"),
    (1, "压实工作责任"),
    (0, "市大数据局牵头统筹平台支撑和数据共享，各事项牵头部门负责制定标准化工作规程，责任单位按照职责分工落实。各区、县人民政府要明确专门力量，统一线上线下办理标准。"),
    (1, "强化督促落实"),
    (0, "市政府办公室会同市大数据局建立月调度、季通报机制，重点任务纳入督查督办事项清单管理。"),
)  # fmt: skip
CATALOGUE: tuple[Block, ...] = (
    (0, "为落实重大行政决策程序，加强重大行政决策事项目录管理，推进科学民主依法决策，根据《重大行政决策程序暂行条例》等有关规定，市政府编制了《岱海市人民政府2026年度重大行政决策事项目录》，现予公布，并就有关工作通知如下。"),
    (1, "决策承办单位要认真组织实施，落实工作责任，把握时间节点，严格履行公众参与、专家论证、风险评估、合法性审查和集体讨论决定等法定程序，确保按时完成。"),
    (1, "目录实行动态管理。根据市委、市政府年度重点工作任务的实际情况，确需对目录进行调整的，决策承办单位要按照规定办理。"),
    (1, "决策承办单位要按照政务公开的要求，做好重大行政决策事项信息公开和政策解读等工作。"),
)  # fmt: skip
HOLIDAYS: tuple[Block, ...] = (
    (0, "根据国务院办公厅通知精神，结合我市实际，现将元旦、春节期间值班安排和有关工作通知如下。"),
    (1, "严格执行24小时专人值班和领导带班制度，主要负责同志离开本地须按规定报备。"),
    (1, "各县区、市政府各部门要于节前3个工作日将值班安排报市政府办公室。"),
    (1, "遇有突发事件，要按规定时限报告，并迅速采取措施妥善处置。"),
)  # fmt: skip
MEETING: tuple[Block, ...] = (
    (0, "经研究，定于近期召开全市数字政府建设工作推进会议，现将有关事项通知如下。"),
    (1, "会议时间"),
    (0, "11月27日（星期五）下午2时30分，会期半天。"),
    (1, "会议地点"),
    (0, "市政府3号楼第一会议室。"),
    (1, "参会人员"),
    (3, "各区、县人民政府分管负责同志1人。"),
    (3, "市政府有关部门主要负责同志。"),
    (1, "有关要求"),
    (0, "请各单位于11月25日下午5时前将参会人员名单报市政府办公室。因事不能参会的，须按程序请假。"),
)  # fmt: skip
BUDGET = _plain(
    "根据《中华人民共和国预算法》和全市预算编制工作安排，为做好2027年市级部门预算编制工作，拟对基本支出标准、项目支出管理和绩效目标审核等事项作适当调整。",
    "现将《2027年市级部门预算编制有关事项》呈上，拟自2027年预算年度起施行。",
    "妥否，请批示。",
)
OLD_TOWN = _plain(
    "为加强历史文化资源保护传承，云湖古镇保护利用工作领导小组组织开展了资源普查和专家论证。古镇现存明清建筑46处，街巷肌理完整，传统风貌保存较好，符合市级历史文化名镇申报条件。",
    "特申请将云湖古镇列入岱海市历史文化名镇名录。",
    "妥否，请批示。",
)
ROAD = _plain(
    "11月21日16时许，青石县境内发生一起道路交通事故。事故发生后，县委、县政府主要负责同志第一时间赶赴现场指挥处置，公安、应急、卫健等部门迅速开展救援，伤员已全部送医救治，现场已于当日18时30分恢复通行。",
    "目前，事故原因正在进一步调查，善后工作有序开展。下步，将举一反三开展道路交通安全隐患排查整治。",
    "特此报告。",
)
PROGRESS = _plain(
    "今年以来，我局认真落实市委、市政府决策部署，全市计划改造老旧小区86个，已全部开工，完工71个，完成年度投资的89.6%。",
    "下步，我局将紧盯未完工项目，倒排工期、挂图作战，确保年底前全面完成改造任务。",
    "特此报告。",
)
WATER = _plain(
    "为抢抓冬春施工黄金期，补齐农田水利短板，拟在全市开展冬春农田水利基本建设督导检查，由我局牵头组成4个检查组，赴各县区开展为期一周的督导。",
    "妥否，请批示。",
)
PORT = _plain(
    "为加快岱海港集疏运体系建设，经市政府同意，成立岱海港集疏运体系建设工作专班，现将组成人员及职责分工印发给你们，请认真抓好落实。",
    "专班办公室设在市交通运输局，承担日常工作，定期调度项目进展，重大事项及时向市政府报告。",
)
DATA_SHARE = _plain(
    "为进一步规范政务数据共享工作，请贵单位于11月28日前对照《政务数据共享责任清单》核实本单位数据目录，补充更新周期和责任人，并将核实结果函告我局。",
    "特此函达，请予支持。",
)
SCHOOL = _plain(
    "今年全市普惠性幼儿园在园幼儿占比达到92.3%，新建改扩建中小学11所，新增学位9600个。现将工作情况通报如下，并对工作成效明显的单位予以通报表扬。",
    "希望各单位再接再厉，持续扩大优质教育资源供给。",
)
SAFETY: tuple[Block, ...] = (
    (0, "为深刻吸取近期事故教训，坚决防范遏制重特大事故，市政府决定在全市开展岁末年初安全生产大检查。现就有关事项通知如下。"),
    (1, "检查范围"),
    (0, "矿山、危险化学品、道路交通、建筑施工、消防、燃气、特种设备、渔业船舶等重点行业领域。"),
    (1, "检查方式"),
    (2, "企业自查。"),
    (0, "各生产经营单位对照重大事故隐患判定标准开展自查自改，建立隐患台账。"),
    (2, "部门检查。"),
    (0, "行业主管部门按照“三管三必须”要求开展全覆盖检查，实行谁检查、谁签字、谁负责。"),
    (2, "市级督导。"),
    (0, "市安委会办公室组织力量开展明查暗访，对问题突出的进行通报。"),
    (1, "工作要求"),
    (0, "各级各部门要切实加强组织领导，确保检查取得实效，检查情况于12月20日前报市安委会办公室。"),
)  # fmt: skip
REPLY = _plain(
    "你区《关于将云湖古镇列入市级历史文化名镇的请示》收悉。经研究，同意将云湖古镇列入岱海市历史文化名镇名录。",
    "请你区严格按照有关法律法规要求，科学编制保护规划，妥善处理保护与发展的关系。",
    "此复",
)
ALL = ("bureaux", "counties")

DOCUMENTS: tuple[DemoDocument, ...] = (
    DemoDocument("office", "岱海市人民政府办公室关于做好强寒潮和雨雪冰冻天气防范应对工作的通知", "notice", "downward", "extra_urgent", ALL, (), (), COLD_WAVE, "filed", 24, "此件公开发布", "completed"),
    DemoDocument("office", "岱海市人民政府办公室关于公布2026年度重大行政决策事项目录的通知", "notice", "downward", "", ALL, (), (), CATALOGUE, "filed", 27, "此件公开发布", "completed"),
    DemoDocument("office", "岱海市人民政府办公室关于开展岁末年初安全生产大检查的通知", "notice", "downward", "urgent", ALL, (), ("emergency", "housing"), SAFETY, "filing", 16, "", "handling"),
    DemoDocument("office", "岱海市人民政府办公室关于印发《岱海港集疏运体系建设工作专班组成人员及职责分工》的通知", "notice", "downward", "", ALL, (), ("transport", "reform"), PORT, "filing", 13, "", "mixed"),
    DemoDocument("office", "岱海市人民政府办公室关于印发《岱海市政务服务“一件事”集成办理三年行动方案（2026—2028年）》的通知", "notice", "downward", "urgent", ALL, (), ("data", "reform"), ONE_THING, "signing", 7),
    DemoDocument("office", "岱海市人民政府办公室关于召开全市数字政府建设工作推进会议的通知", "notice", "downward", "urgent", ALL, (), (), MEETING, "seal_use", 5),
    DemoDocument("office", "岱海市人民政府办公室关于做好2027年元旦春节期间值班工作的通知", "notice", "downward", "", ALL, (), (), HOLIDAYS, "office_review", 4),
    DemoDocument("office", "岱海市人民政府办公室关于全市教育资源供给工作情况的通报", "circular", "downward", "", ALL, (), ("education",), SCHOOL, "cosign", 4),
    DemoDocument("office", "岱海市人民政府办公室关于规范政务数据共享工作的通知", "notice", "downward", "", ALL, (), ("data",), DATA_SHARE, "recheck", 8),
    DemoDocument("office", "岱海市人民政府办公室关于加强冬季清洁取暖保障工作的通知", "notice", "downward", "", ALL, (), (), HOLIDAYS, "numbering", 9),
    DemoDocument("office", "岱海市人民政府办公室关于同意将云湖古镇列入市级历史文化名镇的批复", "reply", "downward", "", ("yunhu",), (), (), REPLY, "typeset", 6),
    DemoDocument("office", "岱海市人民政府办公室关于开展城市内涝治理专项行动的通知", "notice", "downward", "", ALL, (), (), SAFETY, "dept_review", 2),
    DemoDocument("office", "岱海市人民政府办公室关于进一步规范公文格式的通知", "notice", "downward", "", ALL, (), (), CATALOGUE, "draft", 1),
    DemoDocument("office", "岱海市人民政府办公室关于2026年政务信息工作情况的通报", "circular", "downward", "", ALL, (), (), SCHOOL, "draft", 1),
    DemoDocument("office", "岱海市人民政府办公室关于强化森林防火工作的紧急通知", "notice", "downward", "extra_urgent", ALL, (), (), COLD_WAVE, "filed", 20, "此件公开发布", "completed"),
    DemoDocument("office", "岱海市人民政府办公室关于做好第四季度经济运行调度工作的通知", "notice", "downward", "", ALL, (), ("reform",), CATALOGUE, "filed", 22, "", "completed"),
    DemoDocument("finance", "岱海市财政局关于2027年市级部门预算编制有关事项的请示", "request", "upward", "urgent", ("office",), (), (), BUDGET, "filing", 6, "（联系人：苏晚晴，联系电话：8806 2102）", "proposal"),
    DemoDocument("housing", "岱海市住房和城乡建设局关于老旧小区改造2026年度进展情况的报告", "report", "upward", "", ("office",), (), (), PROGRESS, "filing", 8, "", "instruction"),
    DemoDocument("water", "岱海市水利局关于开展冬春农田水利基本建设督导检查的请示", "request", "upward", "", ("office",), (), (), WATER, "filing", 5, "", "instruction"),
    DemoDocument("emergency", "岱海市应急管理局关于青石县“11·21”道路交通事故处置情况的报告", "report", "upward", "extra_urgent", ("office",), (), (), ROAD, "filing", 2, "", "instruction"),
    DemoDocument("yunhu", "云湖区人民政府关于将云湖古镇列入市级历史文化名镇的请示", "request", "upward", "", ("office",), (), (), OLD_TOWN, "filing", 12, "", "completed"),
    DemoDocument("wanghai", "望海区人民政府关于渔港综合整治提升工程用海问题的请示", "request", "upward", "", ("office",), (), (), WATER, "filing", 4, "", "received"),
    DemoDocument("lingang", "临港县人民政府关于申请调整2026年度土地利用计划指标的请示", "request", "upward", "", ("office",), (), (), BUDGET, "filing", 3, "", "signed"),
    DemoDocument("qingshi", "青石县人民政府关于道路交通安全隐患排查整治情况的报告", "report", "upward", "urgent", ("office",), (), (), ROAD, "filing", 1, "", "received"),
    DemoDocument("transport", "岱海市交通运输局关于岱海港疏港公路建设进展情况的报告", "report", "upward", "", ("office",), (), (), PROGRESS, "filing", 10, "", "handling"),
    DemoDocument("education", "岱海市教育局关于申请新建云湖实验学校的请示", "request", "upward", "", ("office",), (), (), BUDGET, "filing", 9, "", "handling"),
    DemoDocument("reform", "岱海市发展和改革委员会关于2027年重点项目谋划情况的报告", "report", "upward", "", ("office",), (), (), PROGRESS, "filing", 7, "", "proposal"),
    DemoDocument("data", "岱海市大数据局关于核实政务数据共享责任清单的函", "letter", "level", "", ("finance", "education", "housing", "transport"), (), (), DATA_SHARE, "filing", 5, "", "mixed"),
    DemoDocument("data", "岱海市大数据局关于“一件事”平台建设进展情况的报告", "report", "upward", "", ("office",), (), (), PROGRESS, "signing", 3),
    DemoDocument("data", "岱海市大数据局关于开展政务数据质量提升行动的函", "letter", "level", "", ("finance", "water"), (), (), DATA_SHARE, "dept_review", 2),
    DemoDocument("finance", "岱海市财政局关于规范政府采购限额标准的函", "letter", "level", "", ("education", "housing"), (), (), DATA_SHARE, "filing", 11, "", "signed"),
    DemoDocument("emergency", "岱海市应急管理局关于报送值班值守力量配备情况的函", "letter", "level", "urgent", ("transport", "water", "housing"), (), (), DATA_SHARE, "filing", 6, "", "mixed"),
    DemoDocument("water", "岱海市水利局关于水库除险加固资金需求的请示", "request", "upward", "", ("office",), (), (), BUDGET, "office_review", 3),
    DemoDocument("housing", "岱海市住房和城乡建设局关于城镇燃气安全整治情况的报告", "report", "upward", "urgent", ("office",), (), (), PROGRESS, "seal_use", 2),
    DemoDocument("office", "岱海市人民政府办公室关于调整市防汛抗旱指挥部组成人员的通知", "notice", "downward", "", ALL, (), (), PORT, "filed", 26, "", "completed"),
    DemoDocument("office", "岱海市人民政府办公室关于做好秋冬季大气污染防治工作的通知", "notice", "downward", "", ALL, (), (), SAFETY, "filed", 25, "", "completed"),
    DemoDocument("office", "岱海市人民政府办公室关于开展营商环境评价的通知", "notice", "downward", "", ALL, (), (), CATALOGUE, "filing", 15, "", "mixed"),
    DemoDocument("office", "岱海市人民政府办公室关于举办公文处理培训班的通知", "notice", "downward", "", ALL, (), (), MEETING, "filing", 3, "", "received"),
    DemoDocument("transport", "岱海市交通运输局关于春运保障工作安排的函", "letter", "level", "", ("emergency",), (), (), DATA_SHARE, "draft", 1),
    DemoDocument("education", "岱海市教育局关于校园安全专项检查情况的报告", "report", "upward", "", ("office",), (), (), PROGRESS, "dept_review", 1),
)  # fmt: skip
