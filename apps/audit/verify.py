"""Proving the record: every entry's digest, the unbroken chain, and the heads kept outside the database."""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from apps.audit.digests import EMPTY, ENTRY_FIELDS, block_digest, canonical, entry_digest
from apps.audit.models import AuditBlock, AuditEntry, AuditPending, AuditSeal

FAULTS_KEPT = 100
CHUNK = 2000


class HeadUnreadable(ValueError):
    """The file is not a signed head; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """A signed head of the chain, as kept outside."""

    name: str
    number: int
    digest: str
    public_key: str


@dataclass(kw_only=True)
class ChainReport:
    """What was proved: counts, and each fault in words."""

    entry_count: int = 0
    block_count: int = 0
    waiting_count: int = 0
    head_count: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Nothing was found."""
        return not self.faults

    def fault(self, text: str) -> None:
        """Note a fault; after a hundred only the first hundred are kept."""
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(text)


def head_read(file: Path) -> Head:
    """A head whose own signature holds. Raises `HeadUnreadable`."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        signature = base64.b64decode(data.pop("signature"), validate=True)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(data["public_key"], validate=True))
        key.verify(signature, canonical(data))
        return Head(
            name=file.name,
            number=int(data["number"]),
            digest=str(data["digest"]),
            public_key=str(data["public_key"]),
        )
    except OSError as error:
        raise HeadUnreadable(f"无法读取链首文件 {file}：{error.strerror}。") from error
    except InvalidSignature as error:
        raise HeadUnreadable(f"链首文件 {file} 的签名不成立，文件已被改动。") from error
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise HeadUnreadable(f"{file} 不是链首文件。") from error


def chain_verify(heads: Sequence[Head] = ()) -> ChainReport:
    """Walk the whole chain once, in constant memory, and hold it against the heads.

    Finds a changed byte, a missing or added row, a broken chain; with a head also a removed tail and a chain written anew.
    """
    report = ChainReport(head_count=len(heads), waiting_count=AuditPending.objects.count())
    wanted = {head.number: head for head in heads}
    previous, position, number = EMPTY, 0, 0
    for block, seals in _blocks():
        report.block_count += 1
        if block.number != number + 1 or block.first_position != position + 1:
            report.fault(f"区块 {block.number} 与前一区块不相接，其间的区块或记录缺失。")
        number, position = block.number, block.last_position
        if block.previous_digest != previous:
            report.fault(f"区块 {block.number} 的前块摘要与前一区块不符，链已断开。")
        _check_block(block, seals, report)
        previous = block.digest
        if (head := wanted.pop(block.number, None)) is not None and head.digest != block.digest:
            report.fault(f"区块 {block.number} 与链首文件 {head.name} 不符，链已被改写。")
    for head in wanted.values():
        report.fault(f"链首文件 {head.name} 记载的区块 {head.number} 不存在，链的末尾被删除。")
    _check_outside(position, report)
    return report


def _blocks() -> Iterator[tuple[AuditBlock, list[dict[str, Any]]]]:
    """Blocks in order, each with its sealed entries in order."""
    names = [f"entry__{name}" for name in ENTRY_FIELDS]
    for block in AuditBlock.objects.order_by("number").iterator(CHUNK):
        seals = AuditSeal.objects.filter(block=block).order_by("position")
        yield block, list(seals.values("position", "entry_id", "entry__digest", *names))


def _check_block(block: AuditBlock, seals: list[dict[str, Any]], report: ChainReport) -> None:
    expected = list(range(block.first_position, block.last_position + 1))
    found = [seal["position"] for seal in seals]
    for missing in sorted(set(expected) - set(found)):
        report.fault(f"区块 {block.number} 第 {missing} 位的记录缺失。")
    for extra in sorted(set(found) - set(expected)):
        report.fault(f"区块 {block.number} 多出第 {extra} 位的记录。")
    placed = []
    for seal in seals:
        report.entry_count += 1
        own = entry_digest({name: seal[f"entry__{name}"] for name in ENTRY_FIELDS})
        if own != seal["entry__digest"]:
            report.fault(f"记录 {seal['entry_id']}（第 {seal['position']} 位）的内容与其摘要不符，已被改动。")
        placed.append((seal["position"], seal["entry_id"], own))
    if block_digest(block.number, block.previous_digest, placed, block.closed_at) != block.digest:
        report.fault(f"区块 {block.number} 的摘要不成立。")


def _check_outside(last_position: int, report: ChainReport) -> None:
    """Seals beyond the last block, and entries that are neither sealed nor waiting."""
    for position in AuditSeal.objects.filter(position__gt=last_position).values_list("position", flat=True)[
        :10
    ]:
        report.fault(f"第 {position} 位的记录不属于任何完整的区块。")
    lost = AuditEntry.objects.filter(seal__isnull=True, pending__isnull=True).order_by("pk")
    for entry_id in lost.values_list("pk", flat=True)[:10]:
        report.fault(f"记录 {entry_id} 未封存，也不在待封存之列。")
    waiting = AuditEntry.objects.filter(pending__isnull=False).order_by("pk")
    for entry in waiting.values("pk", "digest", *ENTRY_FIELDS).iterator(CHUNK):
        if entry_digest(entry) != entry["digest"]:
            report.fault(f"记录 {entry['pk']}（待封存）的内容与其摘要不符，已被改动。")
