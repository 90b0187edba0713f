"""座次: three hundred people of sixty units on rostrum and in the hall, looked at by a checker of its own."""

import time

from apps.meetings.seating import Layout, Place, Sitter, seat
from config.stack.bench import BenchResult
from tests.helpers.seats import rule_errors

NEEDS_SERVERS = False
REPEATS = 5
LAYOUT = Layout(rostrum=(11, 15), hall=(24,) * 12)
PEOPLE, LEADERS, PER_UNIT = 300, 26, 5
FIXED = {120: Place("hall", 3, 7), 200: Place("hall", 9, 1)}


def run(repeats: int = REPEATS) -> BenchResult:
    """Seat everybody by rule, then again with two seats given by hand; the slower of the two counts."""
    sitters = [Sitter(key=key, unit=key // PER_UNIT, is_leader=key < LEADERS) for key in range(PEOPLE)]
    seconds: list[float] = []
    errors: list[float] = []
    for _ in range(repeats):
        slowest, wrong = 0.0, 0
        for fixed in ({}, FIXED):
            started = time.perf_counter()
            places = seat(LAYOUT, sitters, fixed=fixed)
            slowest = max(slowest, time.perf_counter() - started)
            wrong += len(rule_errors(LAYOUT, sitters, places, frozenset(fixed)))
        seconds.append(slowest)
        errors.append(float(wrong))
    notes = {
        "seconds": f"{PEOPLE}人、{LAYOUT.seats}座：主席台两排、会场十二排，按规则排座",
        "rule_errors": "独立检查程序逐座核对：一人一座、单双数居中、左右交替、前后排次序、单位相连",
    }
    return BenchResult({"seconds": seconds, "rule_errors": errors}, notes)
