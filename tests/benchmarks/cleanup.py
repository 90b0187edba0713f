"""一键排版 of the digital-government plan: headings missed or invented, and its time."""

import time
from collections import Counter
from pathlib import Path

from apps.documents.body import body_from_text
from apps.documents.cleanup import text_cleaned
from config.stack.bench import BenchResult

NEEDS_SERVERS = False
REPEATS = 20
PLAN = Path(__file__).parent.parent / "data" / "digital-government-plan.raw.txt"
EXPECTED = Counter({1: 4, 2: 13, 3: 16})  # by reading the text


def run() -> BenchResult:
    """Clean the plan again and again."""
    text = PLAN.read_text()
    took: list[float] = []
    errors: list[float] = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        body = body_from_text(text_cleaned(text).text)
        took.append((time.perf_counter() - began) * 1000)
        levels = Counter(node["attrs"]["level"] for node in body["content"] if node["type"] == "heading")
        errors.append(float(sum(abs(levels[level] - EXPECTED[level]) for level in levels | EXPECTED)))
    notes = {
        "heading_errors": "与通读原文写下的各级标题数之差（一级4、二级13、三级16）",
        "ms": "一键排版一次并生成正文结构的毫秒数",
    }
    return BenchResult({"heading_errors": errors, "ms": took}, notes)
