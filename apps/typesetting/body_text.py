"""Plain text to blocks: a paragraph a line, headings known by their numbers (GB/T 9704-2012 7.3.3)."""

import re

from apps.typesetting.sheet import Block, Heading, Paragraph, Picture, Table

_CHINESE = "一二三四五六七八九十百零〇"
HEADINGS = (
    (1, re.compile(rf"[{_CHINESE}]+、")),
    (2, re.compile(rf"[（(][{_CHINESE}]+[）)]")),
    (3, re.compile(r"\d{1,3}[.．](?!\d)")),
    (4, re.compile(r"[（(]\d{1,3}[）)]")),
)
_INDENT = " \t\u3000\u00a0"


def heading_level(line: str) -> int:
    """Level 1–4 by the number the line starts with, 0 for an ordinary paragraph."""
    return next((level for level, pattern in HEADINGS if pattern.match(line)), 0)


def parse_body(body: str) -> tuple[Block, ...]:
    """Blocks of a body; empty lines and typed indents disappear, no other character does."""
    blocks: list[Block] = []
    for raw in body.splitlines():
        line = raw.strip(_INDENT)
        if line:
            level = heading_level(line)
            blocks.append(Heading(level, line) if level else Paragraph(line))
    return tuple(blocks)


def body_text(blocks: tuple[Block, ...]) -> str:
    """All characters of the blocks in reading order."""
    parts: list[str] = []
    for block in blocks:
        match block:
            case Heading(text=text) | Paragraph(text=text) | Picture(caption=text):
                parts.append(text)
            case Table(rows=rows):
                parts += [cell.text for row in rows for cell in row]
    return "".join(parts)
