"""The small form of an announcement: its fields, and whether answers fit them (pure).

A field is `{"key", "label", "kind", "required", "options"}`; answers are `{key: text}` (people: a line each). Numbers are written
as people write them and compared as decimals; dates are ISO.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from apps.core.given import day_given

FIELD_LIMIT = 20
OPTION_LIMIT = 30
LABEL_LENGTH = 40
ANSWER_LENGTH = 2000
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")


class Kind(StrEnum):
    """What may be asked."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YESNO = "yesno"
    PEOPLE = "people"


KIND_NAMES = {
    Kind.TEXT: "文字", Kind.NUMBER: "数字", Kind.DATE: "日期", Kind.CHOICE: "单选", Kind.YESNO: "是/否", Kind.PEOPLE: "人员名单",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question."""

    key: str
    label: str
    kind: Kind
    required: bool = False
    options: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "key": self.key,
            "label": self.label,
            "kind": str(self.kind),
            "required": self.required,
            "options": list(self.options),
        }


def fields_of(data: list[dict[str, Any]]) -> list[Field]:
    """The fields as kept."""
    return [
        Field(
            key=one["key"],
            label=one["label"],
            kind=Kind(one["kind"]),
            required=one["required"],
            options=tuple(one["options"]),
        )
        for one in data
    ]


def fields_checked(rows: list[tuple[str, str, bool, str]]) -> tuple[list[Field], list[str]]:
    """Fields from rows of (label, kind, required, options separated by 、，,; or space), empty ones passed over; and the mistakes."""
    fields: list[Field] = []
    mistakes: list[str] = []
    for label, kind, required, raw in rows:
        name = " ".join(label.split())
        if not name:
            continue
        options = tuple(dict.fromkeys(_split(raw))) if kind == Kind.CHOICE else ()
        if kind not in set(Kind):
            mistakes.append(f"“{name}”的类型无法识别。")
            continue
        if len(name) > LABEL_LENGTH:
            mistakes.append(f"“{name[:10]}…”超过 {LABEL_LENGTH} 字。")
        if any(field.label == name for field in fields):
            mistakes.append(f"“{name}”重复。")
        if kind == Kind.CHOICE and not 2 <= len(options) <= OPTION_LIMIT:
            mistakes.append(f"“{name}”的选项应为 2 至 {OPTION_LIMIT} 个。")
        fields.append(
            Field(key=f"f{len(fields) + 1}", label=name, kind=Kind(kind), required=required, options=options)
        )
    if len(fields) > FIELD_LIMIT:
        mistakes.append(f"回执项目最多 {FIELD_LIMIT} 项。")
    return fields, mistakes


def _split(raw: str) -> list[str]:
    for mark in "，,；;|\n":
        raw = raw.replace(mark, "、")
    return [part.strip() for part in raw.split("、") if part.strip()]


def answers_checked(fields: list[Field], given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Answers by key, cleaned; and field → what is wrong with it."""
    answers: dict[str, str] = {}
    mistakes: dict[str, str] = {}
    for field in fields:
        text = given.get(field.key, "").strip()
        if not text:
            if field.required:
                mistakes[field.key] = f"请填写“{field.label}”。"
            continue
        if wrong := _wrong(field, text):
            mistakes[field.key] = wrong
        else:
            answers[field.key] = text
    return answers, mistakes


def _wrong(field: Field, text: str) -> str:
    if len(text) > ANSWER_LENGTH:
        return f"“{field.label}”不能超过 {ANSWER_LENGTH} 字。"
    if "\x00" in text:
        return f"“{field.label}”中有无法保存的字符。"
    fits, words = {
        Kind.NUMBER: (number_of(text) is not None, "应为数字，整数部分最多 15 位，小数最多 6 位"),
        Kind.DATE: (day_given(text) is not None, "应为日期"),
        Kind.CHOICE: (text in field.options, "请从选项中选择"),
        Kind.YESNO: (text in {"是", "否"}, "请选择是或否"),
    }.get(field.kind, (True, ""))
    return "" if fits else f"“{field.label}”{words}。"


def number_of(text: str) -> Decimal | None:
    """The number a person wrote, full-width digits and separators of thousands included; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    return Decimal(plain) if NUMBER.fullmatch(plain) else None


def total_of(field: Field, answers: list[dict[str, str]]) -> str:
    """What all answers to a field come to, in words: a sum, counts of choices, how many names."""
    given = [answer[field.key] for answer in answers if field.key in answer]
    if field.kind is Kind.NUMBER:
        numbers = [number for text in given if (number := number_of(text)) is not None]
        others = len(given) - len(numbers)
        return f"合计 {sum(numbers, Decimal(0)):f}" + (f"，另有 {others} 份不是数字" if others else "")
    if field.kind in {Kind.CHOICE, Kind.YESNO}:
        options = field.options or ("是", "否")
        return "，".join(f"{option} {given.count(option)}" for option in options)
    if field.kind is Kind.PEOPLE:
        return f"共 {sum(len(text.splitlines()) for text in given)} 人"
    return f"{len(given)} 份填写"
