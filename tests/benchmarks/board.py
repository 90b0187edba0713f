"""Ten thousand items or a million, of the same units and people: is the board as fast, and are its figures the truth?

Two databases side by side on one server. In each the rows are inserted bare, as if the last sweep had just been by, and counted by
the product. Then the pages are asked for as a browser does, in turn from the one and the other: the board on all its axes,
the lists behind its numbers, the list page by page, by people of every capacity.
"""

import gc
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import reverse

from apps.core import clock
from apps.supervision.enums import Source
from apps.supervision.models import ItemClass, SupervisionItem
from apps.supervision.policies import board_scopes
from apps.supervision.selectors.board import AXES
from apps.supervision.selectors.tallies import figures_differ
from apps.supervision.services.installation import classes_install
from apps.supervision.services.tallies import tallies_follow, tallies_rebuild
from config.stack.bench import BenchResult
from tests.benchmarks._copies import copies, inside
from tests.benchmarks._pages import Databases, Times, shown, worst_ratio
from tests.benchmarks._pages import measured as pages_measured
from tests.benchmarks._stage import signed_in
from tests.factories.world import World

REPEATS = 5
SMALL, LARGE = 10_000, 1_000_000
ENOUGH_SECONDS = 450  # no further repetition is begun after that
SCOPES = 2  # of each reader in a turn
DRILLED = 3  # every how many of the lists behind the numbers is asked for in a turn
TURNED = 500  # items changed and not yet settled when the pages are asked for
MOMENT = datetime(2026, 11, 25, 10, 0, tzinfo=clock.CITY_ZONE)
READERS = ("supervisor", "director", "head", "bureau_head", "bureau_clerk", "finance_head", "drafter")
LEADS = ("data", "finance", "education", "county_office", "office")
FILL = """
INSERT INTO supervision_supervisionitem (
    organ_id, item_class_id, number, title, requirement, source, subject_kind, quote, leader_id, state, lead_organ_id,
    lead_unit_id, weight, progress, frequency, report_period, is_listed, urge_count, proposed_by_id, created_at,
    assigned_at, completed_at, is_late, grade, version, report_dates, due_at, first_due_at, is_due_provisional,
    is_due_named, yellow_at, report_due_at, green_until, counted_light, light_until, search_text
)
SELECT %(organ)s, %(item_class)s, '督〔2026〕' || n || '号', '督办事项' || n, '',
    (%(sources)s::text[])[1 + (hashint4(n) & 65535) %% 6], '', '',
    (%(leaders)s::bigint[])[1 + (hashint4(n + 1) & 65535) %% array_length(%(leaders)s::bigint[], 1)],
    CASE WHEN is_done THEN 'evaluated' WHEN n %% 11 = 0 THEN 'reported' ELSE 'in_progress' END,
    (%(leads)s::bigint[])[1 + (hashint4(n + 2) & 65535) %% array_length(%(leads)s::bigint[], 1)],
    NULL, 1, n %% 100, '', '', false, 0, %(post)s,
    given, given, CASE WHEN is_done THEN given + (20 + n %% 25) * interval '1 day' END, is_done AND n %% 25 > 19, '', 1, '[]',
    due, due, false, true, yellow, owed, least(yellow, owed + interval '1 microsecond'),
    CASE WHEN is_done THEN 'none' WHEN due < %(now)s THEN 'red' WHEN least(yellow, owed) < %(now)s THEN 'yellow' ELSE 'green' END,
    CASE WHEN is_done OR due < %(now)s THEN NULL WHEN least(yellow, owed) < %(now)s THEN due ELSE least(yellow, owed) END,
    text_folded('督〔2026〕' || n || '号 督办事项' || n)
FROM (SELECT *, due - interval '3 days' AS yellow, CASE WHEN n %% 9 = 0 AND NOT is_done THEN due - interval '8 days' END AS owed FROM (
    SELECT n, n %% 10 < 6 AS is_done, born AS given, born + interval '40 days' AS due FROM (
        SELECT n, date_trunc('day', %(now)s::timestamptz)
            - CASE WHEN n %% 10 < 6 THEN 45 + n %% 320 ELSE n %% 46 END * interval '1 day' + interval '10 hours' AS born
        FROM generate_series(1, %(count)s) AS n
    ) AS births
) AS items) AS dated
"""


def run(
    repeats: int = REPEATS, small: int = SMALL, large: int = LARGE, people: int = len(READERS)
) -> BenchResult:
    """Fill both, warm both, then ask for page after page in turn."""
    began = time.monotonic()
    world = World.build()
    classes_install()
    readers = READERS[:people]
    keys = dict(zip(readers, signed_in([world.people[key] for key in readers]), strict=True))
    with copies("bench_board_small", "bench_board_large") as both, clock.at(MOMENT):
        for other, count in zip(both, (small, large), strict=True):
            with inside(other):
                _fill(world, count)
        gc.collect()
        gc.freeze()
        measured: list[Times] = []
        equal: list[float] = []
        for turn in range(repeats + 1):
            if len(measured) > 1 and time.monotonic() - began > ENOUGH_SECONDS:
                break
            _moved(both, turn)
            found = pages_measured(
                both, _pages(both[0], [(world, key, session) for key, session in keys.items()], turn)
            )
            if turn:  # the first one warms
                measured.append(found)
                equal.append(_equal(both))
    ratios = [worst_ratio(times) for times in measured]
    notes = {
        "p95_ratio_worst": f"同样的单位和人员，{small} 项与 {large} 项各一库，逐页交替，每页两遍取快；数字取自触发器维护的增量行，"
        f"另有 {TURNED} 项刚变动、尚未清扫；{len(measured)} 轮，各页 p95 的中位数（毫秒，少/多）："
        + "，".join(shown(name, measured) for name in measured[0]),
        "figures_equal_truth": "每轮将全部数字与逐项重算的结果比较，两库一并计算；1 为全部相等",
    }
    return BenchResult({"p95_ratio_worst": ratios, "figures_equal_truth": equal}, notes)


def _fill(world: World, count: int) -> None:
    facts: dict[str, Any] = {
        "organ": world.organs["office"].pk,
        "item_class": ItemClass.objects.get(code="plan").pk,
        "leads": [world.organs[key].pk for key in LEADS],
        "leaders": [world.post(key).pk for key in ("head", "deputy", "director")],
        "sources": [source.value for source in Source],
        "post": world.post("supervisor").pk,
        "now": MOMENT,
        "count": count,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica"
        )  # neither keys are checked nor rows counted one by one
        cursor.execute(FILL, facts)
        cursor.execute("RESET session_replication_role")
    tallies_rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _moved(both: Databases, turn: int) -> None:
    """The same items of both are changed; the sweep has not been by since."""
    for other in both:
        with inside(other):
            tallies_follow()
            numbers = SupervisionItem.objects.filter(state="in_progress").order_by("pk")
            chosen = list(numbers.values_list("pk", flat=True)[turn * TURNED : (turn + 1) * TURNED])
            SupervisionItem.objects.filter(pk__in=chosen).update(report_due_at=MOMENT)


def _pages(
    small: BaseDatabaseWrapper, readers: list[tuple[World, str, str]], turn: int
) -> Iterator[tuple[str, str, str]]:
    """Name of the operation, whose session, address."""
    board, items = reverse("supervision:board"), reverse("supervision:items")
    for number, (world, key, session) in enumerate(readers):
        with inside(small):
            actor = world.actor(key)
        for scope in [code for code, _ in board_scopes(actor)][:SCOPES]:
            yield from (("看板", session, f"{board}?scope={scope}&by={axis}") for axis, _ in AXES)
            for query in _drills(world, turn)[(turn + number) % DRILLED :: DRILLED]:
                yield "下钻", session, f"{items}?scope={scope}&{query}"
        for query in ("", "stage=open", "stage=review", "stage=done", "scope=given", "scope=assist"):
            yield "列表", session, f"{items}?{query}"


def _drills(world: World, turn: int) -> list[str]:
    """The lists behind the numbers of the matrix."""
    organ = world.organs[LEADS[turn % len(LEADS)]].pk
    leader = world.post(("head", "deputy", "director")[turn % 3]).pk
    source = list(Source)[turn % 6]
    lights = [f"{by}&light={light}" for by in ("", f"organ={organ}", f"leader={leader}", f"source={source}")
              for light in ("red", "yellow", "green")]  # fmt: skip
    times = ["done=2026-11", f"organ={organ}&done=2026", "due=2026-12&light=green", "assigned=2026-11"]
    return [*lights, *times, f"organ={organ}&stage=review"]


def _equal(both: Databases) -> float:
    """1 when no figure of either database differs from the items themselves."""
    differing = 0
    for other in both:
        with inside(other):
            differing += len(figures_differ())
    return float(differing == 0)
