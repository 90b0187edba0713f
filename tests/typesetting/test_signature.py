"""Signature, date, seal and note (GB/T 9704-2012 7.3.5, 7.3.6)."""

from collections.abc import Callable

import pypdfium2
import pytest

from apps.typesetting import OfficialSheet, Typeset, seal_svg
from tests.typesetting.paper import ADVANCE, BOTTOM, LEFT, RIGHT, ROW, TOP, Glyph, Paper, read, row_of
from tests.typesetting.pictures import red_extent
from tests.typesetting.sheets import notice, paragraphs

Printed = Callable[[OfficialSheet], Paper]
LaidOut = Callable[[OfficialSheet], Typeset]
DATE = "2026年11月22日"


def row(paper: Paper, text: str) -> int:
    return round(row_of(paper.find(text)[0].base))


def span(paper: Paper, text: str) -> tuple[float, float]:
    glyphs = paper.find(text)
    return min(glyph.left for glyph in glyphs), max(glyph.right for glyph in glyphs)


def middle(glyphs: list[Glyph]) -> float:
    """Middle of the characters' boxes; ink is not symmetrical in its box."""
    return (glyphs[0].x + glyphs[-1].x + ADVANCE) / 2


def test_7_3_5_1_sealed_the_date_ends_four_characters_from_the_right(printed: Printed) -> None:
    last = printed(notice()).find(DATE)[-1]
    assert last.x + ADVANCE == pytest.approx(RIGHT - 4 * ADVANCE, abs=0.1)


def test_7_3_5_1_sealed_the_name_is_centred_on_the_date_on_the_row_above(printed: Printed) -> None:
    paper = printed(notice(body="请认真执行。", cc_recipients="", printing_organ="", printing_date=""))
    glyphs = paper.find("岱海市人民政府办公室" + DATE)
    assert middle(glyphs[:10]) == pytest.approx(middle(glyphs[10:]), abs=0.15)
    assert row(paper, DATE) - round(row_of(glyphs[0].base)) == 1
    assert row(paper, DATE) - row(paper, "请认真执行。") == 4


@pytest.mark.parametrize("diameter", [42.0, 45.0, 50.0])
def test_7_3_5_1_the_seal_is_within_one_row_of_the_text_and_presses_name_and_date(
    laid_out: LaidOut, diameter: float
) -> None:
    typeset = laid_out(notice(body="请认真执行。", seal_diameter_mm=diameter))
    paper, box = read(typeset.pdf), typeset.seal_box
    assert box is not None
    text_end = TOP + (row(paper, "请认真执行。") + 1) * ROW
    assert 0 < box.y_mm - text_end <= ROW
    assert box.x_mm + diameter / 2 == pytest.approx(middle(paper.find(DATE)), abs=0.15)
    date_bottom = paper.find(DATE)[0].base
    name_top = date_bottom - 2 * ROW
    assert box.y_mm < name_top
    assert date_bottom < box.y_mm + diameter
    assert box.x_mm >= LEFT
    assert box.x_mm + diameter <= RIGHT


def test_7_3_5_1_the_seal_is_printed_red_where_the_box_says(
    laid_out: Callable[..., Typeset],
) -> None:
    typeset = laid_out(notice(body="请认真执行。"), seal_svgs=(seal_svg("岱海市人民政府办公室", 45, "样章"),))
    box = typeset.seal_box
    assert box is not None
    image = pypdfium2.PdfDocument(typeset.pdf)[box.page - 1].render(scale=4).to_pil().convert("RGB")
    expected = (box.x_mm, box.y_mm, box.x_mm + 45, box.y_mm + 45)
    assert red_extent(image, below=140) == pytest.approx(expected, abs=0.4)


def test_7_3_5_1_a_name_wider_than_the_date_stays_within_the_type_area(laid_out: LaidOut) -> None:
    name = "岱海市人民政府推进政府职能转变和放管服改革协调小组办公室"
    typeset = laid_out(notice(issuer_signature=name))
    left, right = span(read(typeset.pdf), name + DATE)
    assert left >= LEFT - 0.1
    assert right <= RIGHT + 0.1


def test_7_3_5_2_unsealed_the_name_is_two_characters_from_the_right_below_one_empty_row(
    printed: Printed,
) -> None:
    paper = printed(
        notice(body="请认真执行。", seal=False, cc_recipients="", printing_organ="", printing_date="")
    )
    glyphs = paper.find("岱海市人民政府办公室" + DATE)
    name, date = glyphs[:10], glyphs[10:]
    assert name[-1].x + ADVANCE == pytest.approx(RIGHT - 2 * ADVANCE, abs=0.1)
    assert round(row_of(name[0].base)) - row(paper, "请认真执行。") == 2
    assert date[0].x - name[0].x == pytest.approx(2 * ADVANCE, abs=0.1)
    assert round(row_of(date[0].base)) - round(row_of(name[0].base)) == 1


def test_7_3_5_2_unsealed_a_date_longer_than_the_name_is_two_characters_from_the_right(
    printed: Printed,
) -> None:
    paper = printed(notice(seal=False, issuer_signature="岱海市政府", cc_recipients="", printing_organ=""))
    glyphs = paper.find("岱海市政府" + DATE)
    assert glyphs[-1].x + ADVANCE == pytest.approx(RIGHT - 2 * ADVANCE, abs=0.1)
    assert glyphs[5].x - glyphs[0].x == pytest.approx(2 * ADVANCE, abs=0.1)


@pytest.mark.parametrize("count", range(1, 14))
@pytest.mark.parametrize("seal", [True, False])
def test_7_3_5_5_the_page_of_the_signature_shows_text_wherever_the_body_ends(
    laid_out: LaidOut, *, count: int, seal: bool
) -> None:
    typeset = laid_out(notice(body="\n".join(["请各单位认真执行。"] * count), seal=seal))
    paper = read(typeset.pdf)
    assert (
        paper.find("请各单位认真执行。" + "岱海市人民政府办公室" + DATE)[0].page == paper.find(DATE)[0].page
    )
    if typeset.seal_box:
        assert typeset.seal_box.page == paper.find(DATE)[0].page
        assert typeset.seal_box.y_mm + typeset.seal_box.diameter_mm <= BOTTOM


def test_7_3_5_5_a_one_line_body_is_drawn_closer_rather_than_parted_from_page_one_or_from_the_seal(
    laid_out: LaidOut,
) -> None:
    title = (
        "岱海市人民政府办公室关于做好2026年元旦春节期间安全生产信访稳定市场供应和值班值守有关工作的紧急通知"
    )
    typeset = laid_out(
        notice(
            title=title,
            signatories=("沈亦舟", "周明远", "高文澜"),
            body="请认真执行。",
            main_recipients="省政府",
        )
    )
    paper = read(typeset.pdf)
    assert paper.find("请认真执行。")[0].page == paper.find(DATE)[0].page == 1
    assert any("行距已调整" in warning for warning in typeset.warnings)


def test_7_3_6_the_note_stands_in_brackets_indented_two_characters_below_the_date(printed: Printed) -> None:
    paper = printed(notice(note="此件公开发布"))
    note = paper.find("（此件公开发布）")
    assert round(row_of(note[0].base)) - row(paper, DATE) == 1
    assert note[1].x == pytest.approx(LEFT + 3 * ADVANCE, abs=0.6 * ADVANCE)


def test_the_last_line_of_a_long_body_goes_with_the_seal_alone(laid_out: LaidOut) -> None:
    for count in range(3, 9):
        typeset = laid_out(notice(body=paragraphs(count)))
        paper = read(typeset.pdf)
        assert typeset.seal_box is not None
        page = typeset.seal_box.page
        assert "落到实处。岱海市人民政府办公室" in paper.text(page).replace("—", "")
