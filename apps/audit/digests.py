"""SM3 digests of entries and of the chain: pure, so that a verifier needs nothing else."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SM3, Hash

EMPTY = "0" * 64
ENTRY_FIELDS = (
    "action",
    "person_id",
    "person_name",
    "appointment_id",
    "post_text",
    "on_behalf_of",
    "organ_id",
    "subject_kind",
    "subject_id",
    "subject_text",
    "facts",
    "result",
    "source_ip",
    "request_id",
    "at",
)


def sm3(data: bytes) -> str:
    """SM3 of `data` as 64 hexadecimal digits (GB/T 32905-2016)."""
    digest = Hash(SM3())
    digest.update(data)
    return digest.finalize().hex()


def entry_digest(values: dict[str, Any]) -> str:
    """Digest of an entry's fields in one canonical spelling, the same before and after the database."""
    return sm3(canonical({name: values[name] for name in ENTRY_FIELDS}))


def block_digest(
    number: int, previous: str, entries: Iterable[tuple[int, int, str]], closed_at: datetime
) -> str:
    """Digest of a block: `previous` followed by `(position, entry id, entry digest)` of each entry in order, closed with the head."""
    digest = previous
    for position, entry_id, own in entries:
        digest = sm3(f"{digest}|{position}|{entry_id}|{own}".encode())
    return sm3(f"{digest}|{number}|{_moment(closed_at)}".encode())


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; moments in UTC with microseconds."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_moment
    ).encode()


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"an audit entry cannot hold {type(value).__name__}")
