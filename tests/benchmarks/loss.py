"""How long pictures stand still on a line that loses packets in both directions, with what is lost sent again and without.

Two real browsers meet through the relay of the tests (`tests/helpers/relay.py`), which loses by a seed and delays 10 ms each way,
reorders 2 % and doubles 1 % besides. Both variants take turns in one meeting: the media server is killed and the other one started
on its sockets, browsers come back by themselves.
"""

from playwright.sync_api import Browser, Page

from config.stack.bench import BenchResult
from tests.helpers.conference import HEARD, MOVING, Conference, conference
from tests.helpers.relay import CLEAR, bad

SEED = 20261102
REPEATS = 3
PERCENTS = (1, 5, 10)
SECONDS = 15.0
SETTLE_MS = 4000
AFTER_MS = 1500  # a freeze is counted when it ends
UP_SECONDS = 30
VARIANTS = {"": "", "_without_resend": "tests.benchmarks._unmended"}


def run(
    *,
    repeats: int = REPEATS,
    percents: tuple[int, ...] = PERCENTS,
    seconds: float = SECONDS,
    browser: Browser | None = None,
) -> BenchResult:
    """As often as is repeated: both variants, in each all shares of loss."""
    values: dict[str, list[float]] = {}
    with conference(2, seed=SEED, browser=browser) as room:
        pages = [room.enter(number) for number in (0, 1)]
        for _ in range(repeats):
            for suffix, module in VARIANTS.items():
                _changed(room, module, pages)
                for percent in percents:
                    frozen = _frozen(room, pages, percent, seconds)
                    values.setdefault(f"freeze_s_per_min_{percent}{suffix}", []).append(frozen)
    how = {"": "丢包重发", "_without_resend": "不重发，每次丢包都请求新的关键帧"}
    notes = {
        f"freeze_s_per_min_{percent}{suffix}": f"双向各丢 {percent}%，每路画面每分钟停顿秒数，{how[suffix]}，每次 {seconds:.0f} 秒"
        for percent in percents
        for suffix in VARIANTS
    }
    return BenchResult(values, notes)


def _changed(room: Conference, module: str, pages: list[Page]) -> None:
    """The other server; everybody is back and has settled."""
    room.relay.both(CLEAR)
    if room.module != module:
        room.kill_media()
        room.module = module
        room.start_media()
    tries = 0
    while any(len(page.evaluate(MOVING)) != len(pages) - 1 for page in pages):
        tries += 1
        if tries > UP_SECONDS * 2:
            raise RuntimeError("browsers did not come back")
        pages[0].wait_for_timeout(500)
    pages[0].wait_for_timeout(SETTLE_MS)


def _frozen(room: Conference, pages: list[Page], percent: int, seconds: float) -> float:
    """Seconds a minute a picture stood still."""
    before = [page.evaluate(HEARD) for page in pages]
    room.relay.both(bad(percent / 100))
    pages[0].wait_for_timeout(seconds * 1000)
    room.relay.both(CLEAR)
    pages[0].wait_for_timeout(AFTER_MS)
    after = [page.evaluate(HEARD) for page in pages]
    frozen = sum(late["freezes"] - early["freezes"] for early, late in zip(before, after, strict=True))
    streams = sum(len(late["decoded"]) for late in after)
    return float(frozen / streams / seconds * 60)
