"""Letter, order, minutes, joint issue, tables turned by a quarter (GB/T 9704-2012 7.2.4, 7.3.5, 8, 10)."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from apps.typesetting import Cell, LayoutImpossible, OfficialSheet, Paragraph, Table, Typeset, seal_svg
from tests.typesetting.paper import ADVANCE, BOTTOM, LEFT, MM, RIGHT, ROW, TOP, Line, Paper
from tests.typesetting.sheets import NOTICE, notice, paragraphs

Printed = Callable[..., Paper]
LaidOut = Callable[..., Typeset]
RED = (230, 0, 18)
LETTER = notice(
    format="letter",
    issuer_mark="岱海市人民政府办公室",
    document_number="岱政办函〔2026〕12号",
    title="岱海市人民政府办公室关于政务服务有关事项的复函",
    urgency="加急",
    body=paragraphs(12),
)
ORDER = notice(
    format="order",
    issuer_mark="岱海市人民政府令",
    document_number="第17号",
    body="《岱海市政务数据管理办法》已经市人民政府常务会议审议通过，现予公布，自2026年3月1日起施行。",
    signer_post="市长",
    signer_name="沈亦舟",
    seal=False,
)
MINUTES = notice(
    format="minutes",
    issuer_mark="岱海市人民政府常务会议纪要",
    document_number="〔2026〕3号",
    title="市政府第12次常务会议纪要",
    seal=False,
    attendance=(
        ("出席", "沈亦舟，周明远，高文澜，罗景明，谢致远，林知夏，许若溪，何书航，罗嘉木，宋时雨"),
        ("请假", "白露"),
        ("列席", "秦朗月，方守诚"),
    ),
)
ORGANS = ("岱海市教育局", "岱海市财政局", "岱海市大数据局", "岱海市水利局", "岱海市交通局", "岱海市统计局")


def joint(count: int, **changes: object) -> OfficialSheet:
    names = ORGANS[:count]
    return replace(
        NOTICE,
        issuer_mark=(*names[:-1], f"{names[-1]}文件"),
        issuer_signature=names,
        seal_diameter_mm=42.0,
        **changes,  # type: ignore[arg-type]  # a test names fields of the sheet
    )


def ink_top(line: Line) -> float:
    return min(glyph.top for glyph in line.glyphs)


def ink_bottom(line: Line) -> float:
    return max(glyph.bottom for glyph in line.glyphs)


def red_rules(paper: Paper, page: int = 1) -> list[tuple[float, float, float, float]]:
    rules = [rule for rule in paper.rules if rule.colour == RED and rule.page == page]
    return sorted((rule.y, rule.width, rule.left, rule.right) for rule in rules)


def test_10_1_the_mark_of_a_letter_starts_30_mm_below_the_edge_of_the_page(printed: Printed) -> None:
    mark = printed(LETTER).line("岱海市人民政府办公室")
    assert ink_top(mark) == pytest.approx(30, abs=0.3)
    assert {glyph.colour for glyph in mark.glyphs} == {RED}


def test_10_1_a_thick_and_a_thin_rule_4_mm_below_it_thin_and_thick_20_mm_above_the_lower_edge(
    printed: Printed,
) -> None:
    paper = printed(LETTER)
    upper_thick, upper_thin, lower_thin, lower_thick = red_rules(paper)
    assert upper_thick[0] - upper_thick[1] / 2 - ink_bottom(
        paper.line("岱海市人民政府办公室")
    ) == pytest.approx(4, abs=0.4)
    assert upper_thick[1] > upper_thin[1]
    assert lower_thin[1] < lower_thick[1]
    assert lower_thin[0] - lower_thin[1] / 2 == pytest.approx(277, abs=0.2)
    for _, _, left, right in (upper_thick, upper_thin, lower_thin, lower_thick):
        assert right - left == pytest.approx(170, abs=1.7)  # bounds with the ends of the stroke
        assert (left + right) / 2 == pytest.approx(105, abs=0.3)
    assert red_rules(paper, page=2) == []


def test_10_1_urgency_stands_left_and_the_number_right_seven_eighths_of_a_character_below_the_rule(
    printed: Printed,
) -> None:
    paper = printed(LETTER)
    line = paper.line("加急")
    assert line.text == "加急岱政办函〔2026〕12号"
    assert line.glyphs[0].x == pytest.approx(LEFT, abs=0.05)
    assert line.glyphs[-1].x + ADVANCE == pytest.approx(RIGHT, abs=0.3)
    thin = red_rules(paper)[1]
    assert line.top - (thin[0] + thin[1] / 2) == pytest.approx(7 / 8 * 16 * MM, abs=0.2)


def test_10_1_the_first_page_of_a_letter_has_no_number_the_second_has(printed: Printed) -> None:
    assert {page: text for page, text in printed(LETTER).numbers().items() if "—" in text} == {2: "—2—"}


def test_10_1_the_imprint_of_a_letter_has_neither_rules_nor_printing_organ(printed: Printed) -> None:
    paper = printed(LETTER)
    assert "印发" not in paper.text()
    assert [rule for rule in paper.rules if rule.colour != RED] == []
    copies = paper.line("抄送：")
    assert copies.glyphs[0].page == paper.pages == 2
    assert copies.bottom == pytest.approx(BOTTOM, abs=4)


def test_10_2_the_mark_of_an_order_starts_20_mm_below_the_type_area_and_its_number_two_rows_below(
    printed: Printed,
) -> None:
    paper = printed(ORDER)
    mark, number = paper.line("岱海市人民政府令"), paper.line("第17号")
    assert ink_top(mark) == pytest.approx(TOP + 20, abs=0.3)
    assert number.top - (ROW - 16 * MM) / 2 - ink_bottom(mark) == pytest.approx(2 * ROW, abs=0.5)
    assert (number.left + number.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=0.6)
    body = paper.line("《岱海市政务数据管理办法》")
    assert body.base - number.base == pytest.approx(3 * ROW, abs=0.1)
    assert NOTICE.title not in paper.text()


def test_7_3_5_3_the_stamp_stands_four_characters_from_the_right_two_rows_below_the_text(
    printed: Printed,
) -> None:
    paper = printed(ORDER)
    post, date = paper.find("市长")[0], paper.find("2026年11月22日")
    assert date[-1].x + ADVANCE == pytest.approx(RIGHT - 4 * ADVANCE, abs=0.3)
    name = paper.find("沈亦舟")
    assert {glyph.colour for glyph in name} == {RED}
    assert paper.find("市长")[1].x + ADVANCE < min(glyph.left for glyph in name)
    middle = (min(glyph.top for glyph in name) + max(glyph.bottom for glyph in name)) / 2
    assert (post.top + post.bottom) / 2 == pytest.approx(middle, abs=1)
    last = paper.find("起施行。")[-1]
    assert date[0].base - last.base == pytest.approx(6 * ROW, abs=0.1)


def test_7_3_5_3_a_drawn_signature_takes_the_place_of_the_printed_name(printed: Printed) -> None:
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M1 1L39 19" stroke="#e60012"/></svg>'
    assert "沈亦舟" not in printed(replace(ORDER, stamp_svg=drawn)).text()


def test_10_3_minutes_name_those_present_below_the_body_wrapped_behind_the_colon(printed: Printed) -> None:
    paper = printed(MINUTES)
    assert ink_top(paper.line("岱海市人民政府常务会议纪要")) == pytest.approx(TOP + 35, abs=0.3)
    present, body = paper.line("出席："), paper.line("特此通知。")
    assert present.base - body.base == pytest.approx(2 * ROW, abs=0.1)
    assert present.x == pytest.approx(LEFT + 2 * ADVANCE, abs=0.05)
    assert {glyph.font for glyph in present.glyphs[:3]} == {"NotoSansSC-Medium"}
    lines = paper.lines(1)
    wrapped = lines[[line.base for line in lines].index(present.base) + 1]
    assert wrapped.x == pytest.approx(LEFT + 5 * ADVANCE, abs=0.05)
    assert paper.line("列席：").base > paper.line("请假：").base > wrapped.base
    assert "主送" not in paper.text(1)


def test_minutes_state_organ_and_date_over_the_rule_and_carry_no_signature(printed: Printed) -> None:
    line = printed(MINUTES).line("岱海市人民政府办公室")
    assert line.text == "岱海市人民政府办公室2026年11月22日"
    assert printed(MINUTES).text().count("2026年11月22日") == 1


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_7_3_5_1_seals_of_a_joint_issue_stand_over_their_names_and_do_not_touch(
    laid_out: LaidOut, printed: Printed, count: int
) -> None:
    sheet = joint(count, blocks=tuple(Paragraph(line) for line in paragraphs(4).splitlines()))
    boxes, paper = laid_out(sheet).seal_boxes, printed(sheet)
    assert len(boxes) == count
    assert len({box.page for box in boxes}) == 1
    page = boxes[0].page
    for box, name in zip(boxes, ORGANS, strict=False):
        glyphs = paper.find_on(page, name)
        middle = (glyphs[0].left + glyphs[-1].right) / 2
        assert middle == pytest.approx(box.x_mm + box.diameter_mm / 2, abs=0.8)
        assert box.y_mm < glyphs[0].top < box.y_mm + box.diameter_mm
        assert box.x_mm >= LEFT
        assert box.x_mm + box.diameter_mm <= RIGHT
    for one, other in combinations(boxes, 2):
        apart_x, apart_y = abs(one.x_mm - other.x_mm), abs(one.y_mm - other.y_mm)
        assert max(apart_x, apart_y) > one.diameter_mm
    date = paper.find_on(page, "2026年11月22日")
    last = boxes[-1]
    assert (date[0].left + date[-1].right) / 2 == pytest.approx(last.x_mm + last.diameter_mm / 2, abs=0.8)


def test_7_2_4_a_joint_mark_has_the_lead_organ_first_and_the_word_to_the_right_in_the_middle(
    printed: Printed,
) -> None:
    paper = printed(joint(3))
    red = [line for line in paper.lines(1) if line.glyphs[0].colour == RED]
    assert min(glyph.top for line in red for glyph in line.glyphs) == pytest.approx(TOP + 35, abs=0.5)
    word = [glyph for line in red for glyph in line.glyphs if glyph.char in "文件"]
    names = [glyph for line in red for glyph in line.glyphs if glyph.char not in "文件"]
    assert min(glyph.left for glyph in word) > max(glyph.right for glyph in names)
    middle = (min(g.top for g in names) + max(g.bottom for g in names)) / 2
    assert (min(g.top for g in word) + max(g.bottom for g in word)) / 2 == pytest.approx(middle, abs=1)
    tops = {name: paper.find_on(1, name)[0].top for name in ORGANS[:3]}
    assert sorted(tops, key=lambda name: tops[name]) == list(ORGANS[:3])


def test_7_3_5_2_unsealed_joint_signatures_stand_below_each_other_the_lead_organ_first(
    printed: Printed,
) -> None:
    paper = printed(joint(3, seal=False))
    rows = [paper.find_last(name) for name in (*ORGANS[:3], "2026年11月22日")]
    bases = [row[0].base for row in rows]
    assert [b - a for a, b in pairwise(bases)] == pytest.approx([ROW] * 3, abs=0.05)
    assert len({row[0].page for row in rows}) == 1


def test_more_than_six_organs_are_refused(laid_out: LaidOut) -> None:
    with pytest.raises(LayoutImpossible, match="不超过6个"):
        laid_out(replace(NOTICE, issuer_signature=tuple(f"岱海市第{number}局" for number in range(7))))


def test_8_a_landscape_table_lies_with_its_head_to_the_left_and_the_page_number_stays(
    printed: Printed,
) -> None:
    rows = tuple(
        tuple(Cell(f"{row}行{column}" if row else f"列{column}") for column in range(8)) for row in range(40)
    )
    sheet = notice(even_imprint=False)
    sheet = replace(
        sheet, blocks=(Paragraph("请见下表。"), Table(rows, 1, landscape=True), Paragraph("请认真落实。"))
    )
    paper = printed(sheet)
    on_two = [glyph for glyph in paper.glyphs if glyph.page == 2 and glyph.base < BOTTOM]
    head = [glyph for glyph in on_two if glyph.char == "列"]
    assert len(head) == 8
    assert max(glyph.right for glyph in head) < min(glyph.left for glyph in on_two if glyph.char == "行")
    assert all(glyph.left >= LEFT - 0.1 and glyph.right <= RIGHT + 0.1 for glyph in on_two)
    assert "—2—" in paper.numbers()[2].replace(" ", "")
    assert [glyph for glyph in paper.glyphs if glyph.page == 3 and glyph.char == "列"], "the head repeats"


def test_a_landscape_table_whose_rows_no_page_holds_is_refused(laid_out: LaidOut) -> None:
    rows = tuple((Cell("甲", rowspan=60), Cell("乙")) if row == 0 else (Cell("乙"),) for row in range(60))
    with pytest.raises(LayoutImpossible, match="请拆分后重试"):
        laid_out(
            replace(
                NOTICE, blocks=(Paragraph("请见下表。"), Table(rows, landscape=True), Paragraph("特此通知。"))
            )
        )


def test_a_landscape_table_may_not_end_the_text(laid_out: LaidOut) -> None:
    table = Table(((Cell("甲"), Cell("乙")),), landscape=True)
    with pytest.raises(LayoutImpossible, match="横排表格之后须有正文"):
        laid_out(replace(NOTICE, blocks=(Paragraph("请见下表。"), table)))


@pytest.mark.parametrize(
    "sheet", [LETTER, ORDER, MINUTES, joint(6)], ids=["letter", "order", "minutes", "joint"]
)
def test_the_same_sheet_gives_the_same_bytes_with_its_specimen_seals(
    laid_out: LaidOut, sheet: OfficialSheet
) -> None:
    seals = tuple(seal_svg(name, 42, "样章") for name in sheet.signatures)
    assert laid_out(sheet, seal_svgs=seals).pdf == laid_out(sheet, seal_svgs=seals).pdf


def test_7_3_5_3_a_joint_order_has_one_signer_a_line_posts_and_stamps_below_each_other(
    printed: Printed,
) -> None:
    sheet = replace(
        ORDER,
        issuer_mark=("岱海市教育局", "岱海市财政局令"),
        issuer_signature=("岱海市教育局", "岱海市财政局"),
        signer_post="岱海市教育局局长",
        joint_signers=(("岱海市财政局局长", "谢致远", ""),),
    )
    paper = printed(sheet)
    lead, other = paper.find("岱海市教育局局长"), paper.find("岱海市财政局局长")
    assert lead[0].x == pytest.approx(other[0].x, abs=0.1)
    assert other[0].base - lead[0].base == pytest.approx(3 * ROW, abs=0.1)
    names = [paper.find(name) for name in ("沈亦舟", "谢致远")]
    assert names[0][0].x == pytest.approx(names[1][0].x, abs=0.1)
    assert {glyph.colour for name in names for glyph in name} == {RED}
    date = paper.find("2026年11月22日")
    assert date[0].base - other[0].base == pytest.approx(2.5 * ROW, abs=0.6)
    assert date[-1].x + ADVANCE == pytest.approx(RIGHT - 4 * ADVANCE, abs=0.3)
