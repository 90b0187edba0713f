"""Whether a recording holds sound and nothing else: WebM, Ogg and MP4 as the recorders of browsers write them (pure)."""

from collections.abc import Iterator

EBML, DOC_TYPE, SEGMENT, TRACKS, TRACK, TRACK_TYPE = 0x1A45DFA3, 0x4282, 0x18538067, 0x1654AE6B, 0xAE, 0x83
CLUSTER = 0x1F43B675
SOUND_TRACK = 2
OGG, OPUS = b"OggS", b"OpusHead"
OGG_HEAD, OGG_FIRST = 27, 0x02
BOX_HEAD, LARGE_BOX = 8, 16
HOLDERS = frozenset({b"moov", b"trak", b"mdia"})


def has_only_sound(data: bytes, extension: str) -> bool:
    """Whether `data`, come in under `extension`, is that container with at least one track and all of them sound."""
    look = {"webm": _webm, "ogg": _ogg, "m4a": _mp4}[extension]
    try:
        tracks = list(look(data))
    except (IndexError, ValueError):
        return False
    return bool(tracks) and all(tracks)


def _webm(data: bytes) -> Iterator[bool]:
    """For each track whether it is sound."""
    top = list(_elements(data, 0, len(data)))
    if not top or top[0][0] != EBML:
        raise ValueError("no EBML head")
    names = [data[a:b] for key, a, b in _elements(data, top[0][1], top[0][2]) if key == DOC_TYPE]
    if names != [b"webm"]:
        raise ValueError("no WebM")
    for key, start, end in top[1:]:
        if key == SEGMENT:
            yield from _tracks(data, start, end)


def _tracks(data: bytes, start: int, end: int) -> Iterator[bool]:
    for key, begin, stop in _elements(data, start, end):
        if key == CLUSTER:
            return
        if key == TRACKS:
            for inner, first, last in _elements(data, begin, stop):
                if inner == TRACK:
                    kinds = [data[a:b] for kind, a, b in _elements(data, first, last) if kind == TRACK_TYPE]
                    yield kinds == [bytes([SOUND_TRACK])]


def _elements(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Elements of EBML as (key, start, end); a length not known while recording reaches to the end."""
    while at < end:
        key, at = _number(data, at, keeps_mark=True)
        length, after = _number(data, at, keeps_mark=False)
        unknown = length == (1 << (7 * (after - at))) - 1
        stop = end if unknown else after + length
        stop = min(stop, end)
        yield key, after, stop
        at = stop


def _number(data: bytes, at: int, *, keeps_mark: bool) -> tuple[int, int]:
    """A number of EBML: leading zero bits of the first byte say how many bytes follow."""
    first = data[at]
    if first == 0:
        raise ValueError("a number of more than eight bytes")
    width = 9 - first.bit_length()
    raw = data[at : at + width]
    if len(raw) < width:
        raise IndexError("cut off")
    value = int.from_bytes(raw)
    return (value if keeps_mark else value & ((1 << (7 * width)) - 1)), at + width


def _ogg(data: bytes) -> Iterator[bool]:
    """For each stream that begins whether it is Opus."""
    at = 0
    while at < len(data):
        if data[at : at + 4] != OGG:
            raise ValueError("no Ogg page")
        count = data[at + OGG_HEAD - 1]
        body = at + OGG_HEAD + count
        if data[at + 5] & OGG_FIRST:
            yield data[body : body + len(OPUS)] == OPUS
        at = body + sum(data[at + OGG_HEAD : body])


def _mp4(data: bytes) -> Iterator[bool]:
    """For each track whether it is sound."""
    boxes = list(_boxes(data, 0, len(data)))
    if not boxes or boxes[0][0] != b"ftyp":
        raise ValueError("no MP4")
    yield from _handlers(data, boxes)


def _handlers(data: bytes, boxes: list[tuple[bytes, int, int]]) -> Iterator[bool]:
    for name, start, end in boxes:
        if name == b"hdlr":
            yield data[start + 8 : start + 12] == b"soun"
        elif name in HOLDERS:
            yield from _handlers(data, list(_boxes(data, start, end)))


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Boxes of MP4 as (name, start, end)."""
    while at + BOX_HEAD <= end:
        size, head = int.from_bytes(data[at : at + 4]), BOX_HEAD
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16]), LARGE_BOX
        elif size == 0:
            size = end - at
        if size < head:
            raise ValueError("a box smaller than its head")
        yield data[at + 4 : at + 8], at + head, min(at + size, end)
        at += size
