"""Marks are refused, plain talk is not; names keep nothing that could harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.files.marks import mark_in_name, mark_in_text
from apps.files.names import NAME_LIMIT, clean_name, disposition, extension_of
from tests.benchmarks.guard import sorted_lines


@pytest.mark.parametrize(
    "text",
    [
        "秘密★1年",
        "机密 ★ 长期",
        "绝密☆",
        "密级：机密",
        "密 级: 秘密",
        "密级和保密期限：秘密",
        "第一页\n秘密\n关于",
        "　　机密　\n",
        "机密 10年",
        "【绝密】",
        "密码电报\n",
        "秘密*3年",
    ],
)
def test_marks_are_found(text: str) -> None:
    """In header, field and corner."""
    assert mark_in_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "工作人员应当保守秘密。",
        "国家秘密分为绝密、机密、秘密三级。",
        "密级：无",
        "密级：\n紧急程度：特急",
        "密级：公开",
        "要**秘密**进行",
        "商业秘密和个人隐私",
        "机密性、完整性、可用性",
        "本系统为非涉密系统，严禁处理、传输国家秘密",
        "依申请公开",
    ],
)
def test_plain_talk_is_not_a_mark(text: str) -> None:
    """Documents about secrecy may be sent."""
    assert mark_in_text(text) == ""


def test_of_two_hundred_lines_nearly_all_marks_and_no_plain_talk_are_stopped() -> None:
    """`bench guard` prints the figures; what is still missed is a level with other words on its line."""
    marked, harmless = sorted_lines()
    assert (len(marked), len(harmless)) == (100, 100)
    assert [line for line in harmless if mark_in_text(line)] == []
    assert [line for line in marked if not mark_in_text(line)] == ["绝密件 阅后收回"]


@pytest.mark.parametrize(
    "name", ["【机密】方案.docx", "(秘密)名单.xlsx", "机密-预案.pdf", "秘密★通知.doc", "密级：秘密.txt"]
)
def test_marks_in_names_are_found(name: str) -> None:
    """As people write them."""
    assert mark_in_name(name)


@pytest.mark.parametrize(
    "name", ["保密工作方案.docx", "关于保守秘密的通知.pdf", "机密性评估.pdf", "商业秘密保护.doc"]
)
def test_names_about_secrecy_are_not_marks(name: str) -> None:
    """Plain talk again."""
    assert mark_in_name(name) == ""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\我\\通知.docx", "通知.docx"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("通知\x00.pdf", "通知.pdf"),
        ("  报告 . ", "报告"),
        ('a<b>"c".txt', "a_b__c_.txt"),
        ("/", ""),
    ],
)
def test_names_lose_paths_and_tricks(sent: str, kept: str) -> None:
    """What is kept can be shown and saved anywhere."""
    assert clean_name(sent) == kept


@given(st.text(max_size=400))
def test_a_cleaned_name_is_short_flat_and_stays_the_same_when_cleaned_again(name: str) -> None:
    """Cleaning is idempotent."""
    cleaned = clean_name(name)
    assert len(cleaned) <= NAME_LIMIT
    assert not set(cleaned) & set('/\\<>:"|?*\x00\n\r')
    assert clean_name(cleaned) == cleaned


def test_a_long_name_keeps_its_extension() -> None:
    """500 characters become 120."""
    assert clean_name("长" * 500 + ".docx").endswith("长.docx")
    assert extension_of("无扩展名") == ""
    assert extension_of(".htaccess") == ""


def test_the_header_of_a_download_is_ascii_and_carries_the_true_name() -> None:
    """RFC 5987, and nothing can break out of the header."""
    header = disposition('通知"\r\nX: 1;.pdf', 9)
    assert header.isascii()
    assert "\r" not in header
    assert header.startswith("attachment; filename=\"file-9.pdf\"; filename*=UTF-8''%E9%80%9A")
