"""值班表 as PDF: whoever is on it is found on the page, with phone, on one page for a month."""

from collections.abc import Iterator

import pypdfium2
import pytest
from django.test import Client

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.duty import services
from apps.duty.models import DutyShift
from apps.duty.papers import roster_pdf
from apps.duty.selectors.grids import grid_of
from apps.typesetting import compose_duty_roster
from tests.factories.world import World
from tests.helpers.duty import DECEMBER, MONDAY, drafted, published

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def pages_of(pdf: bytes) -> list[str]:
    """The text of every page."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def test_a_published_month_stands_on_one_page_with_names_and_phones(world: World, client: Client) -> None:
    roster = published(world)
    client.force_login(world.person("drafter"))
    answer = client.get("/duty/roster/paper/?month=2026-11")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    (page,) = pages_of(b"".join(answer) if answer.streaming else answer.content)
    words = page.replace(" ", "")
    assert "2026年11月值班表" in words
    assert "每班自当日08:30至次日08:30" in words
    for shift in DutyShift.objects.filter(watch__roster=roster).select_related("appointment__person"):
        assert shift.appointment.person.name in words
    assert all(f"11月{day}日" in words for day in range(1, 31))
    assert AuditEntry.objects.filter(action="duty.export", facts__what="roster_paper").exists()


def test_a_draft_is_for_its_maker_and_says_that_it_is_one(world: World, client: Client) -> None:
    roster = drafted(world)
    client.force_login(world.person("drafter"))
    assert client.get("/duty/roster/paper/?month=2026-11").status_code == 404
    assert "尚未发布" in pages_of(roster_pdf(roster, grid_of(roster)))[0].replace(" ", "")


def test_day_and_night_apart_have_their_hours_and_repeat_the_heads(world: World) -> None:
    roster = services.roster_open(actor=world.actor("director"), month=DECEMBER, is_split=True)
    pages = [page.replace(" ", "") for page in pages_of(roster_pdf(roster, grid_of(roster)))]
    assert len(pages) == 2
    assert all("带班领导" in page and "17:30—08:30" in page for page in pages)
    assert "每班自当日" not in pages[-1]


def test_long_names_and_markup_are_only_text() -> None:
    hostile = '#panic("x") $a$ *b* [c]'
    pdf = compose_duty_roster(
        hostile,
        "",
        ["主班"],
        [["1日", "一", "全天", "", False, [["阿卜杜热合曼·买买提", hostile]]]],
        [hostile],
    )
    (page,) = pages_of(pdf)
    assert '#panic("x")' in page
    assert "阿卜杜热合曼·买买提" in page.replace(" ", "").replace("\r\n", "")
