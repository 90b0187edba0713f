"""The body's schema: what the editor may send, and what it prints as."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import ValidationFailed
from apps.documents.body import (
    Grid,
    GridCell,
    Line,
    body_from_text,
    body_parts,
    body_text,
    body_validated,
    chinese_number,
    empty_body,
)


def paragraph(text: str) -> dict[str, Any]:
    """A paragraph node."""
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


def heading(level: int, text: str) -> dict[str, Any]:
    """A heading node."""
    return {"type": "heading", "attrs": {"level": level}, "content": [{"type": "text", "text": text}]}


def doc(*blocks: dict[str, Any]) -> dict[str, Any]:
    """A document node."""
    return {"type": "doc", "content": list(blocks)}


def test_numbers_follow_the_four_levels_and_start_again_below_each_heading() -> None:
    body = doc(
        heading(1, "总体要求"), heading(2, "目标"), heading(3, "任务"), heading(4, "细项"), heading(4, "细项"),
        heading(3, "任务"), heading(2, "原则"), heading(1, "措施"), heading(2, "组织"),
    )  # fmt: skip
    assert body_text(body).splitlines() == [
        "一、总体要求", "（一）目标", "1.任务", "（1）细项", "（2）细项", "2.任务", "（二）原则", "二、措施", "（一）组织",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")]
)
def test_chinese_numerals(number: int, words: str) -> None:
    assert chinese_number(number) == words


def test_empty_paragraphs_print_nothing() -> None:
    assert list(body_parts(doc(paragraph("甲"), {"type": "paragraph"}, paragraph("乙")))) == [
        Line(0, "甲"),
        Line(0, "乙"),
    ]


def test_a_table_prints_its_cells_and_counts_its_head_rows() -> None:
    def cell(kind: str, text: str) -> dict[str, Any]:
        return {"type": kind, "attrs": {"colspan": 1, "rowspan": 1}, "content": [paragraph(text)]}

    table = {
        "type": "table",
        "content": [
            {"type": "table_row", "content": [cell("table_header", "序号"), cell("table_header", "事项")]},
            {"type": "table_row", "content": [cell("table_cell", "1"), cell("table_cell", "防汛")]},
        ],
    }
    assert list(body_parts(body_validated(doc(table)))) == [
        Grid(((GridCell("序号"), GridCell("事项")), (GridCell("1"), GridCell("防汛"))), 1)
    ]


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "text",
        [],
        {"type": "paragraph"},
        doc({"type": "image", "attrs": {"src": "http://x/"}}),
        doc({"type": "heading", "attrs": {"level": 5}}),
        doc({"type": "heading", "attrs": {"level": "1"}}),
        doc({"type": "paragraph", "content": [{"type": "hardBreak"}]}),
        doc({"type": "paragraph", "content": "text"}),
        doc({"type": "table", "content": []}),
        doc({"type": "table", "content": [{"type": "table_row", "content": []}]}),
        doc({"type": "html", "content": "<script>alert(1)</script>"}),
    ],
)
def test_what_the_schema_does_not_know_is_refused(raw: object) -> None:
    with pytest.raises(ValidationFailed, match="没有保存"):
        body_validated(raw)


def test_marks_and_unknown_attributes_fall_off() -> None:
    raw = doc(
        {
            "type": "paragraph",
            "attrs": {"style": "color:red", "onclick": "x()"},
            "content": [{"type": "text", "text": "红", "marks": [{"type": "bold"}]}],
        }
    )
    assert body_validated(raw) == doc(paragraph("红"))


def test_markup_in_text_stays_text() -> None:
    assert (
        body_text(body_validated(doc(paragraph("<img src=x onerror=alert(1)>"))))
        == "<img src=x onerror=alert(1)>"
    )


def test_invisible_direction_marks_are_removed() -> None:
    assert body_text(body_validated(doc(paragraph("公\u202e文\u200b\x00")))) == "公文"


def test_a_text_beyond_the_limit_is_refused_with_the_limit() -> None:
    with pytest.raises(ValidationFailed, match="20万字，没有保存。内容仍在页面上"):
        body_validated(doc(*(paragraph("字" * 1000) for _ in range(201))))


def test_lines_with_numbers_become_headings_without_them() -> None:
    body = body_from_text("现通知如下：\n一、总体要求\n（一）目标\n1.任务\n（1）细项\n2026年起施行。")
    assert [node.get("attrs", {}).get("level", 0) for node in body["content"]] == [0, 1, 2, 3, 4, 0]
    assert body_text(body) == "现通知如下：\n一、总体要求\n（一）目标\n1.任务\n（1）细项\n2026年起施行。"


@given(st.lists(st.tuples(st.integers(0, 4), st.text(max_size=30)), max_size=20))
def test_validating_twice_changes_nothing_more(parts: list[tuple[int, str]]) -> None:
    raw = doc(*(heading(level, text) if level else paragraph(text) for level, text in parts))
    once = body_validated(raw)
    assert body_validated(once) == once


def test_an_empty_body_is_valid_and_prints_nothing() -> None:
    assert body_validated(empty_body()) == empty_body()
    assert body_text(empty_body()) == ""


def test_a_table_may_lie_across_and_says_so_only_then() -> None:
    cell = {"type": "table_cell", "attrs": {"colspan": 1, "rowspan": 1}, "content": [paragraph("甲")]}
    table = {"type": "table", "content": [{"type": "table_row", "content": [cell]}]}
    turned = {**table, "attrs": {"landscape": True}}
    assert body_validated(doc(turned)) == doc(turned)
    for attrs in ({"landscape": False}, {"landscape": "yes"}, {}, None, 7):
        assert body_validated(doc({**table, "attrs": attrs})) == doc(table)
    lying, upright = body_parts(doc(turned, table))
    assert (lying.landscape, upright.landscape) == (True, False)  # type: ignore[union-attr]  # both are tables
