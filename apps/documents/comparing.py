"""Two states of a text side by side: paragraphs are aligned, characters compared inside those that belong together. Pure.

Law: what is kept and deleted, read in order, is the old text; what is kept and inserted is the new one.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from apps.documents.body import Figure, Grid, Line, Node, body_parts

CHARACTER_LIMIT = 600  # a longer paragraph is compared by clauses, so that it stays fast
PAIRING_LIMIT = 10_000  # pairs of paragraphs weighed in one changed stretch
LIKENESS = 0.4  # below it two paragraphs are strangers: one deleted, one inserted
CLAUSE = re.compile(r"[^，。；：、！？]*[，。；：、！？]?")
CELL_GAP = " ｜ "


class Change(StrEnum):
    """What became of a stretch of text or of a paragraph."""

    KEPT = "kept"
    INSERTED = "inserted"
    DELETED = "deleted"
    CHANGED = "changed"


@dataclass(frozen=True)
class Run:
    """A stretch of characters: kept, inserted or deleted."""

    change: Change
    text: str


@dataclass(frozen=True)
class Block:
    """A comparable piece of a body: a heading (level 1–4), a paragraph (0) or a row of a table."""

    text: str
    level: int = 0
    is_row: bool = False


@dataclass(frozen=True)
class Row:
    """An aligned pair of blocks, or one alone, with its stretches."""

    change: Change
    block: Block
    runs: tuple[Run, ...]


def body_blocks(body: Node) -> tuple[Block, ...]:
    """A body as blocks in printed order; a table counts row by row."""
    return tuple(_blocks(body))


def _blocks(body: Node) -> Iterator[Block]:
    for part in body_parts(body):
        if isinstance(part, Line):
            yield Block(part.text, level=part.level)
        if isinstance(part, Figure):
            yield Block(f"［图片{part.file}］{part.caption}")
        if isinstance(part, Grid):
            for row in part.rows:
                yield Block(CELL_GAP.join(" ".join(cell.text.split("\n")) for cell in row), is_row=True)


def blocks_compared(old: Sequence[Block], new: Sequence[Block]) -> tuple[Row, ...]:
    """The aligned rows of two bodies."""
    rows: list[Row] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            rows += (Row(Change.KEPT, block, (Run(Change.KEPT, block.text),)) for block in new[c:d])
        else:
            rows += _stretch(old[a:b], new[c:d])
    return tuple(rows)


def _stretch(old: Sequence[Block], new: Sequence[Block]) -> Iterator[Row]:
    """Blocks that are not equal: the alike ones in pairs, the others alone, in reading order."""
    at = 0
    done = 0
    for i, j in [*_pairs(old, new), (len(old), len(new))]:
        yield from (_alone(Change.DELETED, block) for block in old[at:i])
        yield from (_alone(Change.INSERTED, block) for block in new[done:j])
        if i < len(old):
            yield Row(Change.CHANGED, new[j], texts_compared(old[i].text, new[j].text))
        at, done = i + 1, j + 1


def _alone(change: Change, block: Block) -> Row:
    return Row(change, block, (Run(change, block.text),))


def _pairs(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[int, int]]:
    """Which blocks belong together, in order: the pairing with the greatest likeness in all.

    A stretch too long to weigh every pair is taken block by block.
    """
    letters_old, letters_new = [Counter(one.text) for one in old], [Counter(one.text) for one in new]
    if len(old) * len(new) > PAIRING_LIMIT:
        in_order = enumerate(zip(letters_old, letters_new, strict=False))
        return [(at, at) for at, pair in in_order if _likeness(*pair) >= LIKENESS]
    like = [[0.0] * len(new) for _ in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            if old[i].is_row == new[j].is_row:
                like[i][j] = _likeness(letters_old[i], letters_new[j])
            together = best[i + 1][j + 1] + like[i][j] if like[i][j] >= LIKENESS else 0.0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    found, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if like[i][j] >= LIKENESS and best[i][j] == best[i + 1][j + 1] + like[i][j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Share of common characters, 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def texts_compared(old: str, new: str) -> tuple[Run, ...]:
    """The stretches that lead from `old` to `new`; single characters kept between two changes count as changed."""
    parts = (old, new)
    if max(len(old), len(new)) > CHARACTER_LIMIT:
        pieces = [[piece for piece in CLAUSE.findall(text) if piece] for text in parts]
    else:
        pieces = [list(text) for text in parts]
    runs: list[Run] = []
    before, after = pieces
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(Run(Change.KEPT, "".join(after[c:d])))
            continue
        runs.append(Run(Change.DELETED, "".join(before[a:b])))
        runs.append(Run(Change.INSERTED, "".join(after[c:d])))
    return _readable(runs)


def _readable(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Neighbouring changes as one deletion and one insertion: a reader follows words, not letters."""
    made: list[Run] = []
    gone = come = ""
    for index, run in enumerate(runs):
        between = 0 < index < len(runs) - 1
        if run.change is Change.DELETED:
            gone += run.text
        elif run.change is Change.INSERTED:
            come += run.text
        elif between and len(run.text) < 2:
            gone, come = gone + run.text, come + run.text
        else:
            made += (Run(Change.DELETED, gone), Run(Change.INSERTED, come), run)
            gone = come = ""
    made += (Run(Change.DELETED, gone), Run(Change.INSERTED, come))
    return tuple(run for run in made if run.text)
