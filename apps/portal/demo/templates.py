"""公文模板 the city's office keeps for its people, after published notices; kept once, however often the city is built."""

import io
from dataclasses import dataclass
from itertools import product

from PIL import Image, ImageDraw

from apps.accounts.models import Organ, RecipientGroup
from apps.accounts.selectors import actor_of_appointment
from apps.core.actors import Actor
from apps.documents.body import Node, body_from_text
from apps.documents.enums import DocumentFormat, DocumentType, RoutingDirection
from apps.documents.models import DocumentTemplate
from apps.documents.services.drafting import DraftChanges
from apps.documents.services.pictures import template_picture_add
from apps.documents.services.templates import TemplateWords, template_create
from apps.portal.demo.city import OFFICE_KEEPER, post_of
from apps.portal.demo.texts import text_of

OFFICE = "岱海市人民政府办公室"


@dataclass(frozen=True, kw_only=True)
class DemoTemplate:
    """A template: `key` names its text, `group` the kept recipients; `hall`: under which heading the seats are drawn, from 1."""

    key: str
    name: str
    title: str
    keywords: str
    group: str
    recipients_text: str
    note: str = ""
    hall: int = 0


TEMPLATES = (
    DemoTemplate(
        key="template_meeting",
        name="会议通知",
        title=f"{OFFICE}关于召开××××会议的通知",
        keywords="会议 报名 回执",
        group="各区县和市政府各部门",
        recipients_text="各区、县人民政府，市政府有关部门",
        hall=2,
    ),
    DemoTemplate(
        key="template_holidays",
        name="节假日安排通知",
        title=f"{OFFICE}关于××××年部分节假日安排的通知",
        keywords="放假 调休 值班",
        group="各区县和市政府各部门",
        recipients_text="各区、县人民政府，市政府各部门",
        note="此件公开发布",
    ),
    DemoTemplate(
        key="template_catalogue",
        name="公布决策事项目录",
        title=f"{OFFICE}关于公布××××年度重大行政决策事项目录的通知",
        keywords="重大行政决策 目录 公布",
        group="市政府各部门",
        recipients_text="市政府各部门",
        note="此件公开发布",
    ),
)


def templates_build(organs: dict[str, Organ]) -> None:
    """The office's templates, kept by its clerk."""
    kept = set(DocumentTemplate.objects.filter(organ=organs["office"]).values_list("name", flat=True))
    keeper = actor_of_appointment(post_of(OFFICE_KEEPER))
    for wanted in TEMPLATES:
        if wanted.name not in kept:
            template_create(actor=keeper, words=_words(keeper, wanted))


def _words(keeper: Actor, wanted: DemoTemplate) -> TemplateWords:
    body = body_from_text(text_of(wanted.key))
    if wanted.hall:
        picture = template_picture_add(actor=keeper, name="座区.png", content=_hall())
        body = _with_hall(body, wanted.hall, picture.pk)
    return TemplateWords(
        name=wanted.name,
        keywords=wanted.keywords,
        group_id=RecipientGroup.objects.get(name=wanted.group, organ=None).pk,
        draft=DraftChanges(
            document_type=DocumentType.NOTICE,
            routing_direction=RoutingDirection.DOWNWARD,
            layout=DocumentFormat.GENERAL,
            title=wanted.title,
            body=body,
            note=wanted.note,
            main_recipients_text=wanted.recipients_text,
        ),
    )


def _with_hall(body: Node, heading: int, file: int) -> Node:
    """The picture stands behind the text under that heading."""
    blocks = list(body["content"])
    place = [number for number, node in enumerate(blocks) if node["type"] == "heading"][heading - 1] + 2
    shown = {"file": file, "width": 50, "caption": "图1　会场座区示意"}
    return {**body, "content": [*blocks[:place], {"type": "picture", "attrs": shown}, *blocks[place:]]}


def _hall() -> bytes:
    """The platform above, three blocks of seats with aisles between."""
    sheet = Image.new("L", (900, 640), 255)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((4, 4, 895, 635), outline=60, width=4)
    pen.rectangle((250, 40, 650, 110), fill=205, outline=60, width=4)
    for left, row, seat in product((50, 325, 600), range(7), range(5)):
        x, y = left + seat * 52, 180 + row * 62
        pen.rounded_rectangle((x, y, x + 40, y + 40), 6, outline=110, width=3)
    target = io.BytesIO()
    sheet.save(target, "PNG")
    return target.getvalue()
