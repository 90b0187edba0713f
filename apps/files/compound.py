"""Names of the streams in an OLE compound file (old Office and WPS formats), read without trusting it (pure).

Layout after [MS-CFB]: a 512-byte header, sectors of 512 or 4096 bytes, the FAT listed in the header and in DIFAT sectors,
the directory a chain of sectors with entries of 128 bytes.
"""

import struct
from pathlib import Path
from typing import BinaryIO

MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
END = 0xFFFFFFFA  # this and above are marks, not sector numbers
MAX_DIRECTORY_SECTORS = 4096
HEADER_FAT_ENTRIES = 109


class NotCompound(ValueError):
    """Not a well-formed compound file."""


def stream_names(path: Path) -> set[str]:
    """Names of all storages and streams. Raises `NotCompound`."""
    with path.open("rb") as source:
        header = source.read(512)
        if len(header) < 512 or header[:8] != MAGIC:
            raise NotCompound
        shift = struct.unpack_from("<H", header, 30)[0]
        if shift not in {9, 12}:
            raise NotCompound
        size = 1 << shift
        fat = _fat(source, header, size)
        sector = struct.unpack_from("<I", header, 48)[0]
        names: set[str] = set()
        for _ in range(MAX_DIRECTORY_SECTORS):
            if sector >= END:
                return names
            names |= _entries(_sector(source, sector, size))
            sector = _next(source, fat, sector, size)
    raise NotCompound


def _sector(source: BinaryIO, number: int, size: int) -> bytes:
    source.seek((number + 1) * size)
    data = source.read(size)
    if not data:
        raise NotCompound
    return data.ljust(size, b"\0")


def _fat(source: BinaryIO, header: bytes, size: int) -> list[int]:
    """Numbers of the sectors that hold the FAT."""
    numbers = [n for n in struct.unpack_from(f"<{HEADER_FAT_ENTRIES}I", header, 76) if n < END]
    following, count = struct.unpack_from("<II", header, 68)
    for _ in range(min(count, MAX_DIRECTORY_SECTORS)):
        if following >= END:
            break
        words = struct.unpack(f"<{size // 4}I", _sector(source, following, size))
        numbers += [n for n in words[:-1] if n < END]
        following = words[-1]
    return numbers


def _next(source: BinaryIO, fat: list[int], sector: int, size: int) -> int:
    index, place = divmod(sector, size // 4)
    if index >= len(fat):
        raise NotCompound
    found: int = struct.unpack_from("<I", _sector(source, fat[index], size), place * 4)[0]
    return found


def _entries(data: bytes) -> set[str]:
    names = set()
    for start in range(0, len(data), 128):
        length, kind = struct.unpack_from("<HB", data, start + 64)
        if kind and 2 <= length <= 64:
            names.add(data[start : start + length - 2].decode("utf-16-le", "replace"))
    return names
