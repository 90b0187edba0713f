"""The header block (GB/T 9704-2012 7.2)."""

from collections.abc import Callable

import pytest

from apps.typesetting import OfficialSheet
from tests.typesetting.paper import ADVANCE, LEFT, MM, RIGHT, ROW, TOP, Line, Paper, Rule
from tests.typesetting.sheets import NOTICE, notice

Printed = Callable[[OfficialSheet], Paper]
RED = (230, 0, 18)


def red_rule(paper: Paper) -> Rule:
    (rule,) = [rule for rule in paper.rules if rule.colour == RED]
    return rule


def middle(line: Line) -> float:
    return (line.left + line.right) / 2


def upward(*names: str) -> OfficialSheet:
    return notice(signatories=names, main_recipients="澜东省人民政府")


def test_7_2_3_urgency_stands_flush_left_on_the_first_row_in_hei(printed: Printed) -> None:
    line = printed(notice(urgency="特急")).lines(1)[0]
    assert line.text == "特急"
    assert line.x == pytest.approx(LEFT, abs=0.05)
    assert TOP < line.top < TOP + ROW / 2
    assert {glyph.font for glyph in line.glyphs} == {"NotoSansSC-Medium"}


@pytest.mark.parametrize(
    "mark",
    ["岱海市人民政府文件", "岱海市人民政府办公室文件", "中共岱海市委文件", "岱海市大数据发展管理局文件"],
)
def test_7_2_4_the_mark_is_red_centred_and_its_top_is_35_mm_below_the_type_area_top(
    printed: Printed, mark: str
) -> None:
    line = printed(notice(issuer_mark=mark)).line(mark)
    assert {glyph.colour for glyph in line.glyphs} == {RED}
    assert min(glyph.top for glyph in line.glyphs) == pytest.approx(TOP + 35, abs=0.3)
    assert middle(line) == pytest.approx((LEFT + RIGHT) / 2, abs=0.6)
    assert line.left >= LEFT
    assert line.right <= RIGHT


def test_7_2_4_a_long_mark_wraps_between_words_and_stays_within_the_type_area(printed: Printed) -> None:
    mark = "中共岱海市委全面深化改革委员会办公室岱海市行政审批服务局文件"
    paper = printed(notice(issuer_mark=mark))
    lines = [line for line in paper.lines(1) if line.glyphs[0].colour == RED]
    assert "".join(line.text for line in lines) == mark
    assert len(lines) == 2
    assert min(glyph.top for glyph in lines[0].glyphs) == pytest.approx(TOP + 35, abs=0.3)
    assert all(line.left >= LEFT and line.right <= RIGHT for line in lines)


def test_7_2_5_the_number_is_centred_two_rows_below_the_mark(printed: Printed) -> None:
    paper = printed(NOTICE)
    number = paper.line("岱政办发〔2026〕37号")
    mark = paper.line("岱海市人民政府办公室文件")
    assert middle(number) == pytest.approx((LEFT + RIGHT) / 2, abs=0.6)
    row_top = number.top - (ROW - 16 * MM) / 2
    assert row_top - max(glyph.bottom for glyph in mark.glyphs) == pytest.approx(2 * ROW, abs=0.5)


def test_7_2_5_upward_the_number_stands_left_indented_by_one_character(printed: Printed) -> None:
    line = printed(upward("沈亦舟")).line("岱政办发")
    assert line.x == pytest.approx(LEFT + ADVANCE, abs=0.05)


def test_7_2_6_one_signatory_stands_right_in_kai_on_the_row_of_the_number(printed: Printed) -> None:
    paper = printed(upward("沈亦舟"))
    line = paper.line("岱政办发")
    assert line.text == "岱政办发〔2026〕37号签发人：沈亦舟"
    assert line.glyphs[-1].x + ADVANCE == pytest.approx(RIGHT - ADVANCE, abs=0.1)
    assert [glyph.font for glyph in line.glyphs[-7:]] == ["FandolFang-Regular"] * 4 + [
        "FandolKai-Regular"
    ] * 3


def test_7_2_6_two_signatories_share_a_row_in_their_order(printed: Printed) -> None:
    assert printed(upward("沈亦舟", "周明远")).line("岱政办发").text.endswith("签发人：沈亦舟周明远")


@pytest.mark.parametrize("names", [("沈亦舟", "周明远", "高文澜"), ("沈亦舟", "周明远", "高文澜", "罗景明")])
def test_7_2_6_further_signatories_align_below_and_the_number_is_on_the_last_row(
    printed: Printed, names: tuple[str, ...]
) -> None:
    paper = printed(upward(*names))
    first, last = paper.line("签发人："), paper.line("岱政办发")
    assert first.text == "签发人：沈亦舟周明远"
    assert last.text == "岱政办发〔2026〕37号" + "".join(names[2:])
    assert last.base - first.base == pytest.approx(ROW, abs=0.01)
    below = {glyph.char: glyph.x for glyph in last.glyphs}
    above = {glyph.char: glyph.x for glyph in first.glyphs}
    assert below["高"] == pytest.approx(above["沈"], abs=0.05)
    if len(names) == 4:
        assert below["罗"] == pytest.approx(above["周"], abs=0.05)


def test_7_2_7_the_rule_is_red_as_wide_as_the_type_area_and_4_mm_below_the_number(printed: Printed) -> None:
    paper = printed(NOTICE)
    rule = red_rule(paper)
    assert (rule.left, rule.right) == pytest.approx((LEFT, RIGHT), abs=0.6)
    assert rule.y - paper.line("岱政办发").bottom == pytest.approx(4, abs=0.1)
    assert 0.35 <= rule.width <= 0.53


def test_7_2_7_upward_the_rule_is_4_mm_below_the_last_row(printed: Printed) -> None:
    paper = printed(upward("沈亦舟", "周明远", "高文澜"))
    assert red_rule(paper).y - paper.line("岱政办发").bottom == pytest.approx(4, abs=0.1)
