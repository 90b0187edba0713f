"""The non-classified guard on 200 lines: marks of secrecy found, harmless talk stopped (domain.md §10.3)."""

import time
from pathlib import Path

from apps.files.marks import mark_in_text
from config.stack.bench import BenchResult

NEEDS_SERVERS = False
REPEATS = 5
LINES = Path(__file__).parent.parent / "data" / "secrecy-lines.txt"
MARKED, HARMLESS = "＋", "－"


def sorted_lines() -> tuple[list[str], list[str]]:
    """Lines that have to be stopped, and lines that have to pass, as written down by hand."""
    lines = LINES.read_text().splitlines()
    kinds = (MARKED, HARMLESS)
    marked, harmless = ([line[1:] for line in lines if line.startswith(kind)] for kind in kinds)
    return marked, harmless


def run() -> BenchResult:
    """Ask the guard about every line."""
    marked, harmless = sorted_lines()
    values: dict[str, list[float]] = {"recall": [], "false_alarms": [], "us_per_line": []}
    for _ in range(REPEATS):
        began = time.perf_counter()
        found = sum(bool(mark_in_text(line)) for line in marked)
        alarms = sum(bool(mark_in_text(line)) for line in harmless)
        took = time.perf_counter() - began
        values["recall"].append(found / len(marked))
        values["false_alarms"].append(float(alarms))
        values["us_per_line"].append(took * 1e6 / (len(marked) + len(harmless)))
    notes = {
        "recall": f"{len(marked)} 行密级标志中拦下的比例（tests/data/secrecy-lines.txt，人工写就）",
        "false_alarms": f"{len(harmless)} 行普通文字中误拦的行数",
        "us_per_line": "每行用时（微秒）",
    }
    return BenchResult(values, notes)
