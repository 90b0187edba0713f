"""One document as a JSON file: every mistake found is told at once, each in one Chinese line."""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from apps.typesetting.body_text import parse_body
from apps.typesetting.errors import TypesettingError
from apps.typesetting.sheet import FORMATS, MOST_ORGANS, OfficialSheet, printed_names

DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}〔(?:19|20)\d{2}〕[1-9]\d{0,4}号")  # D16
CHINESE_DATE = re.compile(r"((?:19|20)\d{2})年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日")  # D17
URGENCIES = ("特急", "加急")
ORDER_NUMBER = re.compile(r"第[1-9]\d{0,3}号")
MINUTES_NUMBER = re.compile(r"(?:〔(?:19|20)\d{2}〕[1-9]\d{0,4}号)|(?:第[1-9]\d{0,3}(?:期|号|次))")
LONGEST_TITLE = 120
TEXTS = {
    "document_number": "发文字号",
    "title": "标题",
    "body": "正文",
    "document_date": "成文日期",
    "format": "格式",
    "urgency": "紧急程度",
    "note": "附注",
    "printing_organ": "印发机关",
    "printing_date": "印发日期",
    "signer_post": "签发人职务",
    "signer_name": "签名章姓名",
}
LISTS = {"signatories": "签发人", "attachments": "附件名称"}
TEXTS_OR_LISTS = {
    "issuer_mark": "发文机关标志",
    "main_recipients": "主送机关",
    "issuer_signature": "发文机关署名",
    "cc_recipients": "抄送机关",
    "attendees": "出席",
    "absentees": "请假",
    "observers": "列席",
}
ATTENDANCE = ("attendees", "absentees", "observers")
FLAGS = {"seal": "是否用印"}
REQUIRED = (
    "issuer_mark", "document_number", "title", "main_recipients", "body", "issuer_signature", "document_date",
    "format",
)  # fmt: skip
NOT_PRINTED = {
    "order": {"title", "main_recipients"},
    "minutes": {"document_number", "main_recipients"},
}  # 10.2, 10.3
SECRECY = ("secrecy_level", "secrecy_period", "copy_number")
_NAMES = {**TEXTS, **LISTS, **TEXTS_OR_LISTS, **FLAGS}


class SheetInputInvalid(TypesettingError):
    """The file cannot be typeset; `problems` has one line per mistake."""

    def __init__(self, problems: list[str]) -> None:
        """Keeps the lines in the order in which they were found."""
        super().__init__("；".join(problems))
        self.problems = tuple(problems)


def sheet_from_json(data: bytes) -> OfficialSheet:
    """The sheet a JSON object describes, or `SheetInputInvalid` with all its mistakes."""
    fields = _fields(data)
    required = _required(fields)
    problems = [*_unknown(fields), *_missing(fields, required), *_wrong_types(fields, required)]
    sound = {
        key: value
        for key, value in fields.items()
        if key in _NAMES and _type_problem(key, value, required) is None
    }
    problems += _wrong_values(sound)
    if problems:
        raise SheetInputInvalid(problems)
    return OfficialSheet(
        issuer_mark=_names(sound["issuer_mark"]),
        document_number=sound.get("document_number") or "",
        title=sound.get("title") or "",
        main_recipients=_names(sound.get("main_recipients") or ""),
        blocks=parse_body(sound["body"]),
        issuer_signature=_names(sound["issuer_signature"]),
        document_date=sound["document_date"],
        signatories=tuple(sound.get("signatories") or ()),
        urgency=sound.get("urgency") or "",
        attachments=tuple(sound.get("attachments") or ()),
        seal=bool(sound.get("seal")),
        note=_without_brackets(sound.get("note") or ""),
        cc_recipients=_names(sound.get("cc_recipients") or ""),
        printing_organ=sound.get("printing_organ") or "",
        printing_date=sound.get("printing_date") or "",
        format=sound["format"],
        signer_post=sound.get("signer_post") or "",
        signer_name=sound.get("signer_name") or "",
        attendance=tuple(
            (TEXTS_OR_LISTS[key], printed_names(_names(sound[key]))) for key in ATTENDANCE if sound.get(key)
        ),
    )


def _required(fields: dict[str, Any]) -> tuple[str, ...]:
    """What the file must say, by its format."""
    chosen = fields.get("format")
    absent = NOT_PRINTED.get(chosen, set()) if isinstance(chosen, str) else set()
    return tuple(key for key in REQUIRED if key not in absent)


def _fields(data: bytes) -> dict[str, Any]:
    repeated: list[str] = []

    def paired(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        repeated.extend(dict.fromkeys(key for key in keys if keys.count(key) > 1))
        return dict(pairs)

    try:
        fields = json.loads(data.decode("utf-8-sig"), object_pairs_hook=paired)
    except UnicodeDecodeError as problem:
        raise SheetInputInvalid(["文件不是 UTF-8 编码，请另存为 UTF-8 后重试。"]) from problem
    except json.JSONDecodeError as problem:
        where = f"第 {problem.lineno} 行第 {problem.colno} 个字符附近"
        raise SheetInputInvalid([f"文件不是合法的 JSON：{where}有误。"]) from problem
    except RecursionError as problem:
        raise SheetInputInvalid(["文件不是合法的 JSON：嵌套过深。"]) from problem
    if not isinstance(fields, dict):
        raise SheetInputInvalid(["文件内容须是一个 JSON 对象（以“{”开头）。"])
    if repeated:
        raise SheetInputInvalid([f"字段 {key} 写了不止一次，请只保留一处。" for key in repeated])
    return fields


def _unknown(fields: dict[str, Any]) -> list[str]:
    problems = []
    for key in fields:
        if key in SECRECY:
            problems.append(f"字段 {key}：本系统为非涉密系统，不处理带密级、保密期限或份号的公文。")
        elif key not in _NAMES:
            problems.append(f"不认识的字段 {key}，请核对拼写或删去。")
    return problems


def _missing(fields: dict[str, Any], required: tuple[str, ...]) -> list[str]:
    return [f"缺少必填字段 {key}（{_NAMES[key]}）。" for key in required if key not in fields]


def _wrong_types(fields: dict[str, Any], required: tuple[str, ...]) -> list[str]:
    return [
        problem
        for key, value in fields.items()
        if key in _NAMES and (problem := _type_problem(key, value, required)) is not None
    ]


def _type_problem(key: str, value: Any, required: tuple[str, ...]) -> str | None:
    """What is wrong with a value's type or emptiness; an optional field may be null."""
    label = f"字段 {key}（{_NAMES[key]}）"
    if value is None:
        return f"{label}不能为空。" if key in required else None
    is_text = isinstance(value, str)
    is_names = isinstance(value, list) and all(isinstance(item, str) for item in value)
    checks = (
        (key in FLAGS and not isinstance(value, bool), "须是 true 或 false。"),
        (key in TEXTS and not is_text, "须是一段文字。"),
        (key in LISTS and not is_names, "须是由文字组成的列表。"),
        (key in TEXTS_OR_LISTS and not (is_names or is_text), "须是一段文字，或由文字组成的列表。"),
        (key in required and (is_text or is_names) and not _has_text(value), "不能为空。"),
        (is_names and not all(item.strip() for item in value), "中有空白的一项。"),
    )
    return next((label + message for is_wrong, message in checks if is_wrong), None)


def _has_text(value: str | list[str]) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _wrong_values(fields: dict[str, Any]) -> list[str]:
    """Mistakes of content, by the checks of the standard (D16, D17, D29, D30)."""
    problems: list[str] = []
    numbered = _NUMBERS.get(fields.get("format", ""), _number_problem)
    for key, check in (_CHECKS | {"document_number": numbered}).items():
        if fields.get(key) and (problem := check(fields[key])):
            problems.append(f"字段 {key}（{_NAMES[key]}）{problem}")
    issued, printed = (_date(fields.get(key)) for key in ("document_date", "printing_date"))
    if issued and printed and printed < issued:
        problems.append("字段 printing_date（印发日期）不能早于成文日期。")
    return problems


def _number_problem(value: str) -> str | None:
    if DOCUMENT_NUMBER.fullmatch(value):
        return None
    return "须形如“岱政办发〔2026〕17号”：六角括号、四位年份、序号不编虚位。"


def _order_number_problem(value: str) -> str | None:
    if ORDER_NUMBER.fullmatch(value) or DOCUMENT_NUMBER.fullmatch(value):
        return None
    return "须形如“第17号”：序号不编虚位。"


def _minutes_number_problem(value: str) -> str | None:
    if MINUTES_NUMBER.fullmatch(value) or DOCUMENT_NUMBER.fullmatch(value):
        return None
    return "须形如“〔2026〕3号”或“第3期”：六角括号、四位年份、序号不编虚位。"


def _date_problem(value: str) -> str | None:
    if not CHINESE_DATE.fullmatch(value):
        return "须形如“2026年1月5日”：阿拉伯数字、四位年份、月日不编虚位。"
    return None if _date(value) else "不是一个存在的日期。"


def _date(value: Any) -> date | None:
    found = CHINESE_DATE.fullmatch(value) if isinstance(value, str) else None
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _title_problem(value: str) -> str | None:
    length = len("".join(value.split()))
    return (
        f"有 {length} 个字，首页排不下，请压缩到 {LONGEST_TITLE} 个字以内。"
        if length > LONGEST_TITLE
        else None
    )


def _mark_problem(value: str | list[str]) -> str | None:
    names = [value] if isinstance(value, str) else value
    if len(names) > MOST_ORGANS:
        return f"中的机关超过 {MOST_ORGANS} 个。"
    is_long = any(len("".join(name.split())) > 34 for name in names)
    return "过长，请使用规范化简称（不超过 34 个字）。" if is_long else None


def _signature_problem(value: str | list[str]) -> str | None:
    is_many = isinstance(value, list) and len(value) > MOST_ORGANS
    return f"中的机关超过 {MOST_ORGANS} 个。" if is_many else None


def _one_of(options: tuple[str, ...]) -> Callable[[str], str | None]:
    def check(value: str) -> str | None:
        return None if value in options else f"只能是{'、'.join(options)}，不能是“{value[:20]}”。"

    return check


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "issuer_mark": _mark_problem,
    "title": _title_problem,
    "document_date": _date_problem,
    "format": _one_of(FORMATS),
    "urgency": _one_of(URGENCIES),
    "printing_date": _date_problem,
    "issuer_signature": _signature_problem,
}
_NUMBERS = {"order": _order_number_problem, "minutes": _minutes_number_problem}


def _names(value: str | list[str]) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(value)


def _without_brackets(note: str) -> str:
    note = note.strip()
    return note[1:-1] if note[:1] in {"（", "("} and note[-1:] in {"）", ")"} else note
