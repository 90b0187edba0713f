"""A sealed stream: scrypt from a passphrase, then AES-256-GCM over chunks of 1 MiB.

Every chunk is authenticated together with its number, whether it is the last, and the header (the STREAM construction), so
chunks cannot be changed, reordered, dropped, or taken from another file, and a file cut short has no last chunk.
"""

import hashlib
import hmac
import io
import json
import os
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from config.safekeeping.errors import ArchiveDamaged, SafekeepingFailed, WrongPassphrase

MAGIC = b"TONGZHOU-BACKUP-1\n"
CHUNK = 1 << 20
TAG = 16
HEADER_LIMIT = 4096
SCRYPT = {"n": 1 << 15, "r": 8, "p": 1}
SCRYPT_LIMIT = {"n": 1 << 20, "r": 32, "p": 16}  # a forged header may not make us spend a machine's memory
SHORTEST = 12


class SealedWriter(io.RawIOBase):
    """Bytes written here arrive sealed in `sink`. `finish` writes the last chunk; without it the file does not open."""

    def __init__(self, sink: IO[bytes], passphrase: str) -> None:
        if len(passphrase) < SHORTEST:
            raise SafekeepingFailed(f"备份口令至少 {SHORTEST} 个字符。请换一个更长的口令。")
        self._sink, self._buffer, self._number = sink, bytearray(), 0
        salt, self._prefix = os.urandom(16), os.urandom(7)
        keys = _keys(passphrase, salt, SCRYPT)
        facts = {**SCRYPT, "salt": salt.hex(), "prefix": self._prefix.hex()}
        header = json.dumps({**facts, "check": _check(keys[1], facts)}).encode()
        self._cipher, self._bound = AESGCM(keys[0]), hashlib.sha256(header).digest()
        sink.write(MAGIC + len(header).to_bytes(4, "big") + header)

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Any) -> int:
        """Seal whole chunks, keep the rest."""
        self._buffer += data
        while len(self._buffer) > CHUNK:  # the last chunk is known only at the end, so a full one waits
            self._seal(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Seal what is left as the last chunk."""
        self._seal(bytes(self._buffer), last=True)
        self._buffer.clear()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last=last)
        self._sink.write(self._cipher.encrypt(nonce, plain, self._bound))
        self._number += 1


class SealedReader(io.RawIOBase):
    """The bytes that were sealed, each chunk only after it was found authentic.

    Raises `WrongPassphrase`, or `ArchiveDamaged` for what is no backup, was changed, or is cut short.
    """

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        self._source, self._number, self._is_over = source, 0, False
        header = self._header()
        try:
            facts: dict[str, Any] = json.loads(header)
            check = facts.pop("check")
            cost = {name: int(facts[name]) for name in SCRYPT}
            salt, self._prefix = bytes.fromhex(facts["salt"]), bytes.fromhex(facts["prefix"])
            if any(cost[name] > limit for name, limit in SCRYPT_LIMIT.items()) or len(self._prefix) != 7:
                raise ValueError(cost)
            keys = _keys(passphrase, salt, cost)
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveDamaged("备份文件的开头已损坏，不能恢复。请换用另一份备份。") from error
        if not hmac.compare_digest(str(check), _check(keys[1], facts)):
            raise WrongPassphrase("备份口令不正确，没有恢复任何内容。请核对口令后重试。")
        self._cipher, self._bound = AESGCM(keys[0]), hashlib.sha256(header).digest()
        self._ahead = source.read(CHUNK + TAG)
        self._plain, self._offset = b"", 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, target: Any) -> int:
        """Fill `target` as far as the present chunk goes; 0 at the authentic end."""
        while self._offset >= len(self._plain):
            if self._is_over:
                return 0
            self._next()
        count = min(len(target), len(self._plain) - self._offset)
        target[:count] = self._plain[self._offset : self._offset + count]
        self._offset += count
        return count

    def drain(self) -> None:
        """Read to the end, so that a missing tail is noticed. Raises `ArchiveDamaged`."""
        while not self._is_over:
            self._next()

    def _header(self) -> bytes:
        if self._source.read(len(MAGIC)) != MAGIC:
            raise ArchiveDamaged("这个文件不是同舟的备份文件。请核对文件后重试。")
        length = int.from_bytes(self._source.read(4), "big")
        header = self._source.read(length) if length <= HEADER_LIMIT else b""
        if len(header) != length or not header:
            raise ArchiveDamaged("备份文件的开头已损坏，不能恢复。请换用另一份备份。")
        return header

    def _next(self) -> None:
        present, self._ahead = self._ahead, self._source.read(CHUNK + TAG)
        last = not self._ahead
        try:
            nonce = _nonce(self._prefix, self._number, last=last)
            self._plain = self._cipher.decrypt(nonce, present, self._bound)
        except (InvalidTag, ValueError) as error:
            raise ArchiveDamaged(
                f"备份文件不完整或已被改动（第 {self._number + 1} 段校验不通过），没有恢复任何内容。请换用另一份备份。"
            ) from error
        self._offset, self._number, self._is_over = 0, self._number + 1, last


def _keys(passphrase: str, salt: bytes, cost: dict[str, int]) -> tuple[bytes, bytes]:
    made = Scrypt(salt=salt, length=64, **cost).derive(passphrase.encode())
    return made[:32], made[32:]


def _check(key: bytes, facts: dict[str, Any]) -> str:
    """Tells a wrong passphrase from a damaged file; says nothing about the key that seals."""
    return hmac.new(key, json.dumps(facts, sort_keys=True).encode(), hashlib.sha256).hexdigest()


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])
