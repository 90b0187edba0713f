"""What a text may hold besides words, in the draft about it: a picture with words below, a wide table that lies across."""

import io
from datetime import timedelta

from PIL import Image, ImageDraw, ImageFont

from apps.accounts.models import Organ
from apps.accounts.selectors import actor_of_appointment
from apps.core import clock
from apps.documents.body import Node, figures_of
from apps.documents.models import OutgoingDocument
from apps.documents.services.drafting import DraftChanges, outgoing_autosave
from apps.documents.services.pictures import picture_add

TITLE = "进一步规范公文格式"
HEADS = ("要素", "位置", "字体字号", "编排要求", "条款")
ROWS = (
    (
        "发文机关标志",
        "版心上边缘下35毫米",
        "小标宋，红色",
        "居中；联合行文主办机关在前，“文件”二字居右",
        "7.2.4",
    ),
    ("发文字号", "标志下空二行", "3号仿宋", "年份用全称，六角括号括入，序号不编虚位", "7.2.5"),
    ("标题", "红线下空二行", "2号小标宋", "居中，回行时词意完整，排成梯形或菱形", "7.3.1"),
    ("主送机关", "标题下空一行", "3号仿宋", "居左顶格，回行顶格，末尾用全角冒号", "7.3.2"),
    ("成文日期", "右空四字", "3号仿宋", "用阿拉伯数字，年月日标全，月、日不编虚位", "7.3.5"),
    ("页码", "版心下边缘之下7毫米", "4号半角宋体", "两侧各放一字线；单页居右，双页居左", "7.5"),
)
PAPER, AREA = (210, 297), (28, 37, 184, 262)  # millimetres (5.1, 5.2)


def formats_build(organs: dict[str, Organ]) -> None:
    """Once; a city whose draft has its picture is left as it is."""
    drafts = OutgoingDocument.objects.select_related("drafter_appointment")
    draft = drafts.filter(organ=organs["office"], status="draft", title__contains=TITLE).first()
    if draft is None or figures_of(draft.body):
        return
    actor = actor_of_appointment(draft.drafter_appointment)
    with clock.at(draft.updated_at + timedelta(minutes=25)):
        picture = picture_add(actor=actor, document_id=draft.pk, name="版心.png", content=_type_area())
        outgoing_autosave(
            actor=actor,
            document_id=draft.pk,
            expected_version=draft.version,
            changes=DraftChanges(body=_with_both(draft.body, picture.pk)),
        )


def _with_both(body: Node, file: int) -> Node:
    """Both stand under the second heading, behind its text."""
    blocks = list(body["content"])
    place = [number for number, node in enumerate(blocks) if node["type"] == "heading"][2]
    shown = {"file": file, "width": 40, "caption": "图1　用纸和版心（单位：毫米）"}
    blocks[place:place] = [
        _paragraph("用纸和版心尺寸见图1，主要要素的编排要求见下表。"),
        {"type": "picture", "attrs": shown},
        _table(),
    ]
    return {**body, "content": blocks}


def _paragraph(text: str) -> Node:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


def _table() -> Node:
    heads = [_cell("table_header", text) for text in HEADS]
    rows = [[_cell("table_cell", text) for text in row] for row in ROWS]
    lines = [{"type": "table_row", "content": cells} for cells in (heads, *rows)]
    return {"type": "table", "attrs": {"landscape": True}, "content": lines}


def _cell(kind: str, text: str) -> Node:
    return {"type": kind, "attrs": {"colspan": 1, "rowspan": 1}, "content": [_paragraph(text)]}


def _type_area() -> bytes:
    """A sheet of paper with its type area and margins, drawn at four pixels a millimetre."""
    scale = 4
    sheet = Image.new("L", (PAPER[0] * scale + 1, PAPER[1] * scale + 1), 255)
    pen, face = ImageDraw.Draw(sheet), ImageFont.load_default(44)
    pen.rectangle((0, 0, PAPER[0] * scale, PAPER[1] * scale), outline=0, width=4)
    left, top, right, bottom = (edge * scale for edge in AREA)
    pen.rectangle((left, top, right, bottom), outline=110, width=3)
    middle, height = (left + right) // 2, (top + bottom) // 2
    for words, place in (
        ("37", (middle, top // 2)),
        ("35", (middle, (bottom + PAPER[1] * scale) // 2)),
        ("28", (left // 2, height)),
        ("26", ((right + PAPER[0] * scale) // 2, height)),
        ("156 x 225", (middle, height)),
    ):
        pen.text(place, words, fill=0, font=face, anchor="mm")
    target = io.BytesIO()
    sheet.save(target, "PNG")
    return target.getvalue()
