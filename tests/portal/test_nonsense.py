"""An address or a form of nonsense gets a page or a sentence, never an accident."""

from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client

from apps.briefings.forms import order_of
from apps.core.errors import ValidationFailed
from apps.documents.forms import incoming, outgoing
from apps.duty.forms import count_of, moment_of
from apps.meetings import forms as meeting_forms
from apps.supervision import forms as supervision_forms
from apps.supervision.selectors.items import span_of
from tests.factories.world import World
from tests.helpers.briefings import desk_opened
from tests.helpers.meetings import room

As = Callable[[str], Client]
NONSENSE = ("x", "-1", "1e999", "9" * 30, "9" * 5000, "\u0663", "%F0%9F", "null", "[]", "'")
DAYS = ("0001-01-01", "1999-12-31", "2000-01-01", "2100-12-31", "9999-12-31", "2026-W01-1")
MONTHS = ("0001-01", "2000-01", "2100-12", "9999-12", "99999999999-1", "2026-0")
YEARS = ("0001", "1900", "2000", "2100", "9999")
EDGES = (
    "/meetings/calendar/?day=9999-12-31",
    "/meetings/calendar/?day=0001-01-01",
    "/meetings/rooms/?day=9999-12-31",
    "/meetings/rooms/?day=0001-01-01",
    "/meetings/rooms/?day=9999-12-31&room={room}",
    "/duty/roster/?month=9999-12",
    "/duty/roster/?month=0001-01",
    "/duty/holidays/?year=9999",
    "/briefings/scores/?month=99999999999-1",
    "/documents/numbers/?cursor=WzAsMjAyNiwiXHVkODAwIiwxLDFd",
)
PAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "/meetings/calendar/": {"day": DAYS, "leader": (), "scope": ()},
    "/meetings/calendar/?scope=week": {"day": DAYS},
    "/meetings/calendar/?scope=list": {"day": DAYS},
    "/meetings/rooms/": {"day": DAYS, "room": (), "book": (), "from": ()},
    "/duty/roster/": {"month": MONTHS, "view": (), "person": ()},
    "/duty/roster/?view=calendar": {"month": MONTHS, "person": ()},
    "/duty/holidays/": {"year": YEARS},
    "/duty/days/": {"day": DAYS, "cursor": ()},
    "/briefings/": {"scope": (), "state": (), "q": (), "cursor": ()},
    "/briefings/scores/": {"month": MONTHS, "organ": ()},
    "/briefings/scores/export/": {"month": MONTHS},
    "/briefings/commissions/": {"scope": (), "q": (), "cursor": ()},
    "/briefings/issues/": {"bulletin": (), "state": (), "cursor": ()},
    "/briefings/desk/": {"scope": (), "state": (), "q": (), "cursor": ()},
    "/": {"tab": (), "only": (), "category": (), "q": (), "sort": (), "cursor": ()},
    "/documents/numbers/": {"cursor": (), "year": YEARS},
    "/documents/templates/": {"tab": (), "type": (), "q": (), "cursor": ()},
    "/announcements/": {"tab": (), "filter": (), "q": (), "cursor": ()},
}


def reader_of(page: str) -> str:
    """Who may read it: the editor of the information desk, the head what duty has seen, the clerk the rest."""
    if page.startswith("/duty/"):
        return "head"
    return "drafter" if page.startswith("/briefings/") else "clerk"


@pytest.mark.django_db
@pytest.mark.parametrize("address", EDGES)
def test_no_day_of_an_address_is_beyond_the_calendar(world: World, client_as: As, address: str) -> None:
    desk_opened(world)
    where = address.format(room=room(world).pk)
    assert client_as(reader_of(address)).get(where).status_code == 200


@pytest.mark.django_db
@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_whatever_stands_behind_its_address(world: World, client_as: As, page: str) -> None:
    desk_opened(world)
    room(world)
    browser = client_as(reader_of(page))
    assert browser.get(page).status_code == 200
    for name, special in PAGES[page].items():
        for value in (*special, *NONSENSE):
            answer = browser.get(f"{page}{'&' if '?' in page else '?'}{name}={value}")
            assert answer.status_code in {200, 303, 404, 422}, (name, value)


@pytest.mark.django_db
def test_a_choice_of_five_thousand_digits_is_nobodys(world: World, client_as: As) -> None:
    answer = client_as("clerk").post("/desk/readings-done/", {"selected": ["9" * 5000, "9" * 30, "x"]})
    assert answer.status_code == 303


def test_numbers_and_moments_out_of_bounds_are_refused_in_words() -> None:
    long = "9" * 5000
    with pytest.raises(ValidationFailed, match="死亡人数须为整数"):
        count_of(QueryDict(f"deaths={long}"))
    with pytest.raises(ValidationFailed, match="死亡人数须为整数"):
        count_of(QueryDict(f"deaths={2**31}"))
    with pytest.raises(ValidationFailed, match="时间格式不正确"):
        moment_of(QueryDict("at=0001-01-01T00:00"), "at", "时间")
    with pytest.raises(ValidationFailed, match="格式不正确"):
        incoming.moment_of(QueryDict("at=0001-01-01T00:00"), "at")
    for wrong in ("0001-01-01T00:00", "9999-12-31T23:59"):
        with pytest.raises(ValidationFailed, match="格式不正确"):
            meeting_forms.moment_of(QueryDict(f"at={wrong}"), "at", "时间")
        with pytest.raises(ValidationFailed, match="格式不正确"):
            supervision_forms.day_of(QueryDict(f"on={wrong[:10]}"), "on", "时限")
        assert supervision_forms.interview_of(QueryDict(f"held_at={wrong}")).held_at is None
        assert span_of(wrong[:7]) is None
    for form in (incoming, outgoing):
        with pytest.raises(ValidationFailed, match="刷新后重试"):
            form.version_of(QueryDict(f"expected_version={long}"))
    assert order_of(QueryDict(f"entry=1&place={long}&entry=2&place=1")) == [2, 1]
