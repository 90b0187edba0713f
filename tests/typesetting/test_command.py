"""`typeset INPUT.json --out DIR`, without a database."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from apps.typesetting.sheet_input import SheetInputInvalid, sheet_from_json

INPUT: dict[str, Any] = {
    "issuer_mark": "岱海市人民政府文件",
    "document_number": "岱政发〔2026〕17号",
    "title": "岱海市人民政府关于表彰先进的通知",
    "main_recipients": ["各县（区）人民政府", "市政府各部门"],
    "body": "现将有关事项通知如下。\n一、基本情况\n请认真执行。",
    "issuer_signature": "岱海市人民政府",
    "document_date": "2026年1月5日",
    "format": "general",
    "seal": True,
    "note": "（此件公开发布）",
    "cc_recipients": "市委办公室",
    "printing_organ": "岱海市人民政府办公室",
    "printing_date": "2026年1月6日",
}


def problems(**changes: Any) -> tuple[str, ...]:
    fields = {key: value for key, value in {**INPUT, **changes}.items() if value != "absent"}
    with pytest.raises(SheetInputInvalid) as refused:
        sheet_from_json(json.dumps(fields).encode())
    return refused.value.problems


def typeset(source: Path, target: Path) -> tuple[str, str, int]:
    out, err = StringIO(), StringIO()
    try:
        call_command("typeset", str(source), "--out", str(target), stdout=out, stderr=err)
    except SystemExit as ended:
        return out.getvalue(), err.getvalue(), int(ended.code or 0)
    return out.getvalue(), err.getvalue(), 0


def test_it_writes_the_pdf_and_a_picture_of_every_page(tmp_path: Path) -> None:
    source = tmp_path / "in.json"
    source.write_text(json.dumps(INPUT), encoding="utf-8")
    out, err, status = typeset(source, tmp_path / "out")
    assert (err, status) == ("", 0)
    assert (tmp_path / "out" / "document.pdf").read_bytes().startswith(b"%PDF-1.7")
    pictures = sorted(path.name for path in (tmp_path / "out").glob("page-*.png"))
    assert pictures == ["page-1.png", "page-2.png"]
    assert (tmp_path / "out" / "document.docx").read_bytes().startswith(b"PK")
    assert "已排版 2 页" in out
    assert "印章位置：第 1 页" in out


def test_pictures_of_an_earlier_run_do_not_stay(tmp_path: Path) -> None:
    source, target = tmp_path / "in.json", tmp_path / "out"
    source.write_text(json.dumps(INPUT), encoding="utf-8")
    target.mkdir()
    (target / "page-9.png").write_bytes(b"old")
    (target / "page-notes.png").write_bytes(b"mine")
    typeset(source, target)
    assert not (target / "page-9.png").exists()
    assert (target / "page-notes.png").exists()


def test_a_missing_file_broken_json_and_a_wrong_encoding_end_with_status_2(tmp_path: Path) -> None:
    broken, latin = tmp_path / "broken.json", tmp_path / "latin.json"
    broken.write_text('{"title": "x",', encoding="utf-8")
    latin.write_bytes('{"title": "标题"}'.encode("gb18030"))
    for source, message in (
        (tmp_path / "none.json", "文件不存在"),
        (tmp_path, "这是一个文件夹"),
        (broken, "不是合法的 JSON：第 1 行"),
        (latin, "不是 UTF-8"),
    ):
        out, err, status = typeset(source, tmp_path / "out")
        assert (out, status) == ("", 2)
        assert message in err
        assert len(err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_every_mistake_has_its_own_line(tmp_path: Path) -> None:
    source = tmp_path / "in.json"
    source.write_text(json.dumps({**INPUT, "title": 5, "seal": "yes", "titel": "x", "urgency": "特提"}))
    _, err, status = typeset(source, tmp_path / "out")
    assert status == 2
    assert len(err.splitlines()) == 4


def test_what_cannot_be_laid_out_is_told_too(tmp_path: Path) -> None:
    source = tmp_path / "in.json"
    source.write_text(json.dumps({**INPUT, "cc_recipients": [f"岱海市第{n}人民政府" for n in range(300)]}))
    _, err, status = typeset(source, tmp_path / "out")
    assert status == 2
    assert "版记一页排不下" in err


@pytest.mark.parametrize("key", ["issuer_mark", "document_number", "title", "main_recipients", "body",
                                 "issuer_signature", "document_date", "format"])  # fmt: skip
def test_a_required_field_may_be_neither_absent_nor_empty(key: str) -> None:
    assert [line for line in problems(**{key: "absent"}) if f"缺少必填字段 {key}" in line]
    assert [line for line in problems(**{key: "  "}) if key in line]
    assert [line for line in problems(**{key: None}) if key in line]


@pytest.mark.parametrize(
    "number",
    ["岱政发[2026]17号", "岱政发【2026】17号", "岱政发〔26〕17号", "岱政发〔2026〕017号", "岱政发〔2026〕第17号",
     "〔2026〕17号", "岱政发〔2026〕17", "岱政发〔2026〕0号", "岱政发〔2026〕17号\n"],
)  # fmt: skip
def test_d16_a_document_number_has_six_sided_brackets_a_full_year_and_no_leading_zero(number: str) -> None:
    assert any("六角括号" in line for line in problems(document_number=number))


@pytest.mark.parametrize("key", ["document_date", "printing_date"])
@pytest.mark.parametrize(
    "date",
    ["2026年01月5日", "2026年1月05日", "26年1月5日", "二〇二六年一月五日", "2026-1-5", "2026年13月1日"],
)
def test_d17_a_date_is_in_arabic_digits_without_leading_zero(key: str, date: str) -> None:
    assert any("月日不编虚位" in line for line in problems(**{key: date}))


def test_d17_a_date_exists() -> None:
    assert any("不是一个存在的日期" in line for line in problems(document_date="2026年2月30日"))


def test_d29_urgency_is_one_of_two() -> None:
    assert any("只能是特急、加急" in line for line in problems(urgency="平急"))


def test_d30_printing_does_not_precede_the_document() -> None:
    assert any("不能早于成文日期" in line for line in problems(printing_date="2026年1月4日"))


def test_an_order_needs_no_title_and_minutes_no_number() -> None:
    order = {
        **INPUT,
        "format": "order",
        "document_number": "第17号",
        "signer_post": "市长",
        "signer_name": "沈亦舟",
    }
    del order["title"], order["main_recipients"]
    sheet = sheet_from_json(json.dumps(order).encode())
    assert (sheet.format, sheet.title, sheet.signer_name) == ("order", "", "沈亦舟")
    minutes = {**INPUT, "format": "minutes", "attendees": ["沈亦舟", "周明远"], "observers": "秦朗月"}
    del minutes["document_number"], minutes["main_recipients"]
    sheet = sheet_from_json(json.dumps(minutes).encode())
    assert sheet.attendance == (("出席", "沈亦舟，周明远"), ("列席", "秦朗月"))


@pytest.mark.parametrize(
    ("chosen", "number"), [("order", "17号"), ("minutes", "[2026]3号"), ("letter", "第3号")]
)
def test_d16_the_number_has_the_form_of_its_format(chosen: str, number: str) -> None:
    assert any("document_number" in line for line in problems(format=chosen, document_number=number))


def test_secrecy_is_refused_as_such() -> None:
    assert any("非涉密系统" in line for line in problems(secrecy_level="机密"))


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("signatories", "沈亦舟", "列表"),
        ("attachments", ["表", 3], "列表"),
        ("attachments", ["表", " "], "空白的一项"),
        ("main_recipients", {"a": 1}, "列表"),
        ("main_recipients", [], "不能为空"),
        ("seal", 1, "true 或 false"),
        ("note", [], "一段文字"),
        ("format", "memo", "只能是general、letter、order、minutes"),
        ("issuer_mark", ["甲局", 3], "列表"),
        ("issuer_signature", [f"第{number}局" for number in range(7)], "超过 6 个"),
        ("title", "关" * 121, "121 个字"),
    ],
)
def test_wrong_types_and_values_are_told(key: str, value: Any, message: str) -> None:
    assert any(key in line and message in line for line in problems(**{key: value}))


def test_a_field_given_twice_is_refused() -> None:
    with pytest.raises(SheetInputInvalid, match="不止一次"):
        sheet_from_json(b'{"title": "a", "title": "b"}')


def mistakes(data: bytes) -> tuple[str, ...]:
    try:
        sheet_from_json(data)
    except SheetInputInvalid as refused:
        return refused.problems
    return ()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) |
                    st.dictionaries(st.sampled_from([*INPUT, "x"]), inner), max_leaves=8))  # fmt: skip
def test_any_json_is_a_sheet_or_a_list_of_mistakes(value: Any) -> None:
    lines = mistakes(json.dumps(value).encode())
    assert all(line and "\n" not in line for line in lines)
