"""Title, recipients, body and attachment note (GB/T 9704-2012 7.3.1–7.3.4)."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from apps.typesetting import Cell, LayoutImpossible, OfficialSheet, Paragraph, Table, Typeset, title_lines
from tests.typesetting.paper import ADVANCE, LEFT, MM, RIGHT, ROW, Paper, row_of
from tests.typesetting.sheets import NOTICE, SENTENCE, notice, paragraphs

Printed = Callable[[OfficialSheet], Paper]
LONG_TITLE = (
    "岱海市人民政府办公室转发市发展改革委市教育局市财政局等部门"
    "关于推进全市义务教育优质均衡发展和城乡一体化若干措施的通知"
)


def test_7_3_1_the_title_starts_two_rows_below_the_rule_centred_in_two_size_biaosong(
    printed: Printed,
) -> None:
    paper = printed(NOTICE)
    rule = next(rule for rule in paper.rules if rule.colour != (0, 0, 0))
    below = [line for line in paper.lines(1) if line.base > rule.y]
    lines = below[: len(title_lines(NOTICE.title))]
    assert tuple(line.text for line in lines) == title_lines(NOTICE.title)
    assert lines[0].top - (ROW - 22 * MM) / 2 - rule.y == pytest.approx(2 * ROW, abs=0.1)
    for line in lines:
        assert (line.left + line.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=0.6)
        assert {round(glyph.size / MM) for glyph in line.glyphs} == {22}
        assert {glyph.font for glyph in line.glyphs} == {"NotoSerifSC-Bold"}


def test_7_3_1_a_title_of_four_lines_leaves_body_on_page_one(printed: Printed) -> None:
    assert len(title_lines(LONG_TITLE)) == 4
    paper = printed(notice(title=LONG_TITLE, body=paragraphs(3)))
    assert "第1段" in paper.text(1)


def test_7_3_2_the_recipients_stand_flush_left_one_row_below_the_title_and_end_in_a_colon(
    printed: Printed,
) -> None:
    paper = printed(NOTICE)
    line = paper.line("各县（区）人民政府，市政府各部门")
    title = paper.line(title_lines(NOTICE.title)[-1])
    assert line.x == pytest.approx(LEFT, abs=0.05)
    assert line.text.endswith("：")
    assert round(row_of(line.base)) - round(row_of(title.base)) == 2


def test_7_3_2_wrapped_recipients_stand_flush_left(printed: Printed) -> None:
    names = tuple(f"岱海市第{number}人民政府" for number in "一二三四五六七八九")
    lines = printed(notice(main_recipients=names)).lines(1)
    start = next(index for index, line in enumerate(lines) if line.text.startswith("岱海市第一"))
    assert [line.x for line in lines[start : start + 3]] == pytest.approx([LEFT] * 3, abs=0.05)


def test_7_3_2_forty_recipients_move_to_the_imprint_so_that_page_one_shows_body(printed: Printed) -> None:
    names = tuple(f"岱海市第{number}人民政府" for number in range(1, 41))
    paper = printed(notice(main_recipients=names, body=paragraphs(3)))
    assert "第1段" in paper.text(1)
    assert "第40人民政府" not in paper.text(1)
    assert paper.text(paper.pages).startswith("主送：岱海市第1人民政府，岱海市第2人民政府")
    assert "岱海市第40人民政府。抄送：" in paper.text(paper.pages)


def test_7_3_3_paragraphs_indent_two_characters_and_wrap_flush(printed: Printed) -> None:
    lines = printed(notice(body="请" + SENTENCE * 2)).lines(1)
    start = next(index for index, line in enumerate(lines) if line.text.startswith("请各县"))
    assert lines[start].x == pytest.approx(LEFT + 2 * ADVANCE, abs=0.05)
    assert lines[start + 1].x == pytest.approx(LEFT, abs=0.05)


def test_7_3_3_headings_have_the_faces_of_their_levels_and_the_rest_runs_in_as_body(printed: Printed) -> None:
    paper = printed(
        notice(
            body="一、提高认识\n（一）压实责任。各单位要抓好落实。\n1.完善机制。\n（1）加强督查。\n请认真执行。"
        )
    )
    faces = {
        "一、提高认识": "NotoSansSC-Medium",
        "（一）压实责任。": "FandolKai-Regular",
        "各单位要抓好落实。": "FandolFang-Regular",
        "完善机制。": "FandolFang-Regular",
        "加强督查。": "FandolFang-Regular",
    }
    for text, face in faces.items():
        assert {glyph.font for glyph in paper.find(text)} == {face}, text
        assert {round(glyph.size / MM) for glyph in paper.find(text)} == {16}
    assert paper.line("（一）").text == "（一）压实责任。各单位要抓好落实。"


def test_7_3_3_a_title_that_leaves_no_body_on_page_one_is_refused(laid_out: Callable[..., Typeset]) -> None:
    with pytest.raises(LayoutImpossible, match="首页必须显示正文"):
        laid_out(notice(title="关于" + "推进政务服务工作" * 40 + "的通知"))


def test_a_single_character_does_not_stand_on_a_line_of_its_own(printed: Printed) -> None:
    for extra in range(6):
        body = "政" * (26 + 28 + extra - 2) + "务。"
        last = [line for line in printed(notice(body=body, seal=False)).lines() if "务" in line.text[-3:]][-1]
        assert len(last.text.rstrip("。")) >= 2


def test_punctuation_neither_begins_nor_opens_at_the_end_of_a_line(printed: Printed) -> None:
    text = "根据《政务服务条例》（以下简称《条例》），按照“统一规划、分级负责”的原则，有关单位：" * 12
    for line in printed(notice(body=text)).lines():
        if line.glyphs[0].size > 15 * MM and len(line.glyphs) > 20:
            assert line.text[0] not in "，。、；：？！）》”"
            assert line.text[-1] not in "（《“"


def test_7_3_4_one_attachment_follows_an_empty_row_indented_without_number(printed: Printed) -> None:
    paper = printed(notice(body="请认真执行。", attachments=("任务分工表。",)))
    line, body = paper.line("附件："), paper.line("请认真执行。")
    assert line.text == "附件：任务分工表"
    assert line.x == pytest.approx(LEFT + 2 * ADVANCE, abs=0.05)
    assert round(row_of(line.base)) - round(row_of(body.base)) == 2


def test_7_3_4_several_attachments_are_numbered_and_wrap_below_the_first_character_of_the_name(
    printed: Printed,
) -> None:
    long = "岱海市政务服务集成办理三年行动方案任务分工及考核办法实施细则"
    lines = printed(notice(body="请认真执行。", seal=False, attachments=(long, "问题整改清单"))).lines()
    start = next(index for index, line in enumerate(lines) if line.text.startswith("附件："))
    first, wrapped, second = lines[start : start + 3]
    assert first.text.startswith("附件：1.岱海市")
    assert second.text == "2.问题整改清单"
    name = next(glyph.x for glyph in first.glyphs if glyph.char == "岱")
    assert wrapped.x == pytest.approx(name, abs=0.1)
    assert next(glyph.x for glyph in second.glyphs if glyph.char == "问") == pytest.approx(name, abs=0.1)
    assert next(glyph.x for glyph in first.glyphs if glyph.char == "1") == pytest.approx(second.x, abs=0.1)


def test_8_a_table_is_as_wide_as_the_type_area_repeats_its_head_and_the_text_after_it_is_on_the_grid(
    printed: Printed,
) -> None:
    head = tuple(map(Cell, ("序号", "任务", "责任单位")))
    rows = tuple((Cell(str(n)), Cell(f"第{n}项任务"), Cell("市大数据局")) for n in range(1, 40))
    paper = printed(
        notice(blocks=(Paragraph("任务如下。"), Table((head, *rows), 1), Paragraph("请认真执行。")))
    )
    assert all("序号任务责任单位" in paper.text(page) for page in (1, 2))
    for number in range(1, 40):
        assert paper.text().count(f"第{number}项任务") == 1
    row = row_of(paper.line("请认真执行。").base)
    assert row == pytest.approx(round(row), abs=0.02)
    lines = {round(rule.left): rule for rule in paper.rules if rule.colour == (0, 0, 0) and rule.width < 0.24}
    assert all(rule.right <= RIGHT + 0.3 for rule in lines.values())


def test_long_addresses_break_instead_of_leaving_the_type_area(printed: Printed) -> None:
    address = "https://www.example.gov.cn/" + "abcdefghij" * 12
    paper = printed(notice(body=f"请登录{address}办理。"))
    assert address in paper.text()
    assert max(glyph.right for glyph in paper.glyphs) <= RIGHT + 0.2


def test_rare_characters_of_names_come_from_the_next_font_of_the_chain(printed: Printed) -> None:
    glyphs = printed(notice(body="䶮㛃喆镕堃等同志。")).find("䶮㛃喆镕堃等")
    assert [glyph.font for glyph in glyphs] == ["NotoSerifSC-Light"] * 5 + ["FandolFang-Regular"]
    assert [b.x - a.x for a, b in pairwise(glyphs)] == pytest.approx([ADVANCE] * 5, abs=0.01)
