"""会议档案 on A4: facts, then parts of running words and tables. Content is data, never Typst source."""

from typing import Any

from apps.typesetting.faces import FontLibrary
from apps.typesetting.plain_pages import laid_out


def compose_meeting_file(
    title: str,
    note: str,
    facts: list[list[str]],
    parts: list[dict[str, Any]],
    *,
    library: FontLibrary | None = None,
) -> bytes:
    """`facts` are [name, words]; a part has `heading`, `words` (paragraphs), `heads`, `widths` (shares) and `rows` of its table."""
    content = {"title": title, "note": note, "facts": facts, "parts": parts}
    return laid_out("meeting_files.typ", content, library)
