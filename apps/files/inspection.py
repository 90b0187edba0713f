"""Looks into an uploaded file and says whether it is what its name says and may stay (pure; runs in a child process)."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from apps.files.compound import MAGIC, NotCompound, stream_names
from apps.files.kinds import KINDS, kind_of
from apps.files.marks import mark_in_bytes, mark_in_text
from apps.files.packages import (
    BROKEN,
    LOCKED,
    MACRO,
    MISMATCH,
    PROGRAM,
    PROGRAM_WORDS,
    Refusal,
    check_ofd,
    check_office,
    open_package,
    text_of,
)
from apps.files.sounds import has_only_sound

TEXT_LIMIT = 8_000_000
TEXT_SECONDS = 12.0
MAX_PIXELS = 120_000_000
HEAD = 8192
_PROGRAM_HEADS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"dex\n",
)
_MARKUP = re.compile(
    rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|svg|\?xml|script|head|body|iframe|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_STREAMS = {"word": {"WordDocument"}, "sheet": {"Workbook", "Book"}, "slides": {"PowerPoint Document"}}
_MACRO_STREAMS = {"VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"}
_IMAGE_FORMATS = {
    "image/png": ("PNG",),
    "image/jpeg": ("JPEG",),
    "image/gif": ("GIF",),
    "image/tiff": ("TIFF",),
    "image/bmp": ("BMP",),
}


@dataclass(frozen=True)
class Verdict:
    """`refusal` is the Chinese reason, empty when the file may stay; `mark` the secrecy mark found; `pages` None if unknown."""

    refusal: str = ""
    mark: str = ""
    pages: int | None = None


def inspect(path: Path, extension: str) -> Verdict:
    """The verdict on the file at `path` that came in under `extension` (one of `KINDS` or `SOUNDS`)."""
    kind = kind_of(extension)
    try:
        with path.open("rb") as source:
            head = source.read(HEAD)
        _refuse_programs(head)
        looks = {"pdf": _pdf, "image": _image, "text": _text, "ofd": _ofd, "sound": _sound}
        look = looks.get(kind.family, _office)
        return look(path, extension)
    except Refusal as refusal:
        return Verdict(refusal=str(refusal))


def _refuse_programs(head: bytes) -> None:
    if head.startswith(_PROGRAM_HEADS) or PROGRAM_WORDS in head:
        raise Refusal("文件内容与扩展名不符：实际内容是可执行程序，不予接收。")
    if _MARKUP.match(head.removeprefix(codecs.BOM_UTF8)):
        raise Refusal("文件内容与扩展名不符：实际内容是网页或矢量图代码，不予接收。")


def _mismatch(head: bytes) -> Refusal:
    """A refusal that names what the content really is, when that can be told."""
    import puremagic  # noqa: PLC0415  # heavy, and only refusals ask it

    try:
        found = puremagic.magic_string(head)
    except puremagic.PureError:
        found = []
    name = found[0].extension.lstrip(".") if found and found[0].confidence >= 0.4 else ""
    if name in {"exe", "dll", "elf", "jar", "class", "bat", "scr"}:
        return Refusal(PROGRAM)
    return Refusal(
        f"文件内容与扩展名不符：实际内容像是 {name} 文件，请确认后重新上传。" if name else MISMATCH
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as source:
        return source.read(HEAD)


def _scanned(text: str, pages: int | None = None) -> Verdict:
    return Verdict(mark=mark_in_text(text), pages=pages)


def _pdf(path: Path, _extension: str) -> Verdict:
    import pypdfium2  # noqa: PLC0415  # only where needed: it loads a large library

    if b"%PDF-" not in _head(path)[:1024]:
        raise _mismatch(_head(path))
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Refusal(LOCKED if "password" in str(error).lower() else BROKEN) from error
    pages = len(document)
    if pages == 0:
        raise Refusal(BROKEN)
    until = monotonic() + TEXT_SECONDS
    for number in range(pages):
        try:
            text = document[number].get_textpage().get_text_bounded()
        except pypdfium2.PdfiumError as error:
            raise Refusal(BROKEN) from error
        if mark := mark_in_text(text.replace("\r\n", "\n")):
            return Verdict(mark=mark, pages=pages)
        if monotonic() > until:
            raise Refusal(f"文件过于复杂，{pages} 页中只检查到第 {number + 1} 页，请拆分后分别上传。")
    return Verdict(pages=pages)


def _image(path: Path, extension: str) -> Verdict:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  # only where needed

    Image.MAX_IMAGE_PIXELS = None  # our own limit below speaks Chinese
    try:
        with Image.open(path, formats=_IMAGE_FORMATS[KINDS[extension].content_type]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise Refusal(
                    f"图片尺寸 {width}×{height} 过大（超过 {MAX_PIXELS // 10**4} 万像素），请缩小后重新上传。"
                )
            pages = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
            image.verify()
    except UnidentifiedImageError as error:
        raise _mismatch(_head(path)) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Refusal(BROKEN) from error
    return Verdict(pages=pages)


def _text(path: Path, _extension: str) -> Verdict:
    data = path.read_bytes()
    text = text_decoded(data)
    if text is None or re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
        raise _mismatch(data[:HEAD])
    return _scanned(text)


def _sound(path: Path, extension: str) -> Verdict:
    if not has_only_sound(path.read_bytes(), extension):
        raise Refusal("文件内容不是录音，或录音不完整，请重新录制。")
    return Verdict(pages=0)


def text_decoded(data: bytes) -> str | None:
    """The text in the encoding it was written in (UTF-8, UTF-16 with mark, GB 18030), or None."""
    for marker, code in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(marker):
            return _try(data, code)
    return _try(data, "utf-8") or _try(data, "gb18030")


def _try(data: bytes, code: str) -> str | None:
    try:
        return data.decode(code)
    except UnicodeDecodeError:
        return None


def _ofd(path: Path, _extension: str) -> Verdict:
    if not _head(path).startswith(b"PK"):
        raise _mismatch(_head(path))
    with open_package(path) as package:
        check_ofd(package)
        text = text_of(package, TEXT_LIMIT)
    # one glyph run may hold one character: read it with and without line ends
    return Verdict(mark=mark_in_text(text) or mark_in_text(re.sub(r"\s+", "", text)))


def _office(path: Path, extension: str) -> Verdict:
    family = KINDS[extension].family
    head = _head(path)
    old = extension in {"doc", "xls", "ppt", "wps", "et", "dps"}
    new = extension in {"docx", "xlsx", "pptx", "wps", "et", "dps"}
    if head.startswith(MAGIC):
        return _old_office(path, family, accepted=old)
    if not (new and head.startswith(b"PK")):
        raise _mismatch(head)
    with open_package(path) as package:
        check_office(package, family)
        return _scanned(text_of(package, TEXT_LIMIT))


def _old_office(path: Path, family: str, *, accepted: bool) -> Verdict:
    try:
        names = stream_names(path)
    except NotCompound as error:
        raise Refusal(BROKEN) from error
    if "EncryptedPackage" in names:
        raise Refusal(LOCKED)
    if not accepted or not names & _STREAMS[family]:
        raise Refusal(MISMATCH)
    if names & _MACRO_STREAMS:
        raise Refusal(MACRO)
    data = path.read_bytes()
    if PROGRAM_WORDS in data:
        raise Refusal(PROGRAM)
    return Verdict(mark=mark_in_bytes(data))
