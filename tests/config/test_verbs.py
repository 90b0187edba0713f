"""Small parts of the verbs: log lines, counts, summaries, arguments."""

import gzip
import json
import os
import time
from collections import Counter
from pathlib import Path

import pytest

from config.stack.bench import BenchResult, shown, summary
from config.stack.dispatch import take_state
from config.stack.journal import LogFile, kept_days, readable
from config.stack.supervisor import ended_how
from config.stack.tally import Outcome, closing, from_junit, table

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure message="no">x</failure></testcase>
<testcase name="c"><skipped message="未安装 Chromium"/></testcase><testcase name="d"><error message="e"/></testcase>
</testsuite></testsuites>"""


def test_a_structured_line_becomes_readable() -> None:
    """Event, facts and colour; the probes of the stack and doubles are not shown."""
    line = json.dumps(
        {"event": "outbox.parked", "level": "error", "event_id": 7, "timestamp": "2026-11-02T01:02:03Z"}
    )
    text, colour = readable(line)
    assert "outbox.parked event_id=7" in text
    assert colour == "red"
    assert readable(json.dumps({"event": "request_started", "request": "GET /"})) == ("", "")
    assert readable(json.dumps({"event": "request_finished", "request": "GET /healthz"})) == ("", "")


@pytest.mark.parametrize("line", ["plain words", "{not json", '{"no": "event"}', "{}"])
def test_any_other_line_is_shown_as_it_is(line: str) -> None:
    """Nothing a process says is lost."""
    assert readable(line) == (line, "")


def test_a_trace_follows_its_event() -> None:
    """Exceptions stay readable."""
    text, _ = readable(json.dumps({"event": "boom", "level": "error", "exception": "Traceback\n  line"}))
    assert text == "boom\nTraceback\n  line"


def test_log_files_are_packed_and_kept_for_half_a_year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is lost; what is older than the law asks goes with the next full file; fewer days are not to be had."""
    monkeypatch.setattr("config.stack.journal.KEPT_BYTES", 100)
    monkeypatch.setenv("TONGZHOU_LOG_DAYS", "7")
    log = LogFile(tmp_path / "web.log")
    for number in range(30):
        log.write(f"line {number:03d} of the process")
    packed = sorted(tmp_path.glob("web-*.log.gz"))
    kept = (
        "".join(gzip.decompress(path.read_bytes()).decode() for path in packed)
        + (tmp_path / "web.log").read_text()
    )
    assert [line[5:8] for line in kept.splitlines()] == [f"{number:03d}" for number in range(30)]
    day = 24 * 3600
    for path, days in ((packed[0], 184), (packed[1], 182)):
        os.utime(path, (time.time() - days * day,) * 2)
    for number in range(5):
        log.write(f"line {number:03d} of the process")
    log.close()
    assert not packed[0].exists()
    assert packed[1].exists()
    assert kept_days() == 183


def test_a_full_disk_costs_lines_and_stops_nobody(tmp_path: Path) -> None:
    """Every line is taken; when there is room again the file tells how many are missing and goes on."""
    log = LogFile(tmp_path / "web.log")
    log.write("before")
    log.file = Path("/dev/full")  # refuses every byte
    log._begin_again()
    for number in range(3):
        log.write(f"lost {number}")
    log.file = tmp_path / "web.log"
    log.write("after")
    log.close()
    assert (tmp_path / "web.log").read_text() == "before\n日志写入失败，缺少 3 行。\nafter\n"


def test_a_signal_is_named() -> None:
    """The operator reads what happened."""
    assert ended_how(-9) == "被信号 SIGKILL 终止"
    assert ended_how(3) == "退出码 3"


def test_counts_come_from_the_report(tmp_path: Path) -> None:
    """An error in a fixture is a failure."""
    (tmp_path / "r.xml").write_text(REPORT)
    outcome = from_junit("pytest", tmp_path / "r.xml", seconds=1, code=1)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 2, 1)
    assert outcome.reasons == Counter({"未安装 Chromium": 1})


def test_a_run_that_broke_off_counts_as_a_failure(tmp_path: Path) -> None:
    """No report, or a bad exit without a failed test, never looks green."""
    assert from_junit("pytest", tmp_path / "absent.xml", seconds=1, code=3).failed == 1
    (tmp_path / "r.xml").write_text("<testsuite><testcase name='a'/></testsuite>")
    assert from_junit("pytest", tmp_path / "r.xml", seconds=1, code=2).failed == 1
    assert from_junit("pytest", tmp_path / "r.xml", seconds=1, code=0).failed == 0


def test_the_last_line_counts_everything_and_stands_alone() -> None:
    """Reasons of skips above it."""
    outcomes = [
        Outcome("mypy", 1.0, passed=1),
        Outcome("pytest", 2.0, passed=5, failed=1, skipped=2, reasons=Counter({"没有浏览器": 2})),
    ]
    assert closing(outcomes) == ["跳过 2 项：没有浏览器", "6 passed, 1 failed, 2 skipped"]
    assert len(table(outcomes)) == 2


def test_a_measurement_is_summed_up_with_median_least_and_greatest() -> None:
    """What could not be measured is null with its reason."""
    result = BenchResult({"ratio": [3.0, 1.0, 2.0], "none": None}, {"none": "没有 LibreOffice"})
    report = summary("typeset", result)
    assert report["values"] == {"ratio": {"median": 2.0, "min": 1.0, "max": 3.0}, "none": None}
    assert report["notes"]["none"] == "没有 LibreOffice"
    assert "没有 LibreOffice" in shown(report)
    json.dumps(report)


@pytest.mark.parametrize(
    ("given", "state", "rest"),
    [
        (["migrate"], None, ["migrate"]),
        (["migrate", "--state", "/x", "core"], Path("/x"), ["migrate", "core"]),
        (["migrate", "--state=/x"], Path("/x"), ["migrate"]),
    ],
)
def test_the_state_folder_may_be_named_on_any_command(
    given: list[str], state: Path | None, rest: list[str]
) -> None:
    """Django's commands never see the option."""
    assert take_state(given) == (state, rest)
