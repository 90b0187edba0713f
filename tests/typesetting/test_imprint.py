"""The imprint block (GB/T 9704-2012 7.4)."""

from collections.abc import Callable

import pytest

from apps.typesetting import LayoutImpossible, OfficialSheet, Typeset
from tests.typesetting.paper import BOTTOM, LEFT, MM, RIGHT, Paper, Rule
from tests.typesetting.sheets import NOTICE, notice, paragraphs

Printed = Callable[[OfficialSheet], Paper]
FOUR = 14 * MM


def lines(paper: Paper) -> list[Rule]:
    return sorted((rule for rule in paper.rules if rule.colour == (0, 0, 0)), key=lambda rule: rule.y)


def test_7_4_1_first_and_last_line_are_thick_the_middle_one_thin_all_as_wide_as_the_type_area(
    printed: Printed,
) -> None:
    found = lines(printed(NOTICE))
    assert [rule.width for rule in found] == pytest.approx([0.35, 0.25, 0.35], abs=0.01)
    for rule in found:
        assert (rule.left, rule.right) == pytest.approx((LEFT, RIGHT), abs=0.5)


@pytest.mark.parametrize("count", range(1, 16, 2))
def test_7_4_1_the_last_line_is_the_bottom_of_the_type_area_of_the_last_even_page(
    printed: Printed, count: int
) -> None:
    paper = printed(notice(body=paragraphs(count)))
    last = lines(paper)[-1]
    assert last.y == pytest.approx(BOTTOM, abs=0.1)
    assert last.page == paper.pages
    assert paper.pages % 2 == 0


def test_7_4_1_on_request_the_imprint_shares_an_odd_page_that_has_room(printed: Printed) -> None:
    paper = printed(notice(body="请认真执行。", seal=False, even_imprint=False, main_recipients="市教育局"))
    assert paper.pages == 1
    assert lines(paper)[-1].y == pytest.approx(BOTTOM, abs=0.1)


def test_7_4_2_copies_are_in_four_size_indented_one_character_aligned_after_the_colon_and_end_in_a_stop(
    printed: Printed,
) -> None:
    names = tuple(f"市直属第{number}单位" for number in range(1, 12))
    paper = printed(notice(cc_recipients=names))
    found = [line for line in paper.lines(paper.pages) if line.top > lines(paper)[0].y and line.base < BOTTOM]
    first, second = found[0], found[1]
    assert first.text.startswith("抄送：市直属第1单位，")
    assert first.x == pytest.approx(LEFT + FOUR, abs=0.05)
    assert second.x == pytest.approx(LEFT + 4 * FOUR, abs=0.05)
    assert {round(glyph.size / MM) for line in found for glyph in line.glyphs} == {14}
    assert "市直属第11单位。" in paper.text(paper.pages)
    assert max(line.right for line in found) <= RIGHT - FOUR + 0.3


def test_7_4_3_organ_left_and_date_right_are_on_the_row_above_the_last_line(printed: Printed) -> None:
    paper = printed(NOTICE)
    row = next(line for line in paper.lines(paper.pages) if line.text.endswith("印发"))
    assert row.text == "岱海市人民政府办公室2026年11月23日印发"
    assert row.x == pytest.approx(LEFT + FOUR, abs=0.05)
    assert row.glyphs[-1].x + FOUR == pytest.approx(RIGHT - FOUR, abs=0.05)
    assert 0 < lines(paper)[-1].y - row.bottom < 5


def test_7_4_2_moved_recipients_stand_above_the_copies_without_a_line_between(printed: Printed) -> None:
    names = tuple(f"岱海市第{number}人民政府" for number in range(1, 41))
    paper = printed(notice(main_recipients=names))
    copies = paper.line("抄送：")
    assert [rule.width for rule in lines(paper)] == pytest.approx([0.35, 0.25, 0.35], abs=0.01)
    assert lines(paper)[0].y < paper.line("主送：").top < copies.top < lines(paper)[1].y


def test_an_imprint_that_would_collide_moves_to_the_next_even_page(printed: Printed) -> None:
    """A blank unnumbered page and the unnumbered page of the imprint follow page 2."""
    crowded = "，".join(f"市直第{number}单位" for number in range(70))
    shared = printed(notice(body=paragraphs(6)))
    moved = printed(notice(body=paragraphs(6), cc_recipients=crowded))
    assert shared.pages == 2
    assert shared.numbers() == {1: "—1—", 2: "—2—"}
    assert moved.pages == 4
    assert moved.text(3) == ""
    assert moved.numbers() == {1: "—1—", 2: "—2—"}


def test_a_document_without_copies_and_printing_organ_has_no_imprint(printed: Printed) -> None:
    paper = printed(notice(cc_recipients="", printing_organ="", printing_date=""))
    assert lines(paper) == []
    assert paper.pages == 1


def test_recipients_beyond_one_page_of_imprint_are_refused(laid_out: Callable[..., Typeset]) -> None:
    with pytest.raises(LayoutImpossible, match="版记一页排不下"):
        laid_out(notice(cc_recipients=tuple(f"岱海市第{number}人民政府办公室" for number in range(200))))
