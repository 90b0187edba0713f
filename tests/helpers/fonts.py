"""The open fonts, for tests that lay out documents."""

import functools
from pathlib import Path

from apps.typesetting.faces import FontLibrary, font_library
from apps.typesetting.fonts import fonts_install

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "fonts"


@functools.cache
def open_fonts() -> FontLibrary:
    """The library of the cache folder, installed when something is missing; never the machine's own fonts."""
    fonts_install(CACHE, print)
    return font_library([CACHE])
