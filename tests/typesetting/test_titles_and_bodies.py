"""Breaking titles and reading bodies."""

import pytest

from apps.typesetting import Heading, Paragraph, heading_level, parse_body, title_lines
from apps.typesetting.titles import mark_lines, text_width

TITLES = (
    "岱海市人民政府关于表彰2026年度政务服务先进集体和先进个人的请示",
    "岱海市人民政府办公室关于印发《岱海市政务服务“一件事”集成办理三年行动方案（2026—2028年）》的通知",
    "关于进一步加强全市政务协同办公系统建设和应用工作的通知",
    "山东省人民政府关于公布山东省人民政府2023年度重大行政决策事项目录的通知",
    "岱海市财政局关于提前下达2027年中央财政城乡居民基本医疗保险补助资金预算的通知",
    "岱海市人民政府办公室转发市发展改革委市教育局市财政局等部门关于推进全市义务教育优质均衡发展和城乡一体化若干措施的通知",
)


@pytest.mark.parametrize("title", TITLES)
def test_7_3_1_lines_form_a_trapezoid_or_a_diamond(title: str) -> None:
    """Never longer again after growing shorter: an hourglass is neither."""
    widths = [text_width(line) for line in title_lines(title)]
    assert 2 <= len(widths) <= 4
    peak = widths.index(max(widths))
    assert widths[: peak + 1] == sorted(widths[: peak + 1])
    assert widths[peak:] == sorted(widths[peak:], reverse=True)


@pytest.mark.parametrize(
    ("title", "whole"),
    [
        (TITLES[0], ("政务服务", "先进集体", "2026年度")),
        (TITLES[1], ("一件事", "行动方案", "三年", "（2026—2028年）")),
        (TITLES[2], ("协同办公", "的通知")),
        (TITLES[4], ("中央财政", "医疗保险", "2027年")),
        (TITLES[5], ("市发展改革委", "义务教育", "城乡一体化")),
    ],
)
def test_7_3_1_words_stay_whole(title: str, whole: tuple[str, ...]) -> None:
    lines = title_lines(title)
    for word in whole:
        assert any(word in line for line in lines), (word, lines)


def test_7_3_1_the_names_of_joint_organs_stay_whole() -> None:
    names = ("岱海市人民政府办公室", "岱海市发展和改革委员会", "岱海市财政局", "岱海市大数据局")
    title = " ".join(names) + "关于联合开展公共数据授权运营试点的通知"
    assert title_lines(title, names=names) == (
        "岱海市人民政府办公室",
        "岱海市发展和改革委员会",
        "岱海市财政局岱海市大数据局",
        "关于联合开展公共数据授权运营试点的通知",
    )
    endless = "岱海市" * 9 + "局"
    assert "".join(title_lines(f"{endless}关于试点的通知", names=(endless,))) == f"{endless}关于试点的通知"


def test_7_3_1_a_short_title_stays_on_one_line() -> None:
    assert title_lines("关于召开全市安全生产工作会议的通知") == ("关于召开全市安全生产工作会议的通知",)


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    for title in TITLES:
        for line in title_lines(title):
            assert line[0] not in "》”），、的"
            assert line[-1] not in "《“（"


def test_a_very_long_title_is_still_cut_into_fitting_lines() -> None:
    title = "关于" + "推进政务服务标准化规范化便利化工作" * 30 + "的通知"
    assert "".join(title_lines(title)) == title


@pytest.mark.parametrize(
    ("mark", "count"),
    [("岱海市人民政府办公室文件", 1), ("中共岱海市委全面深化改革委员会办公室岱海市行政审批服务局文件", 2)],
)
def test_a_mark_takes_one_line_while_it_can(mark: str, count: int) -> None:
    assert len(mark_lines(mark)) == count


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("一、提高认识", 1),
        ("十二、附则", 1),
        ("（一）总体要求", 2),
        ("(三)工作目标", 2),
        ("1.完善机制", 3),
        ("12．考核办法", 3),
        ("（1）加强督查", 4),
        ("1.5万元以上的项目", 0),
        ("一是提高认识", 0),
        ("2026年1月5日", 0),
        ("第一、二季度", 0),
    ],
)
def test_7_3_3_headings_are_known_by_their_numbers(line: str, level: int) -> None:
    assert heading_level(line) == level


def test_a_body_is_a_paragraph_a_line_without_empty_lines_and_typed_indents() -> None:
    assert parse_body("\u3000\u3000各单位：\n\n一、提高认识\r\n  请执行。 ") == (
        Paragraph("各单位："),
        Heading(1, "一、提高认识"),
        Paragraph("请执行。"),
    )
