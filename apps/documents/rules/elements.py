"""Checks of the elements: type, title, number, dates, attachments, marks, length (条例 art. 8, 9; GB/T 9704-2012). Pure."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from apps.documents.enums import DocumentType, RoutingDirection
from apps.documents.rules.facts import CN_DATE, Hit, Paper, Place, Severity, date_read, found_in

DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}〔(?:19|20)\d{2}〕[1-9]\d{0,4}号")
ORDER_NUMBER = re.compile(r"(?:[\u4e00-\u9fff]{1,29}令)?第[1-9]\d{0,4}号")
LOOSE_DATE = re.compile(
    r"\d{4}年0\d月|(?<!\d)\d{1,2}月0\d日|(?<!\d)\d{2}年\d{1,2}月|[〇零一二三四五六七八九]{4}年[一二三四五六七八九十]+月"
)
SECRECY_MARK = re.compile(
    r"(?:绝密|机密|秘密)\s*[★☆]|密级\s*[:：]|[【\[（(]\s*(?:绝密|机密|秘密)\s*[】\])）]"
)
CITED_REQUEST = re.compile(r"《[^》\n]{2,120}请示》[（(][^）)\n]*〔(?:19|20)\d{2}〕[1-9]\d*号[）)]")
ATTACHMENT_LEAD = re.compile(r"附\s*件\s*[:：]\s*(?:\d{1,2}[.．])?\s*(.+)")
ATTACHMENT_NEXT = re.compile(r"\d{1,2}[.．]\s*(.+)")
END_PUNCTUATION = "。，；：、！,.;:!"
TITLE_LIMIT = 150
TEXT_LIMIT, SPECIAL_LIMIT = 5000, 4000
URGENCIES = frozenset({"", "urgent", "extra_urgent"})
# 条例 art. 8 and 15: these types go one way only
FIXED_DIRECTION = {
    DocumentType.REPORT: RoutingDirection.UPWARD,
    DocumentType.REQUEST: RoutingDirection.UPWARD,
    DocumentType.REPLY: RoutingDirection.DOWNWARD,
    DocumentType.LETTER: RoutingDirection.LEVEL,
    DocumentType.MOTION: RoutingDirection.LEVEL,
}
# made public rather than sent to named organs; their titles may do without 关于……的
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


def title_missing(paper: Paper) -> Iterator[Hit]:
    """F01: every document has a title."""
    if not paper.title.strip():
        yield Hit("标题为空，请填写标题。")


def title_long(paper: Paper) -> Iterator[Hit]:
    """F02: a title that nobody can read."""
    if len(paper.title) > TITLE_LIMIT:
        yield Hit(f"标题有{len(paper.title)}个字，最多{TITLE_LIMIT}个字，请精简。")


def text_missing(paper: Paper) -> Iterator[Hit]:
    """F03: every document says something."""
    if not paper.text.strip():
        yield Hit("正文为空，请填写正文。")


def recipient_missing(paper: Paper) -> Iterator[Hit]:
    """F04: all but what is made public goes to somebody."""
    if not paper.mains and paper.kind not in PUBLIC_TYPES:
        yield Hit("没有主送机关，请选择主送机关。")


def recipient_abolished(paper: Paper) -> Iterator[Hit]:
    """F05: an abolished organ receives nothing."""
    for entry in paper.addressees:
        if entry.abolished:
            message = f"{entry.name}已撤销，不能收文，请调整{'主送' if entry.is_main else '抄送'}机关。"
            yield Hit(message, field=entry.field)


def direction_fixed(paper: Paper) -> Iterator[Hit]:
    """F06: some types go one way only."""
    wanted = FIXED_DIRECTION.get(paper.kind) if paper.kind else None
    if paper.kind and wanted is not None and paper.routing_direction != wanted:
        yield Hit(f"{paper.kind.label}应为{wanted.label}，请调整行文方向或文种。")


def attachment_unready(paper: Paper) -> Iterator[Hit]:
    """F07: what is signed is here."""
    for name in paper.unready_attachments:
        yield Hit(f"附件“{name}”尚未上传完成或未通过检查，请等待完成或移除后再提交。")


def type_known(paper: Paper) -> Iterator[Hit]:
    """D01: one of the fifteen."""
    if paper.kind is None:
        yield Hit("文种不在十五种公文之内，请重新选择。")


def number_form(paper: Paper) -> Iterator[Hit]:
    """D16: 机关代字〔年份〕序号号; an order prints its serial alone and is cited by its mark and serial. Unique by the database."""
    number = paper.document_number
    pattern = ORDER_NUMBER if paper.kind is DocumentType.ORDER else DOCUMENT_NUMBER
    if number and not (pattern.fullmatch(number) or DOCUMENT_NUMBER.fullmatch(number)):
        yield Hit(f"发文字号“{number}”不符合“机关代字〔年份〕序号号”的形式。")


def date_form(paper: Paper) -> Iterator[Hit]:
    """D17: Arabic, four-digit year, no leading zero; in the text a hint only."""
    for field, name, text in (
        ("document_date", "成文日期", paper.document_date),
        ("printing_date", "印发日期", paper.printing_date),
    ):
        if text and not CN_DATE.fullmatch(text):
            message = f"{name}“{text}”须用阿拉伯数字，年份四位，月、日不加0，如2026年1月5日。"
            yield Hit(message, field=field)
    for words, place in found_in(paper, LOOSE_DATE):
        message = f"正文中的日期“{words}”建议写作2026年1月5日的形式。"
        yield Hit(message, place, "body", Severity.INFO)


def title_form(paper: Paper) -> Iterator[Hit]:
    """D18: matter and 文种, the last word is the 文种, no mark at the end."""
    title = paper.title.strip()
    if not title or paper.kind is None:
        return
    name = paper.kind.label
    bare = re.sub(r"[（(][^（）()]*[）)]$", "", title)
    if title[-1] in END_PUNCTUATION:
        yield Hit("标题末尾一般不加标点。")
    elif not bare.endswith((name, "令") if paper.kind is DocumentType.ORDER else name):
        yield Hit(f"标题一般由发文机关、事由和文种组成，末尾应为“{name}”。")
    elif "关于" not in title and paper.kind not in PUBLIC_TYPES and not re.search("印发|转发|批转", title):
        yield Hit("标题一般应写明事由，如“关于……的" + name + "”。", severity=Severity.INFO)


def reply_cites(paper: Paper) -> Iterator[Hit]:
    """D19: a reply cites the request it answers, title first, then number."""
    if paper.kind is DocumentType.REPLY and not CITED_REQUEST.search(paper.text):
        message = "批复应引述来文：先引标题、后引发文字号，如“你单位《关于……的请示》（×发〔2026〕5号）收悉”。"
        yield Hit(message, Place(0))


def attachments_named(paper: Paper) -> Iterator[Hit]:
    """D20: attachments as the note names them, in its order, without a mark at the end. The note is printed by the system."""
    stems = [PurePath(name).stem for name in paper.attachment_names]
    for name, stem in zip(paper.attachment_names, stems, strict=True):
        if stem.strip()[-1:] in {*END_PUNCTUATION, "？"} - {""}:
            yield Hit(f"附件名称“{name}”末尾不加标点，请改名后重新上传。")
    place, noted = _note(paper)
    if place is not None and noted != [_squeezed(stem) for stem in stems]:
        message = "正文中写的附件说明与所附文件不一致。附件说明由系统按附件的名称和顺序排印，请删去正文中的附件说明，或按其调整附件。"
        yield Hit(message, place, "body")


def _note(paper: Paper) -> tuple[Place | None, list[str]]:
    """A 附件说明 written into the text: where it begins and what it names."""
    for number, line in enumerate(paper.lines):
        lead = ATTACHMENT_LEAD.fullmatch(line.text.strip())
        if not lead:
            continue
        names = [lead[1]]
        for later in paper.lines[number + 1 :]:
            more = ATTACHMENT_NEXT.fullmatch(later.text.strip())
            if not more:
                break
            names.append(more[1])
        return Place(number, lead[0][:6]), [_squeezed(name) for name in names]
    return None, []


def _squeezed(name: str) -> str:
    return re.sub(r"\s", "", name).rstrip(END_PUNCTUATION)


def recipients_marks(paper: Paper) -> Iterator[Hit]:
    """D21: the colon after 主送 and the full stop after 抄送 are printed by the system."""
    for field, name, text in (
        ("main_recipients", "主送", paper.main_text),
        ("cc_recipients", "抄送", paper.cc_text),
    ):
        if text.rstrip()[-1:] in {"：", ":", "。", "，", "、"}:
            yield Hit(f"{name}印文末尾的标点由系统按规定标注，已自动去掉。", field=field)


def headings_in_turn(paper: Paper) -> Iterator[Hit]:
    """D22: 一、（一）1.（1） without skipping a level."""
    above = 0
    for number, line in enumerate(paper.lines):
        if not line.level:
            continue
        if line.level > above + 1:
            wanted = ("一、", "（一）", "1.")[above]
            message = f"标题“{line.text[:20]}”越级：其上一级应先有“{wanted}”一级的标题。"
            yield Hit(message, Place(number))
        above = line.level


def secrecy_marks(paper: Paper) -> Iterator[Hit]:
    """D25: this system is not for classified matter; marks are refused wherever they stand (domain.md §10.3)."""
    tail = "本系统为非涉密系统，严禁处理涉密内容，请立即移除并按保密规定处置。"
    for words, place in found_in(paper, SECRECY_MARK):
        yield Hit(f"正文中有密级标志“{words}”。{tail}", place, "body")
    places = [("title", "标题", paper.title), ("note", "附注", paper.note)]
    places += [("attachments", f"附件名“{name}”", name) for name in paper.attachment_names]
    places += [(entry.field, "收文机关", entry.name) for entry in paper.addressees]
    for field, name, text in places:
        mark = SECRECY_MARK.search(text)
        if mark:
            yield Hit(f"{name}中有密级标志“{mark.group()}”。{tail}", field=field)


def text_long(paper: Paper) -> Iterator[Hit]:
    """D26: short papers are asked for."""
    count = len(re.sub(r"\s", "", paper.text))
    if count > TEXT_LIMIT:
        yield Hit(f"正文约{count}字，一般不超过{TEXT_LIMIT}字，请考虑精简。")
    elif count > SPECIAL_LIMIT:
        yield Hit(f"正文约{count}字，部署专项工作的一般不超过{SPECIAL_LIMIT}字，请考虑精简。")


def urgency_in_its_field(paper: Paper) -> Iterator[Hit]:
    """D29: 特急 or 加急 or nothing, and not in the title."""
    if paper.urgency not in URGENCIES:
        yield Hit("紧急程度只能是特急、加急或不标注，请重新选择。")
    if "特急" in paper.title or "加急" in paper.title:
        yield Hit("紧急程度请在紧急程度栏选择，不写入标题。", field="title", severity=Severity.INFO)


def printed_after_written(paper: Paper) -> Iterator[Hit]:
    """D30: 印发日期 is not before 成文日期."""
    written, printed = date_read(paper.document_date), date_read(paper.printing_date)
    if written and printed and printed < written:
        yield Hit(f"印发日期{paper.printing_date}早于成文日期{paper.document_date}，请核对。")


def text_on_first_page(paper: Paper) -> Iterator[Hit]:
    """D24: the first page shows body text; known when laid out."""
    if paper.layout_problem:
        yield Hit(paper.layout_problem)
