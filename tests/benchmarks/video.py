"""Video meetings: real browsers that see and hear each other, and load without browsers on the media server.

Browsers fill the machine long before the server does: six and eight of them are for information. Load: 20 people who all send, and
3 speakers before 300 viewers (`_media_crowd`), in a process of their own that decrypts nothing.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from apps.meetings.media import Embedded
from config.stack.bench import BenchResult
from config.stack.media import Media
from config.stack.services import ROOT
from tests.helpers.conference import FIRST_PICTURE, HEARD, MOVING, Conference, conference
from tests.helpers.media import media_sockets, media_started

SEED = 20261102
REPEATS = 3
GOALS, MORE = (2, 4), (6, 8)
LOADS = {"20x20": (20, 0), "3x300": (3, 300)}
LOAD_SECONDS = 6.0
CPU_MS = 5000
GATHER_SECONDS = 15.0
MORE_BEFORE_SECONDS = 360.0
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1 << 20
MICROSECONDS = 1_000_000


def run(
    *,
    repeats: int = REPEATS,
    sizes: tuple[int, ...] = GOALS,
    more: tuple[int, ...] = MORE,
    loads: dict[str, tuple[int, int]] | None = None,
    seconds: float = LOAD_SECONDS,
    browser: Browser | None = None,
) -> BenchResult:
    """Load first, then browsers; the larger rooms once and only while there is time."""
    values: dict[str, list[float] | None] = {}
    ends = time.monotonic() + MORE_BEFORE_SECONDS
    for _ in range(repeats):
        for name, (speakers, viewers) in (loads or LOADS).items():
            _add(values, _loaded(name, speakers, viewers, seconds))
    with conference(max((*sizes, *more)), seed=SEED, browser=browser) as room:
        for _ in range(repeats):
            for size in sizes:
                _add(values, _met(room, size, is_goal=True))
        for size in more:
            values |= _crowded(room, size) if time.monotonic() < ends else {f"streams_ok_n{size}": None}
    values["over_janus"] = None
    return BenchResult(values, _notes(loads or LOADS, more, seconds))


def _add(values: dict[str, list[float] | None], found: dict[str, float]) -> None:
    for name, value in found.items():
        known = values.setdefault(name, [])
        if known is not None:
            known.append(value)


def _notes(loads: dict[str, tuple[int, int]], more: tuple[int, ...], seconds: float) -> dict[str, str]:
    has_janus = shutil.which("janus") is not None
    notes = {
        "streams_ok": "收到的声音和画面之比：画布上在动、声音能量在增加",
        "first_frame_ms_n4": "第四人点“加入会议”到看见第一个他人画面",
        "cpu_percent_n4": "媒体服务器进程，一个核为 100%",
        "over_janus": "装有 janus，但本测量不驱动它" if has_janus else "没有安装 Debian 的 janus",
    }
    notes |= {f"streams_ok_n{size}": "仅供参考：浏览器已占满本机，带不动或来不及时为空" for size in more}
    for name, (speakers, viewers) in loads.items():
        who = f"{speakers} 人发言" + (f"、{viewers} 人观看" if viewers else "并互相接收")
        notes |= {
            f"us_per_packet_{name}": f"服务器处理器时间除以转发包数，{who}，{seconds:.0f} 秒",
            f"lost_{name}": "应收而未收的包数",
            f"rss_mb_{name}": "服务器内存",
            f"packets_per_s_{name}": "转发包数",
        }
    return notes


def _met(room: Conference, size: int, *, is_goal: bool) -> dict[str, float]:
    """So many browsers in one room; the last one's first picture, then everybody's pictures and sounds."""
    pages = [room.enter(number) for number in range(size - 1)]
    _gathered(pages, size - 1)
    last = room.come(size - 1)
    first = float(last.evaluate(FIRST_PICTURE))
    pages.append(last)
    _gathered(pages, size)
    assert room.media_process is not None
    begun = _cpu_seconds(room.media_process.pid)
    sounds = [page.evaluate(HEARD)["energy"] for page in pages]
    pages[0].wait_for_timeout(CPU_MS)
    percent = (_cpu_seconds(room.media_process.pid) - begun) / CPU_MS * 100_000
    right = 0
    for page, before in zip(pages, sounds, strict=True):
        after = page.evaluate(HEARD)["energy"]
        right += sum(level > before.get(ssrc, 0) for ssrc, level in after.items())
        right += len(page.evaluate(MOVING))
    room.leave()
    share = right / (2 * size * (size - 1))
    if not is_goal:
        return {f"streams_ok_n{size}": share}
    found = {"streams_ok": share}
    return found | ({"first_frame_ms_n4": first, "cpu_percent_n4": percent} if size == max(GOALS) else {})


def _crowded(room: Conference, size: int) -> dict[str, list[float] | None]:
    """Once, for information; None where the machine does not carry so many browsers."""
    try:
        return {name: [value] for name, value in _met(room, size, is_goal=False).items()}
    except PlaywrightError:
        room.leave()
        return {f"streams_ok_n{size}": None}


def _gathered(pages: list[Page], size: int) -> None:
    """Wait, not without end, until all see all; who does not is counted later."""
    ends = time.monotonic() + GATHER_SECONDS
    while time.monotonic() < ends:
        if all(len(page.evaluate(MOVING)) == size - 1 for page in pages):
            return


def _loaded(name: str, speakers: int, viewers: int, seconds: float) -> dict[str, float]:
    """A server of its own under load."""
    with media_sockets(28_000) as media:
        process = media_started(media)
        try:
            return _pressed(name, media, process.pid, [speakers, viewers], seconds)
        finally:
            process.terminate()
            process.wait(10)


def _pressed(name: str, media: Media, pid: int, people: list[int], seconds: float) -> dict[str, float]:
    orders = "{}:{}".format(*media.control.getsockname()[:2])
    numbers = [str(media.port), *map(str, people), str(seconds)]
    crowd = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks._media_crowd", orders, *numbers],
        cwd=ROOT, env={**os.environ, "TONGZHOU_MEDIA_SECRET": media.secret},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    to, back = crowd.stdin, crowd.stdout
    assert to is not None  # opened above
    assert back is not None
    try:
        if back.readline().strip() != "ready":
            raise RuntimeError("the crowd did not come up")
        control = Embedded(orders, media.secret)
        before, begun = control.stats(), _cpu_seconds(pid)
        to.write("\n")
        to.flush()
        answer = json.loads(back.readline())
        spent, after = _cpu_seconds(pid) - begun, control.stats()
        resident = _resident(pid)
    finally:
        crowd.terminate()
        crowd.wait()
    packets = after["packets_out"] - before["packets_out"]
    return {
        f"us_per_packet_{name}": spent / max(1, packets) * MICROSECONDS,
        f"lost_{name}": float(answer["expected"] - answer["received"]),
        f"rss_mb_{name}": resident / MEGABYTE,
        f"packets_per_s_{name}": packets / seconds,
    }


def _cpu_seconds(pid: int) -> float:
    """What a process has used of processors so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
