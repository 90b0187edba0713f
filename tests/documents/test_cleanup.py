"""一键排版: the expected heading tree of a real messy text was written down by reading it."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import ValidationFailed
from apps.documents.body import body_from_text
from apps.documents.cleanup import Change, Cleaned, change_undone, text_cleaned
from tests.helpers.depth import first_quick

PLAN = (Path(__file__).parent.parent / "data" / "digital-government-plan.raw.txt").read_text()
# Level 2 under each level 1, level 3 under each level 2, in the order of the pasted text (its second chapter comes last).
TREE = [[0, 0, 3, 3], [0, 2, 2, 2], [0, 0, 0, 3], [1]]
# Allowed leftovers: the document's title runs into its first paragraph; quotes lost by the scanner stay lost; a sentence with an
# odd number of quotes keeps them; “灯塔一党建” and “数纽数 湖数网” are misread words; “2023年年底” is the source's own.
PIECES = st.lists(
    st.sampled_from(
        ["一、", "(二)", "3 .", "正文内容", "。", ",", " ", "\n", '"', "(2026) 3号", "4、", "”", "甲乙"]
    ),
    max_size=40,
)


def tree(text: str) -> list[list[int]]:
    """Headings below headings."""
    found: list[list[int]] = []
    for node in body_from_text(text)["content"]:
        level = node.get("attrs", {}).get("level", 0)
        if level == 1:
            found.append([])
        elif level == 2:
            found[-1].append(0)
        elif level == 3:
            found[-1][-1] += 1
    return found


def words(text: str) -> str:
    """Chinese characters that cannot be part of a heading's number."""
    return re.sub(r"[^\u3400-\u9fff]|[一二三四五六七八九十]", "", text)


def test_the_plan_gets_the_tree_its_reader_wrote_down() -> None:
    cleaned = text_cleaned(PLAN)
    assert tree(cleaned.text) == TREE
    assert words(cleaned.text) == words(PLAN)


def test_the_plan_has_its_brackets_marks_and_lines_mended() -> None:
    cleaned = text_cleaned(PLAN)
    assert "国发〔2022〕14号" in cleaned.text
    assert not re.search(r"[\u3400-\u9fff] [\u3400-\u9fff]|[\u3400-\u9fff][,;()]", cleaned.text)
    assert "为建设新时代现代化强省" in cleaned.text
    assert (
        "\n四、全面建设高效协同的施政履职数字化工作体系\n（一）提升经济社会调节数字化水平。\n" in cleaned.text
    )
    assert "\n三、全面建设集约先进的基础支撑体系\n深入实施" in cleaned.text
    assert Counter(change.rule for change in cleaned.changes)["chunk"] == 24


def test_clean_text_is_left_alone() -> None:
    once = text_cleaned(PLAN)
    assert text_cleaned(once.text) == Cleaned(once.text, ())


def test_a_change_is_taken_back_alone() -> None:
    cleaned = text_cleaned("请于明天前报送,不得延误。")
    assert cleaned.text == "请于明天前报送，不得延误。"
    assert change_undone(cleaned, cleaned.changes[0]) == Cleaned("请于明天前报送,不得延误。", ())


def test_a_point_that_ends_a_paragraph_becomes_a_full_stop_and_others_stay() -> None:
    text = "请按时报送,不得延误.\n增长3.5,其中工业.服务业见附件1.\n认真落实."
    assert text_cleaned(text).text == "请按时报送，不得延误。\n增长3.5，其中工业.服务业见附件1.\n认真落实。"


def test_a_change_that_is_not_there_cannot_be_taken_back() -> None:
    with pytest.raises(ValidationFailed):
        change_undone(text_cleaned("好。"), Change("mark", 0, ",", "，"))


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_no_word_is_ever_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert words(text_cleaned(text).text) == words(text)


@pytest.mark.parametrize(
    "text", ["按照本条第（一）项执行。", "依据第三条（二）项办理。", "见（一）、（二）项规定执行。"]
)
def test_a_cited_item_is_no_heading(text: str) -> None:
    assert text_cleaned(text).text == text


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_every_change_stands_inside_the_clean_text(pieces: list[str]) -> None:
    cleaned = text_cleaned("".join(pieces))
    for change in cleaned.changes:
        end = change.position + len(change.after)
        assert 0 <= change.position <= end <= len(cleaned.text)


@pytest.mark.long
def test_a_paste_of_three_hundred_pages_works() -> None:
    body = body_from_text(text_cleaned(PLAN * 25).text)
    assert len(body["content"]) > 25 * 33


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["一、", "(二)", "3 .", "正文内容", "。", ",", " ", "\n", '"', "(2026) 3号", "”"]),
        max_size=6,
    )
)
def test_cleaning_twice_changes_nothing_more(pieces: list[str]) -> None:
    once = text_cleaned("".join(pieces)).text
    assert text_cleaned(once).text == once


@pytest.mark.parametrize(
    "text",
    first_quick(
        ["甲（" * 100_000, "a" + " " * 200_000 + "a", "\n" * 200_000, "（2026 " * 30_000, "甲 ," * 60_000], 3
    ),
)
def test_whatever_is_pasted_takes_linear_time(text: str) -> None:
    """A quadratic pattern would not come back within minutes."""
    assert len(text_cleaned(text).text) <= len(text)
