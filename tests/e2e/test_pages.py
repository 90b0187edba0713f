"""Every page, wide and narrow, light and dark: nothing overflows, assistive technology can read it, nothing is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet
from playwright.sync_api import expect

from config.stack.services import ROOT
from tests.e2e.conftest import Door
from tests.e2e.visitor import SCREENS, Screen, Visitor

AXE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
# Only what is wrong is worked out in full; nothing is preloaded, for every style sheet is of the same origin.
RULES = json.dumps(
    {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"], "preload": False}
)
# Person of the demo city → the pages looked at as that person.
PAGES = {
    "许若溪": (
        "/", "/?tab=initiated", "/?tab=draft", "/apps/", "/documents/outgoing/", "/documents/outgoing/new/",
        "/directory/", "/me/", "/me/password/", "/me/absences/", "/me/delegations/", "/me/sessions/", "/me/mail/",
        "/accounts/2fa/", "/workflow/phrases/",
        "/notices/", "/notices/settings/", "/search/?q=通知", "/documents/verify/",
        "/messages/", "/messages/new/", "/messages/search/?q=签", "/announcements/",
    ),
    "罗嘉木": (
        "/", "/?tab=done", "/documents/incoming/", "/documents/incoming/new/", "/documents/numbers/", "/announcements/new/",
        "/documents/templates/", "/documents/templates/1/", "/documents/templates/1/edit/", "/workflow/phrases/",
    ),
    "林知夏": (
        "/meetings/", "/meetings/new/", "/meetings/rooms/", "/meetings/calendar/", "/meetings/calendar/?scope=list",
        "/meetings/1/", "/meetings/2/", "/meetings/2/seating/", "/meetings/2/wall/", "/meetings/2/screen/",
        "/meetings/1/archive/", "/meetings/calls/", "/meetings/calls/1/", "/meetings/calls/1/edit/", "/meetings/calls/new/",
        "/meetings/proposals/", "/meetings/proposals/2/",
    ),
    "何书航": (
        "/affairs/", "/affairs/?scope=all", "/affairs/away/new/", "/affairs/away/3/",
        "/suggestions/", "/suggestions/new/", "/suggestions/2/",
    ),
    "陆少华": (
        "/briefings/", "/briefings/?scope=ours", "/briefings/new/", "/briefings/desk/?state=waiting", "/briefings/1/",
        "/briefings/adoptions/?scope=all", "/briefings/adoptions/1/", "/briefings/issues/", "/briefings/issues/1/",
        "/briefings/commissions/", "/briefings/commissions/new/", "/briefings/commissions/1/", "/briefings/scores/",
        "/briefings/scores/rules/",
    ),
    "秦朗月": (
        "/supervision/", "/supervision/items/", "/supervision/new/", "/supervision/lifecycle/",
        "/supervision/succession/", "/supervision/9/", "/supervision/13/",
    ),
    "梁小满": (
        "/duty/", "/duty/roster/", "/duty/swaps/?scope=all", "/duty/wishes/", "/duty/log/", "/duty/events/1/",
        "/duty/holidays/", "/duty/spots/",
    ),
    "沈亦舟": ("/", "/?tab=reading", "/?tab=followed"),
}  # fmt: skip

QUICK = {("沈亦舟", "desktop", "light"), ("沈亦舟", "phone", "light")}


def complaints(visitor: Visitor) -> list[str]:
    """What axe finds seriously wrong on the page, a line each. The program is read in past the page's own policy."""
    found: dict[str, Any] = visitor.page.evaluate(
        f"{AXE.read_text(encoding='utf-8')}; axe.run(document, {RULES})"
    )
    return [
        f"{visitor.page.url} {broken['id']}: {node['html'][:160]}"
        for broken in found["violations"]
        if broken["impact"] in GRAVE
        for node in broken["nodes"][:3]
    ]


def overflow(visitor: Visitor) -> int:
    """CSS pixels by which the page is wider than the screen."""
    width: int = visitor.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def overhang(visitor: Visitor) -> int:
    """CSS pixels by which the screen scrolls below its frame, where the page's own part is what scrolls."""
    height: int = visitor.page.evaluate(
        "getComputedStyle(document.querySelector('main')).overflowY === 'auto'"
        " ? document.documentElement.scrollHeight - document.documentElement.clientHeight : 0"
    )
    return height


def looks() -> Iterator[ParameterSet]:
    """Every person on either screen in either light; the quick run takes a leader, in light."""
    for name in PAGES:
        for screen in SCREENS:
            for scheme in ("light", "dark"):
                marks = () if (name, screen.name, scheme) in QUICK else pytest.mark.long
                yield pytest.param(name, screen, scheme, marks=marks, id=f"{name}-{screen.name}-{scheme}")


@pytest.mark.parametrize(("name", "screen", "scheme"), list(looks()))
def test_pages_read_well(door: Door, name: str, screen: Screen, scheme: str) -> None:
    """Also the first document, to-do and conversation the person can open. On phones axe reads the dark ones."""
    person = door.enter(name, screen)
    person.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    addresses = [*PAGES[name], *first_things(person)]
    wrong: list[str] = []
    for address in addresses:
        assert (address, person.go(address)) == (address, 200)
        expect(person.page.locator("main")).to_be_visible()
        person.look(f"{scheme}-{address.strip('/').replace('/', '_').split('?')[0] or 'desk'}")
        if (wide := overflow(person)) > 0:
            wrong.append(f"{address} is {wide} px too wide")
        if (low := overhang(person)) > 0:
            wrong.append(f"{address} scrolls {low} px below its frame")
        if not screen.is_phone or scheme == "dark":
            wrong += complaints(person)
    assert wrong == []


def first_things(person: Visitor) -> list[str]:
    """The first to-do on the desk, the first outgoing, the first incoming document and conversation, where there are such."""
    found: list[str] = []
    for address in ("/", "/documents/outgoing/", "/documents/incoming/", "/messages/", "/supervision/items/"):
        person.go(address)
        links = person.page.locator(
            "main a[href^='/documents/outgoing/'], main a[href^='/documents/incoming/'], main a.conversation,"
            " main .grid-table__title a[href^='/supervision/']"
        )
        hrefs = [str(link.get_attribute("href")) for link in links.all()]
        found += [href for href in hrefs if href.strip("/").split("/")[-1].isdigit()][:1]
    return found + [f"{href}versions/" for href in found if "/outgoing/" in href][:1]
