"""桌签 and 座次图: names on folded cards, and a plan of seats on one landscape page. Content is data, never Typst source."""

from apps.typesetting.faces import FontLibrary
from apps.typesetting.plain_pages import laid_out


def compose_placards(names: list[str], *, library: FontLibrary | None = None) -> bytes:
    """Cards of 200 × 100 mm, two to an A4 page, each name twice so that the folded card reads from both sides."""
    return laid_out("placards.typ", {"kind": "placards", "names": names}, library)


def compose_seat_plan(title: str, parts: list[list[object]], *, library: FontLibrary | None = None) -> bytes:
    """A plan: `parts` are [heading, rows], a row is a list of names, empty for a free seat."""
    return laid_out("placards.typ", {"kind": "plan", "title": title, "parts": parts}, library)
