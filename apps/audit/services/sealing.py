"""Chaining what is committed, and signing the head of the chain for keeping outside the database."""

import base64
import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db.models import Max

from apps.audit.digests import EMPTY, block_digest, canonical
from apps.audit.models import AuditBlock, AuditEntry, AuditPending, AuditSeal
from apps.audit.selectors import last_block
from apps.core.clock import now, today
from apps.core.locks import single_flight

BATCH = 2000
KEY_NAME = "audit-head.key"


def audit_seal() -> int:
    """Order the committed entries that wait, chain them and close a block. Returns how many; 0 when another sealer is at work.

    Entries get their position here, not by id: one whose transaction committed late follows in a later block.
    """
    with single_flight("audit.seal") as alone:
        if not alone:
            return 0
        waiting = AuditPending.objects.order_by("entry_id").values_list("entry_id", flat=True)[:BATCH]
        rows = list(
            AuditEntry.objects.filter(pk__in=list(waiting)).order_by("pk").values_list("pk", "digest")
        )
        if rows:
            _close_block(rows)
        return len(rows)


def _close_block(rows: list[tuple[int, str]]) -> None:
    before = last_block()
    start = (AuditSeal.objects.aggregate(top=Max("position"))["top"] or 0) + 1
    placed = [(position, entry_id, digest) for position, (entry_id, digest) in enumerate(rows, start=start)]
    number, previous, closed_at = (
        (before.number + 1 if before else 1),
        before.digest if before else EMPTY,
        now(),
    )
    block = AuditBlock.objects.create(
        number=number,
        first_position=start,
        last_position=placed[-1][0],
        previous_digest=previous,
        digest=block_digest(number, previous, placed, closed_at),
        closed_at=closed_at,
    )
    AuditSeal.objects.bulk_create(
        [AuditSeal(entry_id=entry_id, block=block, position=position) for position, entry_id, _ in placed]
    )
    AuditPending.objects.filter(pk__in=[entry_id for _, entry_id, _ in placed]).delete()


def head_sign(*, target: Path | None = None) -> Path | None:
    """Sign the newest block into `target`, or once a day into `<state>/audit-heads/<day>.json`. None when nothing is sealed.

    The file is worth what its keeping is worth: copy it where the database's administrators cannot reach it.
    """
    block = last_block()
    if block is None:
        return None
    if target is None:
        target = settings.STATE / "audit-heads" / f"{today():%Y-%m-%d}.json"
        if target.exists():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
    facts: dict[str, object] = {
        "number": block.number,
        "position": block.last_position,
        "digest": block.digest,
        "closed_at": block.closed_at,
        "signed_at": now(),
    }
    head = json.loads(canonical(facts))
    key = _signing_key(settings.SECRETS_ROOT / KEY_NAME)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    head["public_key"] = base64.b64encode(public).decode()
    head["signature"] = base64.b64encode(key.sign(canonical(head))).decode()
    unfinished = target.with_suffix(".part")
    unfinished.write_text(json.dumps(head, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(target)
    return target


def _signing_key(file: Path) -> Ed25519PrivateKey:
    """The installation's key for heads, made at first use, readable by its owner only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _signing_key(file)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(pem)
    key = load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{file} 不是 Ed25519 私钥")
    return key
