"""Secrecy marks in names and texts (domain.md §10.3): marks are refused, plain talk of keeping secrets is not (pure)."""

import re

_LEVEL = r"(?:[绝絕]\s{0,4}密|[机機]\s{0,4}密|秘\s{0,4}密)"
# 秘密★1年, 机密 ☆ 长期; an asterisk only where a period follows, so that emphasis in plain text is not a mark
_STAR = rf"{_LEVEL}\s{{0,4}}(?:[★☆✩⭐]|[*＊﹡]\s{{0,2}}(?:\d|长期|[一二三四五六七八九十]))"
# a field 密级 with a level in it; an empty one, or 无, 公开, says there is none
_FIELD = rf"(?:密\s{{0,4}}[级級]|[标標]\s{{0,4}}密)(?:和保密期限|及保密期限)?\s{{0,4}}[:：]\s{{0,4}}(?:{_LEVEL}|[★☆])"
# a line that is nothing but the level, as in the upper left corner of a page, with or without a period
_CORNER = rf"^[ \t　]*[【\[〔(（]?{_LEVEL}[级級件]?[】\]〕)）]?[ \t　]*(?:\d{{1,2}}\s{{0,2}}(?:年|个月)|长期)?[ \t　]*$"
_TELEGRAM = r"^[ \t　]*(?:密\s{0,4}码\s{0,4}电\s{0,4}报|密电)[ \t　]*$"
_TEXT = re.compile(f"{_STAR}|{_FIELD}|{_CORNER}|{_TELEGRAM}", re.MULTILINE)
_NAME = re.compile(
    rf"{_STAR}|{_FIELD}|[【\[〔(（]{_LEVEL}[】\]〕)）]|^{_LEVEL}(?=[\s_\-—.·])|密码电报", re.IGNORECASE
)
_RAW = re.compile(
    b"|".join(
        re.escape(level.encode(code))
        + rb"(?:\x20|\x20\x00|\x00\x30|\xa1\xa1){0,4}"
        + re.escape("★".encode(code))
        for level in ("绝密", "机密", "秘密")
        for code in ("utf-16-le", "gb18030", "utf-8")
    )
)


def mark_in_text(text: str) -> str:
    """The first secrecy mark of a text as found, at most 40 characters; empty when there is none."""
    return _words(_TEXT.search(text))


def mark_in_name(name: str) -> str:
    """The first secrecy mark of a file name; empty when there is none."""
    return _words(_NAME.search(name))


def mark_in_bytes(data: bytes) -> str:
    """A starred mark in bytes of an old binary format, whatever its code; empty when there is none."""
    return "★" if _RAW.search(data) else ""


def _words(found: re.Match[str] | None) -> str:
    return re.sub(r"\s+", " ", found.group()).strip()[:40] if found else ""
