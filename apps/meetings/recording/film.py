"""The film: one picture at a time, everybody's sound, from tracks in one pass that holds no more than a second of them."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from apps.meetings.recording.course import Course, Turn, course_of
from apps.meetings.recording.order import in_order
from apps.meetings.recording.pictures import Picture, pictures
from apps.meetings.recording.plates import Painter, Planes, fitted, planes_of
from apps.meetings.recording.shelf import packets, stretches
from apps.meetings.recording.sound import RATE, Voice, mixed

FRAMES = 12  # a second at most; what does not move is written twice a second
LARGE, SMALL = (1280, 720), (960, 540)  # with a shared screen, and without
MOST_PIXELS = 4096 * 2304
HOLD_MS = 1500  # the last picture stands so long until the next speaker's first one comes
KEY_MS = 5000
MOST_PENDING = 900
QUALITY = {"preset": "superfast", "crf": "27"}
SOUND_BITS = 64_000
MOST_CHAPTERS = 400
SHORTEST_CHAPTER_MS = 5000

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it. `chapters`: from when (milliseconds) who is shown, at most `MOST_CHAPTERS`."""

    milliseconds: int
    chapters: list[tuple[int, str]]
    has_pictures: bool


class Camera:
    """One track of pictures, decoded while it is shown; else only what a decoder would have to begin with is kept."""

    def __init__(self, found: Iterable[Picture], offset: int, size: tuple[int, int]) -> None:
        self._pictures, self._offset, self._size = iter(found), offset, size
        self._next: Picture | None = None
        self._pending: list[Picture] = []
        self._decoder: Any = None
        self._codec = ""
        self._scaler: Any = av.video.reformatter.VideoReformatter()

    def seen(self, until: float, *, is_shown: bool) -> Planes | None:
        """The latest picture that came up to then, when there is a new one and it is shown."""
        for picture in self._come(until):
            if picture.is_whole or len(self._pending) >= MOST_PENDING:
                self._pending.clear()
                self._decoder = self._decoder if is_shown and picture.is_whole else None
            self._pending.append(picture)
        if not is_shown:
            return None
        found = None
        for picture in self._pending:
            found = self._decoded(picture) or found
        self._pending.clear()
        return self._fitted(found) if found is not None else None

    def _come(self, until: float) -> Iterator[Picture]:
        while True:
            if self._next is None:
                self._next = next(self._pictures, None)
            if self._next is None or self._next.at + self._offset > until:
                return
            yield self._next
            self._next = None

    def _decoded(self, picture: Picture) -> Any:
        """The frame; None for one that cannot be decoded, after which a whole one is waited for."""
        if self._decoder is None or self._codec != picture.codec:
            if not picture.is_whole:
                return None
            self._codec = picture.codec
            self._decoder = av.CodecContext.create(picture.codec, "r")
            self._decoder.options = {"max_pixels": str(MOST_PIXELS)}
            self._decoder.thread_count = 1
        try:
            return next(iter(self._decoder.decode(av.Packet(picture.data))), None)
        except (av.error.FFmpegError, ValueError):
            self._decoder = None
            return None

    def _fitted(self, frame: Any) -> Planes:
        width, height = fitted(frame.width, frame.height, self._size)
        return planes_of(self._scaler.reformat(frame, width=width, height=height, format="yuv420p"))


@dataclass
class Stage:
    """What is seen at a moment of the film."""

    course: Course
    painter: Painter
    names: Mapping[str, Name]
    cameras: dict[tuple[str, str], list[Camera]]
    has_pictures: bool = False
    _place: int = 0
    _shown: Planes | None = None
    _fresh_at: float = -1e9
    _turn: Turn = field(default_factory=lambda: Turn(0))

    def at(self, moment: float) -> Planes | None:
        """The frame when it is another than before."""
        turn = self._moved(moment)
        key = (
            (turn.sharer, "screen")
            if turn.sharer
            else (turn.stage, "camera")
            if turn.has_camera
            else ("", "")
        )
        found = None
        for one, cameras in self.cameras.items():
            for camera in cameras:
                picture = camera.seen(moment, is_shown=one == key)
                found = picture if picture is not None else found
        if found is not None:
            self._fresh_at, self.has_pictures = moment, True
            return self._show(self._framed(found, label="" if turn.sharer else turn.stage))
        is_held = key[0] and moment - turn.at < HOLD_MS and self._shown is not None
        if is_held or self._fresh_at >= turn.at:
            return None
        return self._show(self.painter.ground(*self._name(turn.sharer or turn.stage)))

    def _show(self, planes: Planes) -> Planes | None:
        if planes is self._shown:
            return None
        self._shown = planes
        return planes

    def _moved(self, moment: float) -> Turn:
        turns = self.course.turns
        while self._place < len(turns) and turns[self._place].at <= moment:
            self._turn = turns[self._place]
            self._place += 1
        return self._turn

    def _framed(self, picture: Planes, *, label: str) -> Planes:
        frame = self.painter.ground("", "").copy()
        frame.y[:], frame.u[:], frame.v[:] = 16, 128, 128
        height, width = picture.y.shape
        left, top = (self.painter.width - width) // 2 & ~1, (self.painter.height - height) // 2 & ~1
        frame.paste(picture, left, top)
        if label:
            name = self.painter.label(*self._name(label))
            frame.paste(name, 16, (self.painter.height - name.y.shape[0] - 16) & ~1)
        return frame

    def _name(self, who: str) -> Name:
        return self.names.get(who, ("", ""))


class Writer:
    """H.264 and AAC in MP4, its index in front so that players begin at once."""

    def __init__(self, target: Path, size: tuple[int, int]) -> None:
        self._out: Any = av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"})
        self._video: Any = self._out.add_stream("libx264", rate=FRAMES, options=QUALITY)
        self._video.width, self._video.height, self._video.pix_fmt = *size, "yuv420p"
        self._video.codec_context.thread_count = 2
        self._video.codec_context.time_base = Fraction(1, FRAMES)
        self._audio: Any = self._out.add_stream("aac", rate=RATE, layout="mono", bit_rate=SOUND_BITS)
        self._key_at = -KEY_MS

    def frame(self, number: int, planes: Planes) -> None:
        """The picture from tick `number` on; a key frame now and then, so that one can jump."""
        frame = av.VideoFrame.from_ndarray(planes.joined(), format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, FRAMES)
        if number * 1000 // FRAMES - self._key_at >= KEY_MS:
            self._key_at = number * 1000 // FRAMES
            frame.pict_type = av.video.frame.PictureType.I
        self._out.mux(self._video.encode(frame))

    def sound(self, start: int, samples: "np.typing.NDArray[np.int16]") -> None:
        """Samples from number `start` on."""
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        self._out.mux(self._audio.encode(frame))

    def close(self) -> None:
        """Everything is written. Raises `OSError` when it could not be."""
        try:
            for stream in (self._video, self._audio):
                self._out.mux(stream.encode(None))
        finally:
            self._out.close()


def film_made(
    folder: Path,
    target: Path,
    *,
    title: str,
    names: Mapping[str, Name],
    font: Path | None,
    with_pictures: bool,
    tell: Callable[[int, int], None],
) -> Made | None:
    """Write the film of a recording; None when nothing was recorded. `tell`: milliseconds done, of how many."""
    course = course_of(stretches(folder))
    if course.milliseconds < 1000 or not course.tracks:
        return None
    size = LARGE if course.has_screen else SMALL
    painter = Painter(*size, title=title, font=font)
    stage = Stage(course, painter, names, _cameras(course, size) if with_pictures else {})
    voices = [
        Voice(in_order(packets(one.track.path)), one.offset)
        for one in course.tracks
        if one.track.source == "mic"
    ]
    with contextlib.closing(Writer(target, size)) as writer:
        _written(writer, stage, voices, course.milliseconds, tell)
    return Made(course.milliseconds, chapters(course, names), stage.has_pictures)


def _cameras(course: Course, size: tuple[int, int]) -> dict[tuple[str, str], list[Camera]]:
    found: dict[tuple[str, str], list[Camera]] = {}
    for one in course.tracks:
        if one.track.source in {"camera", "screen"}:
            made = Camera(pictures(in_order(packets(one.track.path))), one.offset, size)
            found.setdefault((one.track.who, one.track.source), []).append(made)
    return found


def _written(
    writer: Writer, stage: Stage, voices: list[Voice], milliseconds: int, tell: Callable[[int, int], None]
) -> None:
    last, shown = -FRAMES, stage.painter.ground("", "")
    for second in range(-(-milliseconds // 1000)):
        for number in range(second * FRAMES, (second + 1) * FRAMES):
            planes = stage.at(number * 1000 / FRAMES)
            if planes is not None or number - last >= FRAMES // 2:
                shown, last = planes or shown, number
                writer.frame(number, shown)
        writer.sound(second * RATE, mixed(voices, second * RATE, RATE))
        tell((second + 1) * 1000, milliseconds)


def chapters(course: Course, names: Mapping[str, Name]) -> list[tuple[int, str]]:
    """Who is heard or shares from when on; what is too short to look for is passed over."""
    found: list[tuple[int, str]] = []
    ends = [*(turn.at for turn in course.turns[1:]), course.milliseconds]
    for turn, end in zip(course.turns, ends, strict=True):
        who = turn.sharer or turn.stage
        name = names.get(who, ("", ""))[0]
        words = f"{name} 共享屏幕" if turn.sharer and name else name
        if words and end - turn.at >= SHORTEST_CHAPTER_MS and (not found or found[-1][1] != words):
            found.append((turn.at, words))
    return found[:MOST_CHAPTERS]
