"""Title lines: words stay whole and the lines form a trapezoid or a diamond (GB/T 9704-2012 7.3.1)."""

import bisect
import functools
import itertools
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LINE_WIDTH = 20.0  # characters of 2号 (22 pt) on 156 mm
MARK_WIDTH = 17.0
_ROUNDING = 0.02
_LONGEST_SHAPED = 120.0  # beyond it the shape is lost anyway and page 1 will refuse the title
_NO_START = frozenset("，。、；：？！）》〉】”’〕％·—…的之")
_NO_END = frozenset("（《〈【“‘〔")
_WEAK_START = frozenset("和与及暨并等")
_ORGAN_TAIL = re.compile(
    r"办公[厅室]|人民政府|委员会|管委会|局|厅|部|院|会|中心|通知|通告|意见|报告|请示|决定|函"
)
_NUMBER = re.compile(r"[0-9A-Za-z.．]+")
_UNIT = re.compile(r"[年月日号届次条项个版期]")
_NOUNS = frozenset({"n", "vn", "nz", "an", "nt", "ns", "nr", "j", "l"})
_NAME = "name"  # the kind of a piece that is an organ's name as given
_PAIRS = {"《": "》", "（": "）", "“": "”", "〈": "〉", "〔": "〕"}


def text_width(text: str) -> float:
    """Width in characters: a narrow letter or digit counts as 0.56."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.56 for c in text)


def title_lines(title: str, *, width: float = LINE_WIDTH, names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The lines of a centred title, together exactly its characters without white space; organs' `names` stay whole."""
    text = "".join(title.split())
    if text_width(text) <= width:
        return (text,)
    pieces = _pieces(text, width, names)
    if text_width(text) <= _LONGEST_SHAPED:
        least = math.ceil(text_width(text) / width)
        shaped = [
            found for count in (least, least + 1) if (found := _shape(pieces, count, width)) is not None
        ]
        if shaped:
            return min(shaped)[1]
    return _filled([piece.text for piece in pieces], width)


def mark_lines(mark: str) -> tuple[str, ...]:
    """The issuer's mark on one line while its characters stay recognisable, else on two of like length (7.2.4)."""
    width = text_width("".join(mark.split()))
    return title_lines(mark, width=MARK_WIDTH if width <= MARK_WIDTH else max(MARK_WIDTH, width / 2 + 3))


@dataclass(frozen=True)
class _Piece:
    """What no line may be broken within, and what kinds of words it begins and ends with."""

    text: str
    first: str
    last: str


def _words(text: str, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Words and their kinds; a given name is one word."""
    import rjieba  # noqa: PLC0415  # loads its dictionary when imported; most processes never break a title

    known = sorted({"".join(name.split()) for name in names} - {""}, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, known))})", text) if known else [text]
    for part in filter(None, parts):
        yield from [(part, _NAME)] if part in known else rjieba.tag(part)


def _pieces(text: str, width: float, names: tuple[str, ...]) -> list[_Piece]:
    pieces: list[_Piece] = []
    fitting = tuple(name for name in names if text_width(name) <= width)
    for word, kind in _words(text, fitting):
        for part in [word] if text_width(word) <= width else list(word):
            piece = _Piece(part, kind, kind)
            if pieces and _sticks(pieces[-1].text, part):
                joined = _Piece(pieces[-1].text + part, pieces[-1].first, kind)
                if text_width(joined.text) <= width:
                    pieces[-1] = joined
                    continue
            pieces.append(piece)
    return pieces


def _sticks(before: str, after: str) -> bool:
    if after[0] in _NO_START or before[-1] in _NO_END:
        return True
    return bool(_NUMBER.fullmatch(before[-1]) and (_UNIT.match(after) or _NUMBER.match(after)))


def _break_costs(pieces: list[_Piece]) -> list[float]:
    """What a line break before each piece costs in looks."""
    costs = [0.0]
    open_marks: list[str] = []
    for previous, piece in itertools.pairwise(pieces):
        before, word = previous.text, piece.text
        for character in before:
            if character in _PAIRS:
                open_marks.append(_PAIRS[character])
            elif open_marks and character == open_marks[-1]:
                open_marks.pop()
        cost = 5.0 * len(open_marks)
        if previous.last in _NOUNS and piece.first in _NOUNS:
            # two nouns in a row are one term, 政务 and 服务 still more than 行动 and 方案
            cost += 9 if piece.first == "vn" else 5
        if word[0] in _WEAK_START:
            cost += 4
        if _ORGAN_TAIL.match(word):
            cost += 6
        if len(before) == 1 and before not in "，、；：”》）":
            cost += 3
        if before[-1] in _WEAK_START or previous.last == "p":
            cost += 7
        if word.startswith("关于") or previous.last == piece.first == _NAME:
            cost -= 4
        costs.append(cost)
    return costs


def _shape(pieces: list[_Piece], count: int, width: float) -> tuple[float, tuple[str, ...]] | None:
    """The best arrangement in `count` lines, or None when the words do not fit."""
    words = [piece.text for piece in pieces]
    widths = [text_width(word) for word in words]
    breaks = [0.0, *_break_costs(pieces)[1:]]
    reached = [0.0, *itertools.accumulate(widths)]
    # a line from `start` ends no earlier than what follows it fits the lines left
    earliest = [bisect.bisect_left(reached, reached[-1] - left * width - _ROUNDING) for left in range(count)]

    @functools.cache
    def best(start: int, left: int, previous: float, *, falling: bool) -> tuple[float, tuple[int, ...]]:
        if left == 0:
            return (0.0, ()) if start == len(words) else (math.inf, ())
        found: tuple[float, tuple[int, ...]] = (math.inf, ())
        for end in range(max(start + 1, earliest[left - 1]), len(words) - left + 2):
            line = round(reached[end] - reached[start], 2)
            if line > width:
                break
            cost = max(0.0, 5.0 - line) * 3
            if start:
                cost += breaks[start] + _step_cost(previous, line, falling=falling)
            rest, ends = best(end, left - 1, line, falling=falling or (start > 0 and line < previous))
            found = min(found, (cost + rest, (end, *ends)))
        return found

    cost, ends = best(0, count, 0.0, falling=False)
    if math.isinf(cost):
        return None
    starts = (0, *ends[:-1])
    return cost + 3 * count, tuple("".join(words[a:b]) for a, b in zip(starts, ends, strict=True))


def _step_cost(previous: float, line: float, *, falling: bool) -> float:
    """Two neighbouring lines: a step of two to six characters is a trapezoid; growing after shrinking an hourglass."""
    step = abs(line - previous)
    cost = 3.0 if step < 1.5 else 0.0
    cost += max(0.0, step - 4.0) ** 2 / 4
    return cost + (40.0 if falling and line > previous else 0.0)


def _filled(words: list[str], width: float) -> tuple[str, ...]:
    lines = [""]
    for word in words:
        if lines[-1] and text_width(lines[-1] + word) > width:
            lines.append("")
        lines[-1] += word
    return tuple(lines)
