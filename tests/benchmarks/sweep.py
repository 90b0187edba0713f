"""The sweep of reminders over a million open items, twenty thousand of them due, beside its own statements replayed bare."""

import resource
from datetime import datetime
from typing import Any

from django.db import connection

from apps.core import clock
from apps.core.models import Reminder
from apps.core.reminding import BATCH, batch_remind
from apps.notifications.models import Notice
from apps.supervision.models import ItemClass, SupervisionItem
from apps.supervision.reminders import ITEMS
from apps.supervision.services.installation import classes_install
from config.stack.bench import BenchResult
from tests.benchmarks._replay import performed, twin
from tests.factories.world import World

OPEN = 1_000_000
DUE = 20_000
REPEATS = 5
MOMENT = datetime(2026, 11, 3, 9, 30, tzinfo=clock.CITY_ZONE)
MEGABYTE = 1024
FILL = """
INSERT INTO supervision_supervisionitem (
    organ_id, item_class_id, number, title, requirement, source, subject_kind, quote, state, lead_organ_id, weight, progress,
    frequency, report_period, is_listed, urge_count, proposed_by_id, created_at, assigned_at, is_late, grade, version,
    due_at, first_due_at, is_due_provisional, is_due_named, next_reminder_at, yellow_at, report_dates,
    counted_light, light_until
)
SELECT %(organ)s, %(item_class)s, '督〔2026〕' || n || '号', '督办事项' || n, '', 'plan', '', '', 'in_progress',
    (%(leads)s::bigint[])[1 + n %% array_length(%(leads)s::bigint[], 1)], 1, n %% 100, '', '', false, 0, %(post)s,
    %(now)s::timestamptz - interval '20 days', %(now)s::timestamptz - interval '20 days', false, '', 1,
    CASE WHEN n <= %(due)s THEN %(now)s::timestamptz + interval '9 hours'
         ELSE %(now)s::timestamptz + interval '30 days' + n %% 300 * interval '1 day' END,
    NULL, false, true,
    CASE WHEN n <= %(due)s THEN %(now)s::timestamptz - interval '30 minutes'
         ELSE %(now)s::timestamptz + interval '20 days' + n %% 300 * interval '1 day' END,
    NULL, '[]', 'green', %(now)s::timestamptz + interval '9 hours'
FROM generate_series(1, %(open)s) AS n
"""


def run(open_count: int = OPEN, due_count: int = DUE, repeats: int = REPEATS) -> BenchResult:
    """Fill, copy, then sweep a fifth of the due rows in each round, every batch followed by its replay."""
    world = World.build()
    _fill(world, open_count, due_count)
    over_sql: list[float] = []
    statements: list[float] = []
    with clock.at(MOMENT):
        batch_remind(ITEMS, size=1)  # before the copy: plans and imports are warm, both sides the same
    with twin() as other, clock.at(MOMENT):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(repeats):
            seconds = replayed = 0.0
            for _ in range(max(due_count // repeats // BATCH, 1)):
                verb = performed(lambda: batch_remind(ITEMS))
                seconds += verb.seconds
                replayed += other.replay(verb)
                statements.append(len(verb.statements))
            over_sql.append(seconds / replayed)
        peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / MEGABYTE
    keys = list(Notice.objects.values_list("person_id", "key"))
    told = Reminder.objects.filter(source=ITEMS.name).count()
    if told < due_count // repeats // BATCH * BATCH * repeats or not keys:
        raise RuntimeError(f"only {told} reminders were made")
    notes = {
        "over_sql": f"{open_count}个在办事项中{due_count}个到提醒时点，每批{BATCH}个：清扫用时 ÷ 同样的语句在数据库副本上重放",
        "queries_per_batch": "一批的全部语句，含锁",
        "peak_mb": "清扫期间进程最大驻留内存的增长",
        "duplicates": "同一人同一提醒的重复消息数",
    }
    values = {
        "over_sql": over_sql,
        "queries_per_batch": statements,
        "peak_mb": [peak],
        "duplicates": [float(len(keys) - len(set(keys)))],
    }
    return BenchResult(values, notes)


def _fill(world: World, open_count: int, due_count: int) -> None:
    classes_install()
    facts: dict[str, Any] = {
        "organ": world.organs["office"].pk,
        "item_class": ItemClass.objects.get(code="plan").pk,
        "leads": [world.organs[key].pk for key in ("data", "finance", "county_office")],
        "post": world.post("supervisor").pk,
        "now": MOMENT,
        "due": due_count,
        "open": open_count,
    }
    with connection.cursor() as cursor:
        cursor.execute(FILL, facts)
        cursor.execute("ANALYZE")
    if SupervisionItem.objects.filter(next_reminder_at__lte=MOMENT).count() != due_count:
        raise RuntimeError("the rows are not due as planned")
