"""Documents to lay out."""

from dataclasses import replace
from typing import Any

from apps.typesetting import OfficialSheet, parse_body

SENTENCE = "各县（区）人民政府、市政府各部门要压实工作责任，加强协同配合，确保各项任务落到实处。"

NOTICE = OfficialSheet(
    issuer_mark="岱海市人民政府办公室文件",
    document_number="岱政办发〔2026〕37号",
    title="岱海市人民政府办公室关于做好政务服务工作的通知",
    main_recipients="各县（区）人民政府，市政府各部门、各直属机构",
    blocks=parse_body("经市政府同意，现就有关事项通知如下。\n特此通知。"),
    issuer_signature="岱海市人民政府办公室",
    document_date="2026年11月22日",
    seal=True,
    cc_recipients="市委各部门，市人大常委会办公室，市政协办公室",
    printing_organ="岱海市人民政府办公室",
    printing_date="2026年11月23日",
)


def notice(**changes: Any) -> OfficialSheet:
    """A sealed notice with some elements changed; `body` is plain text."""
    if "body" in changes:
        changes["blocks"] = parse_body(changes.pop("body"))
    return replace(NOTICE, **changes)


def paragraphs(count: int, sentence: str = SENTENCE) -> str:
    """A body of so many paragraphs."""
    return "\n".join(f"第{number}段{sentence}" for number in range(1, count + 1))
