"""值班日报 on A4: a day of duty told to leaders. Content is data, never Typst source."""

from typing import Any

from apps.typesetting.faces import FontLibrary
from apps.typesetting.plain_pages import laid_out


def compose_duty_day(
    number: str,
    organ: str,
    date: str,
    parts: dict[str, Any],
    foot: str,
    *,
    library: FontLibrary | None = None,
) -> bytes:
    """One day. An empty part says 无.

    `parts`: `watches` as [{hours, people: [[post, name, phone]], course: [words]}], `entries` as [[time, kind, text, writer]],
    `events` as [{title, lines: [words]}], `spots` and `words` as lists of paragraphs.
    """
    content = {"title": "值班日报", "number": number, "organ": organ, "date": date, "foot": foot, **parts}
    return laid_out("duty_days.typ", content, library)
