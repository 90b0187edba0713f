"""A procedure drawn: boxes for steps, ways between them, everything in pixels for one SVG. Pure.

Steps stand in rows by their longest way from the start. A way to the next row is a short line; one that leaves rows out runs
in a lane beside the boxes, so that no line crosses a box.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from apps.workflow.definition import END, MODE_NAMES, Branch, Definition, Mode
from apps.workflow.soundness import open_ways

BOX_WIDTH, BOX_HEIGHT = 200, 56
END_WIDTH, END_HEIGHT = 88, 32
GAP_X, GAP_Y = 32, 44
LANE = 26
MARGIN = 16
NAME_LENGTH, NOTE_LENGTH = 12, 15


@dataclass(frozen=True)
class Box:
    """A step: `state` is done, now, next or empty (nothing runs); `x`, `y` the top left corner."""

    code: str
    name: str
    note: str
    full: str
    state: str
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """Where ways come in and go out."""
        return self.x + self.width // 2

    @property
    def name_y(self) -> int:
        """Base line of the name."""
        return self.y + (24 if self.note else self.height // 2 + 5)

    @property
    def note_y(self) -> int:
        """Base line of the line below the name."""
        return self.y + 43


@dataclass(frozen=True)
class Way:
    """A line with an arrow; `label` says when it is taken."""

    path: str
    label: str
    label_x: int
    label_y: int
    is_taken: bool


@dataclass(frozen=True)
class Drawing:
    """The whole picture; `words` say the same for those who do not see it."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    words: str

    @property
    def has_states(self) -> bool:
        """Whether a run is shown and not only its procedure."""
        return any(box.state for box in self.boxes)


def draw(
    definition: Definition,
    *,
    notes: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
    route: Sequence[str] = (),
) -> Drawing:
    """The drawing of a sound definition. `notes` stand under the names (who has it), `states` colour the steps.

    `route` are the steps a run has passed, up to where it stands or to `END`: the ways between them are marked as taken.
    """
    rows = _rows(definition)
    lanes = _lanes(definition, rows)
    left = MARGIN
    inner = max(len(codes) for codes in rows.values()) * (BOX_WIDTH + GAP_X) - GAP_X
    taken = frozenset(pairwise(route))
    colours = dict(states or {})
    if END in route:
        colours[END] = "done"
    boxes = _boxes(definition, rows, left + inner // 2, notes or {}, colours)
    ways = [
        _way(definition, boxes, code, branch, lanes, left + inner, is_taken=(code, branch.to) in taken)
        for code in definition.steps
        for branch in _drawn(definition, code)
    ]
    lowest = boxes[END]
    return Drawing(
        width=left + inner + LANE * (max(lanes.values(), default=-1) + 1) + 110 * bool(lanes) + MARGIN,
        height=lowest.y + lowest.height + MARGIN,
        boxes=tuple(boxes.values()),
        ways=tuple(ways),
        words=_words(definition),
    )


def _drawn(definition: Definition, code: str) -> list[Branch]:
    """Branches of a step; the end stands for having none."""
    return list(definition.step(code).branches) or [Branch(END)]


def _rows(definition: Definition) -> dict[int, list[str]]:
    """Codes by row: the longest way from the start."""
    depth: dict[str, int] = defaultdict(int)
    waiting = [definition.start]
    while waiting:
        code = waiting.pop(0)
        if code == END:
            continue
        for to in open_ways(definition.step(code)):
            if depth[to] < depth[code] + 1:
                depth[to] = depth[code] + 1
                waiting.append(to)
    rows: defaultdict[int, list[str]] = defaultdict(list)
    for code in (*definition.steps, END):
        rows[depth[code]].append(code)
    return dict(sorted(rows.items()))


def _row_of(rows: Mapping[int, list[str]], code: str) -> int:
    return next(row for row, codes in rows.items() if code in codes)


def _lanes(definition: Definition, rows: Mapping[int, list[str]]) -> dict[tuple[str, str], int]:
    """A lane for each way that leaves rows out; ways that overlap get different lanes, short ones stand inside."""
    long: list[tuple[int, int, str, str]] = []
    for code in definition.steps:
        for to in dict.fromkeys(branch.to for branch in _drawn(definition, code)):
            first, last = _row_of(rows, code), _row_of(rows, to)
            if last - first > 1:
                long.append((first, last, code, to))
    taken: list[list[tuple[int, int]]] = []
    lanes: dict[tuple[str, str], int] = {}
    for first, last, code, to in sorted(long, key=lambda way: (way[1] - way[0], way[0])):
        free = (
            number
            for number, spans in enumerate(taken)
            if all(last <= begin or first >= end for begin, end in spans)
        )
        number = next(free, len(taken))
        if number == len(taken):
            taken.append([])
        taken[number].append((first, last))
        lanes[code, to] = number
    return lanes


def _boxes(
    definition: Definition,
    rows: Mapping[int, list[str]],
    centre: int,
    notes: Mapping[str, str],
    states: Mapping[str, str],
) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    for row, codes in rows.items():
        x = centre - (len(codes) * (BOX_WIDTH + GAP_X) - GAP_X) // 2
        y = MARGIN + row * (BOX_HEIGHT + GAP_Y)
        for code in codes:
            if code == END:
                end_x = x + (BOX_WIDTH - END_WIDTH) // 2
                over = states.get(END, "")
                boxes[END] = Box(END, "办结", "", "办结", over, end_x, y, END_WIDTH, END_HEIGHT)
            else:
                boxes[code] = _box(definition, code, notes, states, x, y)
            x += BOX_WIDTH + GAP_X
    return boxes


def _box(  # noqa: PLR0917  # a corner and what is written there
    definition: Definition, code: str, notes: Mapping[str, str], states: Mapping[str, str], x: int, y: int
) -> Box:
    step = definition.step(code)
    mode = "" if step.mode is Mode.ONE else MODE_NAMES[step.mode]
    note = " · ".join(part for part in (notes.get(code, ""), mode) if part)
    return Box(
        code=code,
        name=_cut(step.name, NAME_LENGTH),
        note=_cut(note, NOTE_LENGTH),
        full=f"{step.name}（{note}）" if note else step.name,
        state=states.get(code, ""),
        x=x,
        y=y,
        width=BOX_WIDTH,
        height=BOX_HEIGHT,
    )


def _way(  # noqa: PLR0917  # one line of the drawing
    definition: Definition,
    boxes: Mapping[str, Box],
    code: str,
    branch: Branch,
    lanes: Mapping[tuple[str, str], int],
    right: int,
    *,
    is_taken: bool,
) -> Way:
    start, end = boxes[code], boxes[branch.to]
    label = _label(definition, branch)
    lane = lanes.get((code, branch.to))
    if lane is not None:
        x = right + LANE * (lane + 1)
        out, into = start.y + start.height // 2, end.y + end.height // 2
        path = f"M{start.x + start.width} {out}H{x - 8}q8 0 8 8V{into - 8}q0 8 -8 8H{end.x + end.width + 2}"
        return Way(path, label, x + 6, out + 18, is_taken)
    top, bottom = start.y + start.height, end.y - 2
    if start.middle == end.middle:
        return Way(f"M{start.middle} {top}V{bottom}", label, start.middle + 8, top + GAP_Y // 2 + 4, is_taken)
    turn = top + GAP_Y // 2
    path = f"M{start.middle} {top}V{turn}H{end.middle}V{bottom}"
    return Way(path, label, end.middle + 8, turn - 5, is_taken)


def _label(definition: Definition, branch: Branch) -> str:
    if not branch.when:
        return ""
    name = definition.fact_names.get(branch.when.removeprefix("!"), branch.when.removeprefix("!"))
    return f"非{name}" if branch.when.startswith("!") else name


def _words(definition: Definition) -> str:
    sentences = []
    for code, step in definition.steps.items():
        ways = []
        for branch in _drawn(definition, code):
            to = "办结" if branch.to == END else definition.step(branch.to).name
            label = _label(definition, branch)
            ways.append(f"{label}时到{to}" if label else f"到{to}")
        sentences.append(f"{step.name}：{'，'.join(ways)}")
    return "；".join(sentences) + "。"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
