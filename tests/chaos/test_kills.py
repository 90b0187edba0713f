"""Worker and Valkey killed in the middle of work."""

from datetime import timedelta

import pytest
from django.db import transaction

from apps.audit.models import AuditEntry
from apps.core import outbox, valkey
from apps.core.clock import now
from apps.core.events import publish
from apps.core.models import Handled, Heartbeat, OutboxEvent
from apps.documents.enums import OutgoingStatus
from apps.documents.models import OutgoingDocument
from apps.notifications.models import Notice
from apps.workflow.models import Opinion
from tests.chaos.harness import Stage, kill, until
from tests.core.occasions import Happened
from tests.factories.world import World
from tests.helpers.outgoing import agreed, carried

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
SWEEP = "apps.core.tasks.outbox_sweep"
Status = OutboxEvent.Status


def status_of(row: OutboxEvent) -> str:
    """Where the delivery stands now."""
    return OutboxEvent.objects.values_list("status", flat=True).get(pk=row.pk)


def minutes_pass() -> None:
    """The claim of a dead worker grows old."""
    OutboxEvent.objects.filter(status=Status.INFLIGHT).update(claimed_at=now() - timedelta(minutes=3))


def test_a_worker_killed_inside_a_listener_loses_nothing_and_repeats_nothing(stage: Stage) -> None:
    """Its half-done work is rolled back; after the claim has grown old another worker does it once."""
    (stage.flags / "linger").touch()
    first = stage.worker()
    with transaction.atomic():
        row = publish(Happened(number=1))
    stage.ask(outbox.DELIVER_TASK, row.pk)
    until((stage.flags / "inside").exists, "the listener is inside")
    assert not Heartbeat.objects.exists()
    kill(first)
    assert status_of(row) == Status.INFLIGHT
    (stage.flags / "linger").unlink()
    stage.worker()
    stage.ask(SWEEP)
    stage.ask(outbox.DELIVER_TASK, row.pk)
    minutes_pass()
    stage.ask(SWEEP)
    until(lambda: status_of(row) == Status.DONE, "the event is delivered")
    stage.ask(outbox.DELIVER_TASK, row.pk)
    stage.ask(SWEEP)
    with transaction.atomic():
        last = publish(Happened(number=2))
    stage.ask(outbox.DELIVER_TASK, last.pk)
    until(lambda: status_of(last) == Status.DONE, "a later event is delivered")
    assert sorted(Heartbeat.objects.values_list("process", flat=True)) == ["heard 1", "heard 2"]
    assert Handled.objects.filter(event=row).count() == 1


def test_valkey_killed_while_a_document_is_signed_delays_the_news_and_nothing_else(
    stage: Stage, world: World
) -> None:
    """Signed once, told once, by a worker that found its way back to the restarted server."""
    document = carried(world, OutgoingStatus.SIGNING)
    stage.worker()
    stage.ask(SWEEP)
    until(lambda: not OutboxEvent.objects.exclude(status=Status.DONE).exists(), "the earlier news is out")
    told = Notice.objects.count()
    with transaction.atomic():
        agreed(world, document, "head")
        stage.valkey_kill()
    signed = OutgoingDocument.objects.get(pk=document.pk)
    assert signed.status == OutgoingStatus.RECHECK
    waiting = OutboxEvent.objects.filter(status=Status.QUEUED)
    assert waiting.exists()
    assert Notice.objects.count() == told
    stage.valkey_restart()
    valkey.forget()
    undone = OutboxEvent.objects.exclude(status=Status.DONE)
    until(lambda: _asked(stage) and not undone.exists(), "the news is out after the restart", 60)
    assert Opinion.objects.filter(action=Opinion.Action.SIGN).count() == 1
    assert AuditEntry.objects.filter(action="documents.sign", subject_id=document.pk).count() == 1
    keys = list(Notice.objects.order_by("id").values_list("person_id", "key"))
    assert len(keys) == len(set(keys)) > told


def _asked(stage: Stage) -> bool:
    """Beat asks again and again."""
    stage.ask(SWEEP)
    return True


@pytest.mark.long
def test_both_killed_while_a_document_is_signed_still_end_well(stage: Stage, world: World) -> None:
    """Worker and Valkey gone at once; both come back; nothing is lost or doubled."""
    document = carried(world, OutgoingStatus.SIGNING)
    worker = stage.worker()
    with transaction.atomic():
        agreed(world, document, "head")
        kill(worker)
        stage.valkey_kill()
    assert OutgoingDocument.objects.get(pk=document.pk).status == OutgoingStatus.RECHECK
    stage.valkey_restart()
    valkey.forget()
    stage.worker()
    minutes_pass()
    open_ones = OutboxEvent.objects.exclude(status=Status.DONE)
    until(lambda: _asked(stage) and not open_ones.exists(), "all news is out", 60)
    keys = list(Notice.objects.values_list("person_id", "key"))
    assert len(keys) == len(set(keys)) > 0
    clerks = Notice.objects.filter(title__startswith="复核", subject_id=document.pk, read_at__isnull=True)
    assert clerks.exists()
