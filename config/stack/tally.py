"""Counting what the proof ran: passed, failed, skipped, and why."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

REASON_WIDTH = 150


@dataclass(frozen=True)
class Outcome:
    """What one step came to."""

    name: str
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def from_junit(name: str, report: Path, *, seconds: float, code: int) -> Outcome:
    """Counts of a pytest run. A run that broke off, or says failure without naming a test, counts as one failure."""
    passed = failed = skipped = 0
    reasons: Counter[str] = Counter()
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314  # written by our own pytest run
    except (OSError, ElementTree.ParseError):
        cases = []
    for case in cases:
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif skip is not None:
            skipped += 1
            reasons[(skip.get("message") or "没有说明原因")[:REASON_WIDTH]] += 1
        else:
            passed += 1
    if code not in (0, 5) and not failed:
        failed = 1
    return Outcome(name, seconds, passed, failed, skipped, reasons)


def table(outcomes: list[Outcome]) -> list[str]:
    """One line a step."""
    lines = []
    for outcome in outcomes:
        counts = f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
        mark = "✗" if outcome.failed else "✓" if outcome.passed else "–"
        lines.append(f"{mark} {outcome.seconds:7.1f} 秒  {outcome.name}：{counts}")
    return lines


def closing(outcomes: list[Outcome]) -> list[str]:
    """Why tests were skipped, then the one closing line."""
    reasons: Counter[str] = Counter()
    for outcome in outcomes:
        reasons.update(outcome.reasons)
    lines = [f"跳过 {count} 项：{reason}" for reason, count in reasons.most_common()]
    totals = [sum(getattr(outcome, name) for outcome in outcomes) for name in ("passed", "failed", "skipped")]
    return [*lines, "{} passed, {} failed, {} skipped".format(*totals)]
