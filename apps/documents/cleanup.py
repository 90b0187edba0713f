"""一键排版: messy pasted or imported text made clean, every change listed and undoable; pure.

Only marks, spaces, line ends and heading numbers change, never a word (GB/T 9704-2012 7.3.3; domain.md §1.9). The clean text
is lines that `body.body_from_text` reads as headings 一、（一）1.（1） and paragraphs; a table or picture stands in it as a line of
one `OBJECT` sign and comes back untouched. Rules run one after the other; the positions in the list of changes are those of the
final text. Every pattern is linear in the text, whatever people paste.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from apps.core.errors import ValidationFailed
from apps.documents.body import (
    HEADING_NUMBERS,
    LEVELS,
    OBJECT,
    Node,
    body_from_text,
    body_lines,
    heading_number,
    objects_of,
)

HAN = r"\u3400-\u9fff"
WIDE = rf"{HAN}，。；：！？、（）〔〕《》“”"
CHUNK = re.compile(r"^(\d{1,5})、", re.MULTILINE)
LEAST_CHUNKS = 3
ROUNDS = 6  # one mended mark lets the next be seen; two rounds do for most texts
FULL_LINE = 20  # a shorter line was ended on purpose
SENTENCE_END = "。！？；：.!?;:"
YEAR = re.compile(
    r"(?<![ \t])[ \t]*[（(\[【［﹝〔][ \t]*((?:19|20)\d{2})[ \t]*[）)\]】］﹞〕][ \t]*(?=(?:第[ \t]*)?\d+[ \t]*号)"
)
SPACES = re.compile(
    rf"(?<=[{WIDE}])[ \t\u3000\xa0]+(?=[{WIDE}\d])|(?<=\d)[ \t\u3000\xa0]+(?=[{WIDE}])|^[ \t\u3000\xa0]+"
    r"|(?<![ \t\u3000\xa0])[ \t\u3000\xa0]+$",
    re.MULTILINE,
)
BLANKS = re.compile(r"(?:\n[ \t\u3000\xa0]*)+(?=\n)")
STOP = re.compile(rf"(?<=[{HAN}）〕》”])\.(?=\s*$)", re.MULTILINE)  # a point that ends a paragraph of Chinese
MARKS = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
MARK = re.compile(rf"(?<=[{WIDE}])[ \t]*([,;:!?()])[ \t]*|(?<![ \t])[ \t]*([,;!?()])[ \t]*(?=[{WIDE}])")
START = r"(?:(?<=[。！？；）)])|^)[ \t]*"
MARKERS = (
    (1, re.compile(rf"{START}([一二三四五六七八九十]{{1,3}}、)[ \t]*(?=[{HAN}])", re.MULTILINE)),
    (
        2,
        re.compile(
            rf"(?:{START}|(?<=[、{HAN}])(?<![第条款项])(?=[（(][^）)\n]{{1,6}}[）)][^，。\n]{{2,30}}。))"
            rf"([（(][一二三四五六七八九十-]{{1,3}}[）)])[ \t]*(?=[{HAN}])(?![项款条])",
            re.MULTILINE,
        ),
    ),
    (3, re.compile(rf"{START}((?:\d{{1,2}}[ \t]*[.．]|L)(?!\d))[ \t]*(?=[{HAN}])", re.MULTILINE)),
    (4, re.compile(rf"{START}([（(]\d{{1,2}}[）)])[ \t]*(?=[{HAN}])", re.MULTILINE)),
)  # an L is how scanners read the 1. of a heading, a hyphen how they read its 一
NAME_END = re.compile(r"体系|机制|要求|保障")
QUOTES = re.compile(r"[\"“”]")
NAMES = {
    "chunk": "去除分段序号", "join": "接合断行", "blank": "去除空行", "year": "年份括号", "space": "去除空格",
    "heading": "标题另起一行", "split": "标题与正文分行", "number": "标题编号", "mark": "标点", "quote": "引号",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One thing mended: `before` became `after` at `position` of the clean text."""

    rule: str
    position: int
    before: str
    after: str

    @property
    def name(self) -> str:
        """What was mended, for the reader."""
        return NAMES[self.rule]


@dataclass(frozen=True)
class Cleaned:
    """The clean text and what was changed, in the order of the text."""

    text: str
    changes: tuple[Change, ...]


Edit = tuple[int, int, str]


def text_cleaned(text: str) -> Cleaned:
    """`text` made clean by the rules in turn, until they find no more."""
    changes: list[Change] = []
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for _ in range(ROUNDS):
        begun = text
        for rule, found in RULES:
            text = _applied(rule, text, list(found(text)), changes)
        if text == begun:
            break
    return Cleaned(text, tuple(sorted(changes, key=lambda change: change.position)))


@dataclass(frozen=True)
class CleanedBody:
    """A clean body, the text it was read from and what was changed in that text."""

    body: Node
    cleaned: Cleaned


def body_cleaned(body: Node) -> CleanedBody:
    """The body made clean; its tables and pictures stay as they are and where they are."""
    cleaned = text_cleaned(body_lines(body))
    return CleanedBody(body_from_text(cleaned.text, objects_of(body)), cleaned)


def change_undone(cleaned: Cleaned, change: Change) -> Cleaned:
    """The text with one change taken back. Raises `ValidationFailed` if a later change stands on the same place."""
    end = change.position + len(change.after)
    if change not in cleaned.changes or cleaned.text[change.position : end] != change.after:
        raise ValidationFailed("此处之后又有改动，不能单独撤销，请撤销全部。")
    shift = len(change.before) - len(change.after)
    others = tuple(
        replace(other, position=other.position + shift) if other.position >= end else other
        for other in cleaned.changes
        if other != change
    )
    return Cleaned(cleaned.text[: change.position] + change.before + cleaned.text[end:], others)


def _applied(rule: str, text: str, edits: list[Edit], changes: list[Change]) -> str:
    """The text after one rule's edits; changes already listed move with their text."""
    edits = [edit for edit in edits if text[edit[0] : edit[1]] != edit[2]]
    parts: list[str] = []
    made: list[Change] = []
    moved = sorted(changes, key=lambda change: change.position)
    at = shift = upto = 0
    for start, end, after in edits:
        while upto < len(moved) and moved[upto].position < end:
            moved[upto] = replace(moved[upto], position=moved[upto].position + shift)
            upto += 1
        parts += [text[at:start], after]
        made.append(Change(rule, start + shift, text[start:end], after))
        shift += len(after) - (end - start)
        at = end
    moved[upto:] = [replace(change, position=change.position + shift) for change in moved[upto:]]
    changes[:] = moved + made
    return "".join(parts) + text[at:]


def _chunks(text: str) -> Iterator[Edit]:
    found = list(CHUNK.finditer(text))
    if len(found) < LEAST_CHUNKS or [int(mark[1]) for mark in found] != list(range(1, len(found) + 1)):
        return
    for mark in found:
        start = mark.start()
        yield (start if text[start - 2 : start - 1] == OBJECT else max(start - 1, 0)), mark.end(), ""


def _joins(text: str) -> Iterator[Edit]:
    start = 0
    for end in re.finditer(r"\n", text):
        line, after = text[start : end.start()].strip(), text[end.end() : end.end() + 40].lstrip()
        start = end.end()
        if (
            len(line) >= FULL_LINE
            and line[-1] not in SENTENCE_END
            and after
            and OBJECT not in (line[-1], after[0])
            and not _numbered(line)
            and not _numbered(after)
        ):
            yield end.start(), end.end(), ""


def _numbered(line: str) -> bool:
    return any(pattern.match(line) for _, pattern in HEADING_NUMBERS)


def _blanks(text: str) -> Iterator[Edit]:
    for found in BLANKS.finditer(text):
        yield found.start(), found.end(), ""


def _years(text: str) -> Iterator[Edit]:
    for found in YEAR.finditer(text):
        yield found.start(), found.end(), f"〔{found[1]}〕"


def _spaces(text: str) -> Iterator[Edit]:
    for found in SPACES.finditer(text):
        yield found.start(), found.end(), ""


def _marks(text: str) -> Iterator[Edit]:
    edits = [(found.start(), found.end(), MARKS[found[1] or found[2]]) for found in MARK.finditer(text)]
    yield from sorted(edits + [(found.start(), found.end(), "。") for found in STOP.finditer(text)])


def _headings(text: str) -> Iterator[Edit]:
    """A line end before every number that opens a heading within a line."""
    starts = {found.start(1) for _, pattern in MARKERS for found in pattern.finditer(text)}
    for start in sorted(starts):
        if start and text[start - 1] != "\n":
            yield start, start, "\n"


def _splits(text: str) -> Iterator[Edit]:
    """A line end between a heading's name and the sentence run on to it."""
    for level, _start, end, stop in _heading_lines(text):
        line = text[end:stop]
        cut = line.find("。") + 1
        name_end = NAME_END.search(line) if level == 1 and "，" in line[: cut or None] else None
        at = name_end.end() if name_end else cut
        if 0 < at < len(line):
            yield end + at, end + at, "\n"


def _numbers(text: str) -> Iterator[Edit]:
    counts = [0] * LEVELS
    for level, start, end, _ in _heading_lines(text):
        counts[level - 1] += 1
        counts[level:] = [0] * (LEVELS - level)
        yield start, end, heading_number(level, counts[level - 1])


def _heading_lines(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Level, start and end of the number, end of the line."""
    start = 0
    for line in text.split("\n"):
        for level, pattern in MARKERS:
            found = pattern.match(line)
            if found:
                yield level, start + found.start(1), start + found.end(), start + len(line)
                break
        start += len(line) + 1


def _quotes(text: str) -> Iterator[Edit]:
    """Quotes of a sentence made to open and close in turn; an odd number is left to the reader."""
    for sentence in re.finditer(r"[^。\n]+", text):
        found = list(QUOTES.finditer(sentence[0]))
        if len(found) % 2 == 0:
            for count, quote in enumerate(found):
                yield (
                    sentence.start() + quote.start(),
                    sentence.start() + quote.end(),
                    "”" if count % 2 else "“",
                )


RULES: tuple[tuple[str, Callable[[str], Iterator[Edit]]], ...] = (
    ("chunk", _chunks), ("blank", _blanks), ("join", _joins), ("year", _years), ("mark", _marks), ("space", _spaces),
    ("heading", _headings), ("split", _splits), ("number", _numbers), ("quote", _quotes),
)  # fmt: skip
