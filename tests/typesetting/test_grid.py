"""Page, type area, grid and page numbers (GB/T 9704-2012 5 and 7.5)."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from apps.typesetting import OfficialSheet
from tests.typesetting.paper import ADVANCE, BOTTOM, LEFT, MM, RIGHT, ROW, TOP, Paper
from tests.typesetting.sheets import NOTICE, notice, paragraphs

Printed = Callable[[OfficialSheet], Paper]
HAN = "岱海市人民政府推进政务服务标准化规范化便利化工作"


def test_5_1_the_paper_is_a4(printed: Printed) -> None:
    assert all(size == pytest.approx((210, 297), abs=0.1) for size in printed(NOTICE).sizes)


def test_5_2_1_the_type_area_is_156_by_225_with_37_above_and_28_at_the_spine(printed: Printed) -> None:
    paper = printed(notice(body=HAN * 60))
    body = [line for line in paper.lines(2) if line.base < BOTTOM]
    assert min(line.x for line in body) == pytest.approx(LEFT, abs=0.05)
    assert max(line.glyphs[-1].x + ADVANCE for line in body) == pytest.approx(RIGHT, abs=0.05)
    assert body[0].base - 0.88 * 16 * MM - (ROW - 16 * MM) / 2 == pytest.approx(TOP, abs=0.05)
    assert body[-1].base + 0.12 * 16 * MM + (ROW - 16 * MM) / 2 == pytest.approx(BOTTOM, abs=0.05)


def test_5_2_2_the_body_is_in_16_point_fangsong_and_black(printed: Printed) -> None:
    body = printed(NOTICE).find("经市政府同意，现就有关事项通知如下。")
    assert {round(glyph.size / MM, 1) for glyph in body} == {16.0}
    assert {glyph.font for glyph in body} == {"FandolFang-Regular"}
    assert {glyph.colour for glyph in body} == {(0, 0, 0)}


def test_5_2_3_a_full_page_has_22_rows_of_28_characters(printed: Printed) -> None:
    paper = printed(notice(body=HAN * 60))
    body = [line for line in paper.lines(2) if line.base < BOTTOM]
    assert [len(line.glyphs) for line in body] == [28] * 22
    assert [b.base - a.base for a, b in pairwise(body)] == pytest.approx([ROW] * 21, abs=0.01)
    steps = [b.x - a.x for line in body for a, b in pairwise(line.glyphs)]
    assert steps == pytest.approx([ADVANCE] * len(steps), abs=0.01)


def test_5_2_3_page_one_keeps_the_rows_of_the_grid(printed: Printed) -> None:
    lines = [line for line in printed(notice(body=paragraphs(9))).lines(1) if line.text.startswith("第")]
    offsets = [(line.base - TOP) / ROW % 1 for line in lines]
    assert offsets == pytest.approx([offsets[0]] * len(lines), abs=0.01)


def test_7_5_page_numbers_are_in_four_size_song_between_two_dashes(printed: Printed) -> None:
    paper = printed(notice(body=paragraphs(12)))
    number = next(line for line in paper.lines(1) if line.base > BOTTOM)
    assert number.text == "—1—"
    assert {round(glyph.size / MM) for glyph in number.glyphs} == {14}
    assert {glyph.font for glyph in number.glyphs} == {"NotoSerifSC-Regular"}


def test_7_5_the_dash_is_7_mm_below_the_type_area(printed: Printed) -> None:
    for glyph in printed(notice(body=paragraphs(12))).glyphs:
        if glyph.char == "—" and glyph.base > BOTTOM:
            assert glyph.top == pytest.approx(BOTTOM + 7, abs=0.1)


def test_7_5_odd_numbers_stand_right_and_even_ones_left_indented_by_one_character(printed: Printed) -> None:
    paper = printed(notice(body=paragraphs(20)))
    numbers = {line.page: line for line in paper.lines() if line.base > BOTTOM}
    one = 14 * MM
    assert set(numbers) >= {1, 2, 3}
    for page, line in numbers.items():
        if page % 2:
            assert line.right == pytest.approx(RIGHT - one, abs=0.4)
        else:
            assert line.left == pytest.approx(LEFT + one, abs=0.4)


def test_7_5_blank_pages_and_a_lone_imprint_carry_no_number(printed: Printed) -> None:
    crowded = "，".join(f"市直第{n}单位" for n in range(60))
    paper = printed(notice(body=paragraphs(9), cc_recipients=crowded))
    assert paper.pages == 4
    assert paper.numbers() == {1: "—1—", 2: "—2—"}
    assert paper.text(3) == ""
    assert paper.text(4).startswith("抄送")
