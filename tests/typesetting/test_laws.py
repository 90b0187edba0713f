"""What holds for any content."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.typesetting import OfficialSheet, Typeset, compose, parse_body, title_lines
from apps.typesetting.titles import text_width
from tests.helpers.fonts import open_fonts
from tests.typesetting.laws import check_everything, visible
from tests.typesetting.sheets import notice, paragraphs

HAN = st.sampled_from("岱海市人民政府关于推进政务服务工作通知各县区要认真贯彻落实加强组织领导按照年月日")
PUNCTUATION = st.sampled_from("，。、；：《》（）“”")
LATIN = st.sampled_from("0123456789ABCxyz%.")
TEXT = st.text(st.one_of(HAN, HAN, HAN, HAN, HAN, PUNCTUATION, LATIN), min_size=1, max_size=160).map(
    lambda text: "本" + text
)
NUMBERS = st.sampled_from(["", "", "", "一、", "（一）", "1.", "（1）"])
BODIES = st.lists(st.tuples(NUMBERS, TEXT).map("".join), min_size=1, max_size=14).map("\n".join)
NAMES = st.lists(st.text(HAN, min_size=4, max_size=40), max_size=3).map(tuple)


@given(
    body=BODIES,
    seal=st.booleans(),
    attachments=NAMES,
    note=st.sampled_from(["", "此件公开发布"]),
    recipients=st.integers(
        1, 52
    ),  # 53 such names with 抄送 fill more than the page of the 版记: refused in words
    signatories=st.integers(0, 3),
    has_imprint=st.booleans(),
)
@example(body="本" * 25, seal=True, attachments=(), note="", recipients=1, signatories=0, has_imprint=True)
def test_any_document_keeps_every_law_of_the_page(
    *,
    body: str,
    seal: bool,
    attachments: tuple[str, ...],
    note: str,
    recipients: int,
    signatories: int,
    has_imprint: bool,
) -> None:
    sheet = notice(
        body=body,
        seal=seal,
        attachments=attachments,
        note=note,
        main_recipients=tuple(f"岱海市第{number}人民政府" for number in range(recipients)),
        signatories=("沈亦舟", "周明远", "高文澜")[:signatories],
        **({} if has_imprint else {"cc_recipients": "", "printing_organ": "", "printing_date": ""}),
    )
    check_everything(sheet, compose(sheet, library=open_fonts()))


@pytest.mark.parametrize("lines", range(1, 30))
@pytest.mark.parametrize("seal", [True, False])
def test_the_laws_hold_wherever_the_body_ends(
    laid_out: Callable[..., Typeset], *, lines: int, seal: bool
) -> None:
    sheet: OfficialSheet = notice(
        body="\n".join(["请各单位认真执行。"] * lines), seal=seal, note="此件公开发布"
    )
    check_everything(sheet, laid_out(sheet))


def test_the_same_sheet_gives_the_same_bytes(laid_out: Callable[..., Typeset]) -> None:
    sheet = notice(body=paragraphs(5))
    assert laid_out(sheet).pdf == laid_out(sheet).pdf


@given(st.text(st.one_of(HAN, HAN, HAN, PUNCTUATION, LATIN), min_size=1, max_size=90))
def test_title_lines_are_the_title_and_fit_the_type_area(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines) == visible(title)
    assert all(0 < text_width(line) <= 20.01 for line in lines)


@given(BODIES)
def test_parsing_a_body_loses_no_character(body: str) -> None:
    assert "\n".join(getattr(block, "text", "") for block in parse_body(body)) == body


def test_typst_markup_in_content_is_printed_as_it_stands(laid_out: Callable[..., Typeset]) -> None:
    hostile = (
        '本通知#eval("1+1")与*强调*_下划_$x^2$`代码`@引用<标签>\\转义"引号"#include "/etc/passwd"请勿执行。'
    )
    sheet = notice(body=hostile, title="关于#strong[测试]的通知")
    check_everything(sheet, laid_out(sheet))
