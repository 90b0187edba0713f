"""值班表 on A4: one line for each watch, a name and a phone for each post. Content is data, never Typst source."""

from apps.typesetting.faces import FontLibrary
from apps.typesetting.plain_pages import laid_out


def compose_duty_roster(
    title: str,
    note: str,
    posts: list[str],
    lines: list[list[object]],
    foot: list[str],
    *,
    library: FontLibrary | None = None,
) -> bytes:
    """A month. A line is [day, weekday, time, name of the day or "", whether a rest day, [[name, phone], …]].

    A month of whole days with up to three posts fits one page; a longer table repeats its heads. More posts lie across.
    """
    content = {"title": title, "note": note, "posts": posts, "lines": lines, "foot": foot}
    return laid_out("duty_rosters.typ", content, library)
