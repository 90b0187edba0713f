"""公文模板 the city's office keeps for its people, after published notices; kept once, however often the city is built."""

from dataclasses import dataclass

from apps.accounts.models import Organ, RecipientGroup
from apps.accounts.selectors import actor_of_appointment
from apps.documents.body import body_from_text
from apps.documents.enums import DocumentFormat, DocumentType, RoutingDirection
from apps.documents.models import DocumentTemplate
from apps.documents.services.drafting import DraftChanges
from apps.documents.services.templates import TemplateWords, template_create
from apps.portal.demo.city import OFFICE_KEEPER, post_of
from apps.portal.demo.texts import text_of

OFFICE = "岱海市人民政府办公室"


@dataclass(frozen=True, kw_only=True)
class DemoTemplate:
    """A template: `key` names its text, `group` the kept recipients."""

    key: str
    name: str
    title: str
    keywords: str
    group: str
    recipients_text: str
    note: str = ""


TEMPLATES = (
    DemoTemplate(
        key="template_meeting",
        name="会议通知",
        title=f"{OFFICE}关于召开××××会议的通知",
        keywords="会议 报名 回执",
        group="各区县和市政府各部门",
        recipients_text="各区、县人民政府，市政府有关部门",
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
            template_create(actor=keeper, words=_words(wanted))


def _words(wanted: DemoTemplate) -> TemplateWords:
    return TemplateWords(
        name=wanted.name,
        keywords=wanted.keywords,
        group_id=RecipientGroup.objects.get(name=wanted.group, organ=None).pk,
        draft=DraftChanges(
            document_type=DocumentType.NOTICE,
            routing_direction=RoutingDirection.DOWNWARD,
            layout=DocumentFormat.GENERAL,
            title=wanted.title,
            body=body_from_text(text_of(wanted.key)),
            note=wanted.note,
            main_recipients_text=wanted.recipients_text,
        ),
    )
