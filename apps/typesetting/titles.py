"""Title lines: words stay whole and the lines form a trapezoid or a diamond (GB/T 9704-2012 7.3.1)."""

import functools
import itertools
import math
import re
import unicodedata

import rjieba

LINE_WIDTH = 20.0  # characters of 2号 (22 pt) on 156 mm
_LONGEST_SHAPED = 120.0  # beyond it the shape is lost anyway and page 1 will refuse the title
_NO_START = frozenset("，。、；：？！）》〉】”’〕％·—…的之")
_NO_END = frozenset("（《〈【“‘〔")
_WEAK_START = frozenset("和与及暨并等")
_ORGAN_TAIL = re.compile(
    r"办公[厅室]|人民政府|委员会|管委会|局|厅|部|院|会|中心|通知|通告|意见|报告|请示|决定|函"
)
_NUMBER = re.compile(r"[0-9A-Za-z.．]+")
_UNIT = re.compile(r"[年月日号届次条项个版期]")
_PAIRS = {"《": "》", "（": "）", "“": "”", "〈": "〉", "〔": "〕"}


def text_width(text: str) -> float:
    """Width in characters: a narrow letter or digit counts as 0.56."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.56 for c in text)


def title_lines(title: str, *, width: float = LINE_WIDTH) -> tuple[str, ...]:
    """The lines of a centred title, together exactly its characters without white space."""
    text = "".join(title.split())
    if text_width(text) <= width:
        return (text,)
    words = _words(text, width)
    if text_width(text) <= _LONGEST_SHAPED:
        least = math.ceil(text_width(text) / width)
        shaped = [found for count in (least, least + 1) if (found := _shape(words, count, width)) is not None]
        if shaped:
            return min(shaped)[1]
    return _filled(words, width)


def _words(text: str, width: float) -> list[str]:
    """Pieces no line may be broken within."""
    pieces: list[str] = []
    for word in rjieba.cut(text):
        parts = [word] if text_width(word) <= width else list(word)
        for part in parts:
            if pieces and _sticks(pieces[-1], part) and text_width(pieces[-1] + part) <= width:
                pieces[-1] += part
            else:
                pieces.append(part)
    return pieces


def _sticks(before: str, after: str) -> bool:
    if after[0] in _NO_START or before[-1] in _NO_END:
        return True
    return bool(_NUMBER.fullmatch(before[-1]) and (_UNIT.match(after) or _NUMBER.match(after)))


def _break_costs(words: list[str]) -> list[float]:
    """What a line break before each word costs in looks."""
    costs = [0.0]
    open_marks: list[str] = []
    for before, word in itertools.pairwise(words):
        for character in before:
            if character in _PAIRS:
                open_marks.append(_PAIRS[character])
            elif open_marks and character == open_marks[-1]:
                open_marks.pop()
        cost = 5.0 * len(open_marks)
        if word[0] in _WEAK_START:
            cost += 4
        if _ORGAN_TAIL.match(word):
            cost += 6
        if len(before) == 1 and before not in "，、；：”》）":
            cost += 3
        if word.startswith("关于"):
            cost -= 4
        costs.append(cost)
    return costs


def _shape(words: list[str], count: int, width: float) -> tuple[float, tuple[str, ...]] | None:
    """The best arrangement in `count` lines, or None when the words do not fit."""
    widths = [text_width(word) for word in words]
    breaks = _break_costs(words)

    @functools.cache
    def best(start: int, left: int, previous: float, *, falling: bool) -> tuple[float, tuple[int, ...]]:
        if left == 0:
            return (0.0, ()) if start == len(words) else (math.inf, ())
        found: tuple[float, tuple[int, ...]] = (math.inf, ())
        line = 0.0
        for end in range(start + 1, len(words) - left + 2):
            line = round(line + widths[end - 1], 2)
            if line > width:
                break
            cost = breaks[start] if start else 0.0
            cost += _step_cost(previous, line, falling=falling) if start else 0.0
            cost += max(0.0, 5.0 - line) * 3
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
    cost = 4.0 if step < 1.5 else 0.0
    cost += max(0.0, step - 4.0) ** 2 / 4
    return cost + (40.0 if falling and line > previous else 0.0)


def _filled(words: list[str], width: float) -> tuple[str, ...]:
    lines = [""]
    for word in words:
        if lines[-1] and text_width(lines[-1] + word) > width:
            lines.append("")
        lines[-1] += word
    return tuple(lines)
