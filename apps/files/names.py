"""File names as people send them and as the house keeps them (pure)."""

import re
import unicodedata
from urllib.parse import quote

NAME_LIMIT = 120
_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
# direction marks turn `gpj.exe` into `exe.jpg` on the screen; zero-width characters hide things
_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}


def clean_name(name: str) -> str:
    """The last part of `name` without path, control, direction and shell characters, at most 120 characters long.

    The extension survives shortening. Returns an empty string when nothing readable is left.
    """
    base = _SEPARATORS.split(unicodedata.normalize("NFC", name))[-1]
    base = "".join(char for char in base if unicodedata.category(char) not in _INVISIBLE)
    base = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", base)).strip(" .")
    if len(base) <= NAME_LIMIT:
        return base
    extension = extension_of(base)
    tail = f".{extension}" if 0 < len(extension) <= 10 else ""
    return base[: NAME_LIMIT - len(tail)].rstrip(" .") + tail


def extension_of(name: str) -> str:
    """Lower-case extension without the dot; empty when there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def disposition(name: str, file_id: int) -> str:
    """`Content-Disposition` of a download: an ASCII name for old clients, the true one by RFC 5987."""
    extension = extension_of(name)
    fallback = (
        f"file-{file_id}.{extension}" if extension.isascii() and extension.isalnum() else f"file-{file_id}"
    )
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"
