"""信息刊物 on A4: masthead, contents, texts, imprint. Content is data, never Typst source."""

from typing import Any

from apps.typesetting.content import clean, shown
from apps.typesetting.faces import FontLibrary, font_library
from apps.typesetting.plain_pages import laid_out
from apps.typesetting.titles import title_lines


def compose_bulletin(
    *,
    name: str,
    number: str,
    publisher: str,
    date: str,
    note: str,
    texts: list[list[Any]],
    foot: list[str],
    library: FontLibrary | None = None,
) -> tuple[bytes, str]:
    """One issue as PDF, and the characters no font of the machine has: 〓 stands for them, a published issue must not.

    A text is [title, [paragraph, …], the units it came from or ""]. Raises `TypesettingError`.
    """
    library = library or font_library()
    content: dict[str, Any] = {
        "title": f"{name} {number}",
        "name": clean(name),
        "number": clean(number),
        "publisher": clean(publisher),
        "date": date,
        "note": clean(note),
        "texts": [
            {
                "title": clean(title),
                "lines": list(title_lines(clean(title))),
                "paragraphs": [clean(words) for words in paragraphs],
                "origin": clean(origin),
            }
            for title, paragraphs, origin in texts
        ],
        "foot": [clean(words) for words in foot],
    }
    missing = library.without_glyph("".join(_strings(content)))
    return laid_out("bulletins.typ", shown(content, missing), library), missing


def _strings(content: Any) -> list[str]:
    if isinstance(content, str):
        return [content]
    if isinstance(content, dict):
        return [words for part in content.values() for words in _strings(part)]
    return [words for part in content for words in _strings(part)] if isinstance(content, list) else []
