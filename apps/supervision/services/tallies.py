"""Keeping the board's figures: lights that have turned are counted anew, signed rows are added up, the whole is checked by night."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Case, F, Value, When

from apps.audit.services import record
from apps.core.clock import now
from apps.supervision.enums import LightKind
from apps.supervision.models import SupervisionItem, Tally
from apps.supervision.selectors.items import light_is
from apps.supervision.selectors.tallies import figures_differ
from apps.supervision.tallying import GROUP, MEASURES, counted

BATCH = 2000
INSTANT = timedelta(microseconds=1)  # a date is kept until its very end
COLUMNS = ", ".join(MEASURES)
SUMS = ", ".join(f"sum({name})" for name in MEASURES)
FOLD = f"""
    WITH doubled AS (
        SELECT array_agg(id) AS ids FROM supervision_tally GROUP BY {GROUP} HAVING count(*) > 1
    ), gone AS (
        DELETE FROM supervision_tally WHERE id IN (SELECT unnest(ids) FROM doubled) RETURNING *
    )
    INSERT INTO supervision_tally ({GROUP}, {COLUMNS}) SELECT {GROUP}, {SUMS} FROM gone
    GROUP BY {GROUP} HAVING {" OR ".join(f"sum({name}) <> 0" for name in MEASURES)}
"""  # noqa: S608  # our own names


def tallies_follow() -> None:
    """What is done every minute."""
    lights_settle()
    tallies_fold()


def lights_settle() -> int:
    """Count every light that has turned, or waits since its item changed. Safe to run twice. Returns how many items."""
    total = 0
    while count := _batch_settle():
        total += count
    return total


@transaction.atomic
def _batch_settle() -> int:
    moment = now()
    due = SupervisionItem.objects.filter(light_until__lte=moment).select_for_update(
        of=("self",), skip_locked=True
    )
    numbers = list(due.order_by("light_until", "pk").values_list("pk", flat=True)[:BATCH])
    red, yellow, green = (
        light_is(kind, moment) for kind in (LightKind.RED, LightKind.YELLOW, LightKind.GREEN)
    )
    SupervisionItem.objects.filter(pk__in=numbers).update(
        counted_light=Case(
            When(red, then=Value(LightKind.RED.value)),
            When(yellow, then=Value(LightKind.YELLOW.value)),
            When(green, then=Value(LightKind.GREEN.value)),
            default=Value(LightKind.NONE.value),
        ),
        light_until=Case(
            When(yellow, then=F("due_at") + INSTANT),
            When(green, then=F("green_until")),
            default=None,
        ),
    )
    return len(numbers)


@transaction.atomic
def tallies_fold() -> None:
    """Add up the rows of each group. Readers see the rows or their sum, never both."""
    with connection.cursor() as cursor:
        cursor.execute(FOLD)


@transaction.atomic
def tallies_rebuild() -> None:
    """Count everything anew; writers wait meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE supervision_supervisionitem IN SHARE MODE")
        Tally.objects.all().delete()
        cursor.execute(counted("SELECT 1 AS sign, item.* FROM supervision_supervisionitem AS item"))


@transaction.atomic
def tallies_verify() -> int:
    """Compare the figures with the items; what differs is counted anew and noted in the audit. Returns how many groups differed."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE supervision_supervisionitem IN SHARE MODE")
    differing = figures_differ()
    if differing:
        tallies_rebuild()
        record(
            "supervision.tallies",
            actor=None,
            facts={"groups": len(differing), "first": [str(one) for one in differing[:5]]},
        )
    return len(differing)
