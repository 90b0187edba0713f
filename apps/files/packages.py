"""Zip packages (OOXML, OFD) that people send: refused when they are bombs or carry programs (pure)."""

import html
import re
import zipfile
from pathlib import Path, PurePosixPath

MEBIBYTE = 1024 * 1024
MAX_ENTRIES = 10_000
MAX_TOTAL = 600 * MEBIBYTE
MAX_RATIO = 150  # honest XML packs 10 to 40 times
RATIO_FROM = 8 * MEBIBYTE  # tiny files may pack better by chance
MAX_TEXT_ENTRY = 64 * MEBIBYTE
ENTRY_HEAD = 4096
PROGRAMS = frozenset(
    [
        "exe",
        "dll",
        "scr",
        "com",
        "bat",
        "cmd",
        "ps1",
        "vbs",
        "vbe",
        "js",
        "jse",
        "wsf",
        "hta",
        "msi",
        "jar",
        "lnk",
        "cpl",
        "pif",
        "reg",
        "sh",
        "elf",
        "so",
        "apk",
        "chm",
        "iso",
    ]
)
NESTED = frozenset(["zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "cab"])
MACROS = re.compile(r"(^|/)(vbaProject\.bin|vbaData\.xml|xlm\w*\.xml|macrosheets/)", re.IGNORECASE)
PROGRAM_WORDS = b"This program cannot be run in DOS mode"

MAIN_PARTS = {
    "word": re.compile(rb"wordprocessingml\.(document|template)\.main\+xml"),
    "sheet": re.compile(rb"spreadsheetml\.(sheet|template)\.main\+xml"),
    "slides": re.compile(rb"presentationml\.(presentation|slideshow|template)\.main\+xml"),
}
BOMB = "文件解压后过大或结构异常，疑似压缩炸弹，不予接收。"
BROKEN = "文件已损坏，无法打开，请检查后重新上传。"
MISMATCH = "文件内容与扩展名不符，请确认文件类型后重新上传。"
LOCKED = "文件设有密码，无法检查，请取消密码后重新上传。"
PROGRAM = "文件中夹带可执行程序，不予接收。"
MACRO = "文件含有宏程序，请另存为不含宏的格式后重新上传。"


class Refusal(Exception):
    """The file may not stay; the text is the Chinese reason."""


def open_package(path: Path) -> zipfile.ZipFile:
    """The package after the checks that need no unpacking. Raises `Refusal`."""
    try:
        package = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refusal(BROKEN) from error
    entries = package.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise Refusal(BOMB)
    for entry in entries:
        _check_entry(package, entry)
    return package


def _check_entry(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise Refusal(LOCKED)
    if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise Refusal(BOMB)
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts:
        raise Refusal(BROKEN)
    suffix = name.suffix.lower().lstrip(".")
    if MACROS.search(entry.filename):
        raise Refusal(MACRO)
    if suffix in PROGRAMS:
        raise Refusal(PROGRAM)
    if suffix in NESTED:
        raise Refusal("文件中嵌有压缩包，无法检查，请取出后单独上传。")
    if not entry.is_dir():
        _check_head(package, entry, embedded="embeddings/" in entry.filename)


def _check_head(package: zipfile.ZipFile, entry: zipfile.ZipInfo, *, embedded: bool) -> None:
    """The first bytes tell programs and hidden packages whatever their name."""
    try:
        with package.open(entry) as source:
            head = source.read(ENTRY_HEAD)
            rest = source.read(16 * MEBIBYTE) if embedded else b""
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Refusal(BROKEN) from error
    if head.startswith((b"MZ", b"\x7fELF")) or PROGRAM_WORDS in head or PROGRAM_WORDS in rest:
        raise Refusal(PROGRAM)
    if head.startswith(b"PK\x03\x04") and not (embedded and b"[Content_Types].xml" in head + rest):
        raise Refusal(BOMB)


def check_office(package: zipfile.ZipFile, family: str) -> None:
    """The package is an Office document of `family` without macros. Raises `Refusal`."""
    try:
        types = package.read("[Content_Types].xml")[:MEBIBYTE]
    except (KeyError, zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
        raise Refusal(MISMATCH) from error
    if b"macroEnabled" in types:
        raise Refusal(MACRO)
    if not MAIN_PARTS[family].search(types):
        raise Refusal(MISMATCH)


def check_ofd(package: zipfile.ZipFile) -> None:
    """The package is an OFD document (GB/T 33190-2016). Raises `Refusal`."""
    if "OFD.xml" not in package.namelist():
        raise Refusal(MISMATCH)


_TEXT_PARTS = re.compile(r"^(word|xl|ppt|docProps)/.*\.xml$|/Pages/.*\.xml$|/Tpls/.*\.xml$|^OFD\.xml$")
_DULL_PARTS = re.compile(r"/(theme|styles|fontTable|webSettings|calcChain|tableStyles|slideLayouts)")
_LINE_ENDS = re.compile(
    r"</(?:w:p|a:p|si|c|row|is|ofd:TextObject|ofd:TextCode|ap:\w+|dc:\w+|cp:\w+)>|<w:br[ /]"
)
_TAGS = re.compile(r"<[^>]*>")


def text_of(package: zipfile.ZipFile, limit: int) -> str:
    """The words of the package, a paragraph or cell a line, at most about `limit` characters. Raises `Refusal`."""
    parts: list[str] = []
    total = 0
    for entry in package.infolist():
        if not _TEXT_PARTS.search(entry.filename) or _DULL_PARTS.search(entry.filename):
            continue
        if entry.file_size > MAX_TEXT_ENTRY:
            raise Refusal(BOMB)
        try:
            source = package.read(entry)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
            raise Refusal(BROKEN) from error
        text = html.unescape(_TAGS.sub("", _LINE_ENDS.sub("\n", source.decode("utf-8", "replace"))))
        parts.append(text[: limit - total])
        total += len(parts[-1])
        if total >= limit:
            break
    return "\n".join(parts)
