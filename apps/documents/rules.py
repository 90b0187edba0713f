"""What a program can see in an outgoing document before a person does (domain.md §1.9). Pure: facts in, findings out.

BLOCK refuses the step; WARN wants a typed reason of the drafter; INFO is a hint. A rule whose law says 一般/原则上 never blocks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from apps.documents.enums import DocumentType, RoutingDirection

DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}〔(?:19|20)\d{2}〕[1-9]\d{0,4}号")
ORDER_NUMBER = re.compile(r"第[1-9]\d{0,4}号")
CN_DATE = re.compile(r"(?:19|20)\d{2}年(?:[1-9]|1[0-2])月(?:[1-9]|[12]\d|3[01])日")
LOOSE_DATE = re.compile(
    r"\d{4}年0\d月|(?<!\d)\d{1,2}月0\d日|(?<!\d)\d{2}年\d{1,2}月|[〇零一二三四五六七八九]{4}年[一二三四五六七八九十]+月"
)
SECRECY_MARK = re.compile(
    r"(?:绝密|机密|秘密)\s*[★☆]|密级\s*[:：]|[【\[（(]\s*(?:绝密|机密|秘密)\s*[】\])）]"
)
REQUEST_PHRASE = re.compile(r"请(?:予)?批准|请批复|请(?:予)?审批|妥否|当否|请予解决|恳请.{0,12}支持")
END_PUNCTUATION = "。，；：、！,.;:!"
TITLE_LIMIT = 150
TEXT_LIMIT = 5000
# 条例 art. 8 and 15: these types go one way only
FIXED_DIRECTION = {
    DocumentType.REPORT: RoutingDirection.UPWARD,
    DocumentType.REQUEST: RoutingDirection.UPWARD,
    DocumentType.REPLY: RoutingDirection.DOWNWARD,
    DocumentType.LETTER: RoutingDirection.LEVEL,
    DocumentType.MOTION: RoutingDirection.LEVEL,
}
# made public rather than sent to named organs
PUBLIC_TYPES = frozenset(
    {
        DocumentType.COMMUNIQUE,
        DocumentType.PROCLAMATION,
        DocumentType.PUBLIC_NOTICE,
        DocumentType.ORDER,
        DocumentType.RESOLUTION,
        DocumentType.MINUTES,
    }
)


class Severity(StrEnum):
    """What a finding does to the step."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found: the rule's id, how grave, which field, the sentence to show, the clause it rests on."""

    rule: str
    severity: Severity
    field: str
    message: str
    clause: str = ""


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """A recipient as the rules see it; `path` places it in the organ tree, empty for names outside the system."""

    name: str
    is_main: bool
    path: str = ""
    abolished: bool = False


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The facts of one document. Dates as printed (empty when not yet given); `signer_is_principal` None before a signer is known."""

    document_type: str
    routing_direction: str
    title: str
    text: str
    issuer_path: str
    superior_path: str
    addressees: tuple[Addressee, ...]
    signatories: tuple[str, ...] = ()
    note: str = ""
    is_important: bool = False
    attachment_names: tuple[str, ...] = ()
    unready_attachments: tuple[str, ...] = ()
    document_number: str = ""
    document_date: str = ""
    printing_date: str = ""
    signer_is_principal: bool | None = None
    signed_hash: str = ""
    current_hash: str = ""

    @property
    def is_upward(self) -> bool:
        """上行文."""
        return self.routing_direction == RoutingDirection.UPWARD

    @property
    def needs_principal_head(self) -> bool:
        """Whether only the principal head may sign (条例 art. 22)."""
        return self.is_upward or self.is_important


def date_text(day: date | None) -> str:
    """A date as official documents print it (GB/T 9704-2012 7.3.5.4), empty for none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def findings_of(paper: Paper) -> tuple[Finding, ...]:
    """Everything found, the gravest first, else in the order of the form."""
    found = [finding for check in CHECKS for finding in check(paper)]
    gravity = list(Severity)
    return tuple(sorted(found, key=lambda finding: gravity.index(finding.severity)))


def blocking(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that refuse the step."""
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCK)


def warnings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that want a reason."""
    return tuple(finding for finding in findings if finding.severity is Severity.WARN)


def _finding(rule: str, severity: Severity, field: str, message: str, clause: str = "") -> Finding:
    return Finding(rule=rule, severity=severity, field=field, message=message, clause=clause)


def _completeness(paper: Paper) -> Iterator[Finding]:
    """What every document must have before it leaves the drafter."""
    if not paper.title.strip():
        yield _finding("F01", Severity.BLOCK, "title", "标题为空，请填写标题。", "条例第九条")
    elif len(paper.title) > TITLE_LIMIT:
        message = f"标题有{len(paper.title)}个字，最多{TITLE_LIMIT}个字，请精简。"
        yield _finding("F02", Severity.BLOCK, "title", message)
    if not paper.text.strip():
        yield _finding("F03", Severity.BLOCK, "body", "正文为空，请填写正文。", "条例第九条")
    has_main = any(entry.is_main for entry in paper.addressees)
    if not has_main and paper.document_type not in PUBLIC_TYPES:
        yield _finding(
            "F04", Severity.BLOCK, "main_recipients", "没有主送机关，请选择主送机关。", "条例第九条"
        )
    for entry in paper.addressees:
        if entry.abolished:
            message = f"{entry.name}已撤销，不能收文，请调整{'主送' if entry.is_main else '抄送'}机关。"
            yield _finding("F05", Severity.BLOCK, _recipients_field(entry), message)
    for name in paper.unready_attachments:
        message = f"附件“{name}”尚未上传完成或未通过检查，请等待完成或移除后再提交。"
        yield _finding("F07", Severity.BLOCK, "attachments", message)


def _recipients_field(entry: Addressee) -> str:
    return "main_recipients" if entry.is_main else "cc_recipients"


def _type_and_direction(paper: Paper) -> Iterator[Finding]:
    """D01, D28 and the one-way types of 条例 art. 8."""
    if paper.document_type not in DocumentType.values:
        yield _finding(
            "D01", Severity.BLOCK, "document_type", "文种不在十五种公文之内，请重新选择。", "条例第八条"
        )
        return
    kind = DocumentType(paper.document_type)
    wanted = FIXED_DIRECTION.get(kind)
    if wanted is not None and paper.routing_direction != wanted:
        message = f"{kind.label}应为{wanted.label}，请调整行文方向或文种。"
        yield _finding("F06", Severity.BLOCK, "routing_direction", message, "条例第八条")
    if kind is DocumentType.LETTER and any(
        _is_related(entry.path, paper) for entry in paper.addressees if entry.is_main
    ):
        message = "函用于不相隶属机关之间，主送机关与本机关有隶属关系，请核对文种。"
        yield _finding("D28", Severity.WARN, "document_type", message, "条例第八条（十四）")


def _is_related(path: str, paper: Paper) -> bool:
    return bool(path) and (_is_below(path, paper.issuer_path) or path == paper.superior_path)


def _is_below(path: str, above: str) -> bool:
    return bool(path) and path != above and path.startswith(above)


def _upward(paper: Paper) -> Iterator[Finding]:
    """D02 D04 D05 D07 D08: rules of 上行文 (条例 art. 9, 14, 15)."""
    mains = [entry for entry in paper.addressees if entry.is_main]
    if paper.document_type == DocumentType.REQUEST and len(mains) > 1:
        yield _finding(
            "D02", Severity.WARN, "main_recipients", "请示原则上只主送一个上级机关。", "条例第十五条（一）"
        )
    if paper.document_type == DocumentType.REPORT and REQUEST_PHRASE.search(paper.text):
        message = "报告中不得夹带请示事项，正文中有请求批准一类的用语。"
        yield _finding("D04", Severity.WARN, "body", message, "条例第十五条（四）")
    if not paper.is_upward:
        return
    for entry in paper.addressees:
        if not entry.is_main and _is_below(entry.path, paper.issuer_path):
            message = f"上行文不得抄送下级机关，请从抄送中移除{entry.name}。"
            yield _finding("D05", Severity.BLOCK, "cc_recipients", message, "条例第十五条（一）")
    if paper.superior_path:
        skipped = [entry.name for entry in mains if entry.path and _is_above(entry.path, paper.superior_path)]
        if skipped and not any(entry.path == paper.superior_path for entry in paper.addressees):
            message = f"主送{skipped[0]}为越级行文，应同时抄送被越过的机关。"
            yield _finding("D07", Severity.WARN, "main_recipients", message, "条例第十四条")
    if not any(name.strip() for name in paper.signatories):
        yield _finding(
            "D08", Severity.BLOCK, "signatories", "上行文须标注签发人，请填写签发人。", "条例第九条（六）"
        )


def _is_above(path: str, below: str) -> bool:
    return path != below and below.startswith(path)


def _signer(paper: Paper) -> Iterator[Finding]:
    """D09: important and upward documents are signed by the principal head or whoever presides."""
    if paper.signer_is_principal is False and paper.needs_principal_head:
        message = "重要公文和上行文须由主要负责人（或主持工作的负责人）签发，请改选签发人。"
        yield _finding("D09", Severity.BLOCK, "signer", message, "条例第二十二条")


def _number_and_dates(paper: Paper) -> Iterator[Finding]:
    """D16 D17 D30: the number's and the dates' form."""
    number = paper.document_number
    pattern = ORDER_NUMBER if paper.document_type == DocumentType.ORDER else DOCUMENT_NUMBER
    if number and not (pattern.fullmatch(number) or DOCUMENT_NUMBER.fullmatch(number)):
        message = f"发文字号“{number}”不符合“机关代字〔年份〕序号号”的形式。"
        yield _finding("D16", Severity.BLOCK, "document_number", message, "GB/T 9704-2012 7.2.5")
    for field, name, text in (
        ("document_date", "成文日期", paper.document_date),
        ("printing_date", "印发日期", paper.printing_date),
    ):
        if text and not CN_DATE.fullmatch(text):
            message = f"{name}“{text}”须用阿拉伯数字，年份四位，月、日不加0，如2026年1月5日。"
            yield _finding("D17", Severity.BLOCK, field, message, "GB/T 9704-2012 7.3.5.4")
    loose = LOOSE_DATE.search(paper.text)
    if loose:
        message = f"正文中的日期“{loose.group()}”建议写作2026年1月5日的形式。"
        yield _finding("D17", Severity.INFO, "body", message, "GB/T 9704-2012 7.3.5.4")


def _title(paper: Paper) -> Iterator[Finding]:
    """D18 D29: the title's parts."""
    title = paper.title.strip()
    if not title or paper.document_type not in DocumentType.values:
        return
    kind = DocumentType(paper.document_type).label
    bare = re.sub(r"[（(][^（）()]*[）)]$", "", title)
    ends_well = bare.endswith((kind, "令")) if kind == "命令" else bare.endswith(kind)
    if title[-1] in END_PUNCTUATION:
        yield _finding("D18", Severity.WARN, "title", "标题末尾一般不加标点。", "条例第九条（七）")
    elif not ends_well:
        message = f"标题一般由发文机关、事由和文种组成，末尾应为“{kind}”。"
        yield _finding("D18", Severity.WARN, "title", message, "条例第九条（七）")
    if "特急" in title or "加急" in title:
        yield _finding(
            "D29", Severity.INFO, "title", "紧急程度请在紧急程度栏选择，不写入标题。", "条例第九条（三）"
        )


def _secrecy(paper: Paper) -> Iterator[Finding]:
    """D25: this system is not for classified matter; marks are refused wherever they stand (domain.md §10.3)."""
    places = [("title", "标题", paper.title), ("body", "正文", paper.text), ("note", "附注", paper.note)]
    places += [("attachments", f"附件名“{name}”", name) for name in paper.attachment_names]
    places += [(_recipients_field(entry), "收文机关", entry.name) for entry in paper.addressees]
    for field, place, text in places:
        mark = SECRECY_MARK.search(text)
        if mark:
            message = f"{place}中有密级标志“{mark.group()}”。本系统为非涉密系统，严禁处理涉密内容，请立即移除并按保密规定处置。"
            yield _finding("D25", Severity.BLOCK, field, message, "条例第二十六条")


def _length(paper: Paper) -> Iterator[Finding]:
    """D26: short papers are asked for."""
    count = len(re.sub(r"\s", "", paper.text))
    if count > TEXT_LIMIT:
        message = f"正文约{count}字，一般不超过{TEXT_LIMIT}字，请考虑精简。"
        yield _finding("D26", Severity.INFO, "body", message, "减负规定")


def _frozen(paper: Paper) -> Iterator[Finding]:
    """D27: what is numbered and sealed is what was signed."""
    if paper.signed_hash and paper.current_hash and paper.signed_hash != paper.current_hash:
        message = "正文、要素或附件与签发时不一致，须送原签发人复审后才能继续。"
        yield _finding("D27", Severity.BLOCK, "body", message, "条例第二十五条（一）")


CHECKS = (
    _completeness,
    _type_and_direction,
    _upward,
    _signer,
    _number_and_dates,
    _title,
    _secrecy,
    _length,
    _frozen,
)
