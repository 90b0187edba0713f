"""What may come in, by extension, and what each kind must look like inside (pure)."""

from dataclasses import dataclass

OOXML = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class FileKind:
    """An accepted kind: `family` names the inspection, `names` it for people."""

    content_type: str
    family: str
    words: str


_WORD = "文字文档"
_SHEET = "表格"
_SLIDES = "演示文稿"
KINDS: dict[str, FileKind] = {
    "pdf": FileKind("application/pdf", "pdf", "PDF 文件"),
    "ofd": FileKind("application/ofd", "ofd", "OFD 文件"),
    "docx": FileKind(f"{OOXML}wordprocessingml.document", "word", _WORD),
    "xlsx": FileKind(f"{OOXML}spreadsheetml.sheet", "sheet", _SHEET),
    "pptx": FileKind(f"{OOXML}presentationml.presentation", "slides", _SLIDES),
    "doc": FileKind("application/msword", "word", _WORD),
    "xls": FileKind("application/vnd.ms-excel", "sheet", _SHEET),
    "ppt": FileKind("application/vnd.ms-powerpoint", "slides", _SLIDES),
    "wps": FileKind("application/wps-office.wps", "word", _WORD),
    "et": FileKind("application/wps-office.et", "sheet", _SHEET),
    "dps": FileKind("application/wps-office.dps", "slides", _SLIDES),
    "txt": FileKind("text/plain", "text", "文本文件"),
    "csv": FileKind("text/csv", "text", "文本表格"),
    "png": FileKind("image/png", "image", "图片"),
    "jpg": FileKind("image/jpeg", "image", "图片"),
    "jpeg": FileKind("image/jpeg", "image", "图片"),
    "gif": FileKind("image/gif", "image", "图片"),
    "tif": FileKind("image/tiff", "image", "图片"),
    "tiff": FileKind("image/tiff", "image", "图片"),
    "bmp": FileKind("image/bmp", "image", "图片"),
}
# recordings of a browser; taken only where a voice note is asked for
SOUNDS: dict[str, FileKind] = {
    "webm": FileKind("audio/webm", "sound", "录音"),
    "ogg": FileKind("audio/ogg", "sound", "录音"),
    "m4a": FileKind("audio/mp4", "sound", "录音"),
}
PLAYED = frozenset(kind.content_type for kind in SOUNDS.values())
FILMS = frozenset({"video/mp4"})  # of our own making: nobody uploads one
# pages are drawn of these as they are; Office files become pages where LibreOffice is found; of the rest the words are read
DRAWN = frozenset(
    {"application/pdf", *(kind.content_type for kind in KINDS.values() if kind.family == "image")}
)
OFFICE_FAMILIES = frozenset({"word", "sheet", "slides"})
PREVIEWED = frozenset(kind.content_type for kind in KINDS.values())
ALLOWED_TEXT = "PDF、OFD、Word、Excel、PPT、WPS、TXT、CSV 和图片"
ARCHIVES = frozenset({"zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz"})


def kind_of(extension: str) -> FileKind:
    """What a file that was taken is by its extension."""
    return KINDS.get(extension) or SOUNDS[extension]


def refusal_of_recording(extension: str) -> str:
    """Why a file with this extension is no voice note; empty when it may be."""
    return "" if extension in SOUNDS else "语音须是浏览器录制的 WebM、OGG 或 M4A 录音。"


def refusal_of_extension(extension: str) -> str:
    """Why files with this extension are not taken at all; empty when they may be."""
    if extension in KINDS:
        return ""
    if extension in ARCHIVES:
        return "不接收压缩包，请解压后逐个上传。"
    if not extension:
        return f"文件名没有扩展名，无法判断类型；可上传 {ALLOWED_TEXT}。"
    return f"不接收 .{extension[:10]} 文件；可上传 {ALLOWED_TEXT}。"


def extension_of_type(content_type: str) -> str:
    """The first extension whose files have this content type; empty for types of our own making."""
    return next((extension for extension, kind in KINDS.items() if kind.content_type == content_type), "")
