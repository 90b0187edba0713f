"""The chain finds a changed byte, a removed row, a removed tail and a chain written anew."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from apps.audit.checks import sealing_check
from apps.audit.digests import EMPTY, ENTRY_FIELDS, block_digest, entry_digest
from apps.audit.models import AuditBlock, AuditEntry, AuditPending, AuditSeal
from apps.audit.services import audit_seal, head_sign, record
from apps.audit.verify import HeadUnreadable, chain_verify, head_read

ACT = "accounts.absence_record"


@contextmanager
def intruder() -> Iterator[Callable[..., None]]:
    """Somebody with the database's own powers: no trigger, no foreign key."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor.execute
        cursor.execute("SET session_replication_role = origin")


def write(count: int, *, blocks: int = 1) -> None:
    for block in range(blocks):
        for number in range(count):
            record(ACT, actor=None, subject_text=f"{block}/{number}", facts={"number": number})
        assert audit_seal() == count


def rewrite_chain() -> None:
    """What a careful intruder does: all digests anew, so that the chain itself holds."""
    with intruder() as execute:
        previous = EMPTY
        for block in AuditBlock.objects.order_by("number"):
            placed = []
            for seal in AuditSeal.objects.filter(block=block).order_by("position").select_related("entry"):
                own = entry_digest({name: getattr(seal.entry, name) for name in ENTRY_FIELDS})
                execute("UPDATE audit_auditentry SET digest = %s WHERE id = %s", [own, seal.entry_id])
                placed.append((seal.position, seal.entry_id, own))
            digest = block_digest(block.number, previous, placed, block.closed_at)
            execute(
                "UPDATE audit_auditblock SET digest = %s, previous_digest = %s WHERE number = %s",
                [digest, previous, block.number],
            )
            previous = digest


@pytest.fixture
def head(db: None, tmp_path: Path, settings: Settings) -> Callable[[], Path]:
    """Signs the head of the moment into a file outside."""
    settings.SECRETS_ROOT = tmp_path / "secrets"

    def sign() -> Path:
        written = head_sign(target=tmp_path / "head.json")
        assert written is not None
        return written

    return sign


def test_a_chain_nobody_touched_is_whole(db: None) -> None:
    write(3, blocks=4)
    report = chain_verify()
    assert report.is_whole
    assert (report.entry_count, report.block_count, report.waiting_count) == (12, 4, 0)


def test_positions_follow_commits_without_gaps(db: None) -> None:
    write(2, blocks=3)
    assert list(AuditSeal.objects.order_by("position").values_list("position", flat=True)) == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]


def test_sealing_with_nothing_waiting_closes_no_block(db: None) -> None:
    assert audit_seal() == 0
    assert AuditBlock.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        "subject_text = '0/9'",
        "facts = '{\"number\": 9}'",
        "at = at + interval '1 microsecond'",
        "person_name = '别人'",
        "result = 'refused'",
        "source_ip = '10.0.0.1'",
    ],
)
def test_a_changed_byte_is_found(db: None, change: str) -> None:
    write(3)
    victim = AuditEntry.objects.order_by("pk")[1]
    with intruder() as execute:
        execute(f"UPDATE audit_auditentry SET {change} WHERE id = %s", [victim.pk])  # noqa: S608  # the list above
    faults = chain_verify().faults
    assert any(f"记录 {victim.pk}" in fault and "已被改动" in fault for fault in faults)


def test_a_changed_entry_with_a_fitting_digest_breaks_its_block(db: None) -> None:
    write(3)
    victim = AuditEntry.objects.order_by("pk")[1]
    victim.subject_text = "改过"
    own = entry_digest({name: getattr(victim, name) for name in ENTRY_FIELDS})
    with intruder() as execute:
        execute(
            "UPDATE audit_auditentry SET subject_text = '改过', digest = %s WHERE id = %s", [own, victim.pk]
        )
    assert chain_verify().faults == ["区块 1 的摘要不成立。"]


def test_a_removed_row_is_found(db: None) -> None:
    write(3, blocks=2)
    victim = AuditEntry.objects.order_by("pk")[1]
    with intruder() as execute:
        execute("DELETE FROM audit_auditseal WHERE entry_id = %s", [victim.pk])
        execute("DELETE FROM audit_auditentry WHERE id = %s", [victim.pk])
    assert "区块 1 第 2 位的记录缺失。" in chain_verify().faults


def test_a_removed_entry_is_found_though_its_seal_is_left(db: None) -> None:
    write(3)
    victim = AuditEntry.objects.order_by("pk")[1]
    with intruder() as execute:
        execute("DELETE FROM audit_auditentry WHERE id = %s", [victim.pk])
    assert "区块 1 第 2 位的记录缺失。" in chain_verify().faults
    with intruder() as execute:
        execute("DELETE FROM audit_auditseal WHERE entry_id = %s", [victim.pk])


def test_a_removed_block_is_found(db: None) -> None:
    write(2, blocks=3)
    with intruder() as execute:
        execute(
            "DELETE FROM audit_auditentry WHERE id IN (SELECT entry_id FROM audit_auditseal WHERE block_id = 2)"
        )
        execute("DELETE FROM audit_auditseal WHERE block_id = 2")
        execute("DELETE FROM audit_auditblock WHERE number = 2")
    assert any("不相接" in fault for fault in chain_verify().faults)


def test_an_entry_put_aside_before_its_seal_is_found(db: None) -> None:
    entry = record(ACT, actor=None)
    with intruder() as execute:
        execute("DELETE FROM audit_auditpending WHERE entry_id = %s", [entry.pk])
    assert chain_verify().faults == [f"记录 {entry.pk} 未封存，也不在待封存之列。"]


def test_an_entry_changed_before_its_seal_is_found(db: None) -> None:
    entry = record(ACT, actor=None)
    with intruder() as execute:
        execute("UPDATE audit_auditentry SET subject_text = 'x' WHERE id = %s", [entry.pk])
    assert any("待封存" in fault for fault in chain_verify().faults)


def test_a_removed_tail_is_found_by_the_head_alone(head: Callable[[], Path]) -> None:
    write(2, blocks=3)
    kept = head_read(head())
    with intruder() as execute:
        execute(
            "DELETE FROM audit_auditentry WHERE id IN (SELECT entry_id FROM audit_auditseal WHERE block_id = 3)"
        )
        execute("DELETE FROM audit_auditseal WHERE block_id = 3")
        execute("DELETE FROM audit_auditblock WHERE number = 3")
    assert chain_verify().is_whole
    assert any("末尾被删除" in fault for fault in chain_verify([kept]).faults)


def test_a_chain_written_anew_is_found_by_the_head_alone(head: Callable[[], Path]) -> None:
    write(2, blocks=3)
    kept = head_read(head())
    with intruder() as execute:
        execute("UPDATE audit_auditentry SET subject_text = '抹去' WHERE subject_text = '0/0'")
    rewrite_chain()
    assert chain_verify().is_whole
    assert any("链已被改写" in fault for fault in chain_verify([kept]).faults)


def test_a_head_stays_true_while_the_chain_grows(head: Callable[[], Path]) -> None:
    write(2)
    kept = head_read(head())
    write(2, blocks=2)
    assert chain_verify([kept]).is_whole


@pytest.mark.parametrize("field", ["number", "digest", "position", "signed_at"])
def test_a_changed_head_is_refused(head: Callable[[], Path], field: str) -> None:
    write(2)
    file = head()
    data = json.loads(file.read_text())
    data[field] = data[field] + 1 if isinstance(data[field], int) else data[field][:-1] + "0x"
    file.write_text(json.dumps(data))
    with pytest.raises(HeadUnreadable, match="已被改动"):
        head_read(file)


def test_the_signing_key_is_readable_by_its_owner_only(head: Callable[[], Path], settings: Settings) -> None:
    write(1)
    head()
    assert (settings.SECRETS_ROOT / "audit-head.key").stat().st_mode & 0o777 == 0o600


def test_the_daily_head_is_written_once_into_the_state(db: None, tmp_path: Path, settings: Settings) -> None:
    settings.STATE, settings.SECRETS_ROOT = tmp_path, tmp_path / "secrets"
    assert head_sign() is None
    write(1)
    first = head_sign()
    assert first is not None
    text = first.read_text()
    write(1)
    assert head_sign() == first
    assert first.read_text() == text
    assert first.parent == tmp_path / "audit-heads"


def test_the_command_says_whole_and_exits_with_one_when_not(head: Callable[[], Path]) -> None:
    write(2)
    file, out = head(), StringIO()
    call_command("verify_audit", head=[file], stdout=out)
    assert "审计链完整" in out.getvalue()
    with intruder() as execute:
        execute("UPDATE audit_auditentry SET subject_text = 'x' WHERE subject_text = '0/1'")
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit", head=[file], stdout=StringIO())
    assert refusal.value.returncode == 1
    file.write_text("{}")
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit", head=[file], stdout=StringIO())
    assert refusal.value.returncode == 2


def test_the_health_check_turns_red_when_an_entry_waits_for_more_than_a_minute(db: None) -> None:
    record(ACT, actor=None)
    assert sealing_check().ok
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditpending SET queued_at = clock_timestamp() - interval '61 seconds'")
    assert not sealing_check().ok
    audit_seal()
    assert sealing_check().ok


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_sealed_in_a_later_block() -> None:
    written, release = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record(ACT, actor=None, subject_text="慢")
            written.set()
            release.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    with transaction.atomic():
        record(ACT, actor=None, subject_text="快")
    assert audit_seal() == 1
    release.set()
    thread.join()
    assert audit_seal() == 1
    in_order = AuditSeal.objects.order_by("position").values_list("entry__subject_text", flat=True)
    assert list(in_order) == ["快", "慢"]
    slow_entry, quick_entry = (AuditEntry.objects.get(subject_text=text).pk for text in ("慢", "快"))
    assert slow_entry < quick_entry
    assert chain_verify().is_whole
    assert AuditPending.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_sealers_never_make_two_chains() -> None:
    with transaction.atomic():
        for number in range(50):
            record(ACT, actor=None, subject_text=str(number))
    barrier, sealed = threading.Barrier(4), []

    def seal() -> None:
        barrier.wait(10)
        sealed.append(audit_seal())
        connection.close()

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sealed) == 50
    assert chain_verify().is_whole
