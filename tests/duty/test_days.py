"""值班日报: a day of duty read, typeset and sent to leaders."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Conflict, Forbidden, InvalidState, ValidationFailed
from apps.duty import services
from apps.duty.models import DailyReport, DutyWatch
from apps.duty.papers import day_pdf
from apps.duty.selectors.days import SHEET, daily_subject, day_for
from apps.files.selectors import file_bytes, files_of
from apps.notifications.models import Notice
from tests.duty.test_events import fire
from tests.factories.world import World
from tests.helpers.duty import MONDAY, taken

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
DAY = date(2026, 11, 2)
PAGE = "/duty/days/2026-11-02/"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


@pytest.fixture
def watch(world: World) -> DutyWatch:
    """The watch of the 2nd with a line, an event and a call answered in time."""
    found = taken(world)
    officer = world.actor("duty_officer")
    draft = services.EntryDraft(kind="phone", text="来电询问供暖。", source="市民 0631-12345")
    services.log_write(actor=officer, draft=draft)
    services.event_open(actor=officer, draft=fire())
    services.spot_check_make(
        actor=officer, draft=services.SpotDraft(organ_id=world.organs["office"].pk, seconds=60)
    )
    return found


def words_of(pdf: bytes) -> str:
    """The text of all pages without blanks."""
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]
    return "".join("".join(pages).split())


def sent(world: World, *, key: str = "", words: str = "") -> DailyReport:
    """The duty office reports the day."""
    officer = world.actor("duty_officer")
    number = DailyReport.objects.count() + 1
    duty = day_for(officer, DAY)
    draft = services.DailyDraft(
        day=DAY, number=number, sheet=day_pdf(duty, number=number, words=words), words=words
    )
    return services.daily_send(actor=officer, draft=draft, key=key)


def test_the_sheet_tells_people_log_events_and_calls(world: World, watch: DutyWatch) -> None:
    seen = words_of(day_pdf(day_for(world.actor("duty_officer"), DAY), words="平稳。"))
    for shift in watch.shifts.select_related("appointment__person"):
        assert shift.appointment.person.name in seen
    assert "来电询问供暖" in seen
    assert "未报送" in seen
    assert "抽查点名" in seen
    assert "待应答" in seen
    assert "截至11月2日09:00" in seen
    assert "平稳。" in seen


def test_markup_and_long_words_are_only_text(world: World, watch: DutyWatch) -> None:
    draft = services.EntryDraft(kind="phone", text='#import "x" $a$ *b* ' + "长" * 3000)
    services.log_write(actor=world.actor("duty_officer"), draft=draft)
    pdf = day_pdf(day_for(world.actor("duty_officer"), DAY))
    assert '#import"x"$a$*b*' in words_of(pdf)
    assert len(pypdfium2.PdfDocument(pdf)) > 1


def test_what_was_sent_stays_as_it_was_and_leaders_hear_once(
    world: World, watch: DutyWatch, drain: Callable[[], int]
) -> None:
    report = sent(world, key="k", words="供暖来电增多。")
    again = sent(world, key="k")
    assert again == report
    (sheet,) = files_of(daily_subject(report), SHEET)
    services.log_write(
        actor=world.actor("duty_officer"), draft=services.EntryDraft(kind="phone", text="后来的来电。")
    )
    seen = words_of(file_bytes(sheet))
    assert "2026年第1期" in seen
    assert "供暖来电增多" in seen
    assert "后来的来电" not in seen
    drain()
    told = set(Notice.objects.filter(key=f"duty.daily:{report.pk}").values_list("person_id", flat=True))
    leader = watch.shifts.get(post__is_leader=True).appointment.person_id
    assert told == {*(world.person(key).pk for key in ("head", "deputy", "director")), leader}
    assert sent(world).number == 2


def test_a_number_taken_meanwhile_is_told(world: World, watch: DutyWatch) -> None:
    draft = services.DailyDraft(day=DAY, number=1, sheet=b"%PDF-")
    services.daily_send(actor=world.actor("director"), draft=draft)
    with pytest.raises(Conflict, match="期号已变"):
        services.daily_send(actor=world.actor("duty_officer"), draft=draft)


def test_days_without_duty_days_to_come_and_strangers_are_refused(world: World, watch: DutyWatch) -> None:
    officer = world.actor("duty_officer")
    with pytest.raises(ValidationFailed, match="没有已发布的班次"):
        services.daily_checked(actor=officer, day=date(2026, 10, 1), words="")
    with pytest.raises(InvalidState, match="还没有开始"):
        services.daily_checked(actor=officer, day=DAY + timedelta(days=1), words="")
    with pytest.raises(ValidationFailed, match="密级标志"):
        services.daily_checked(actor=officer, day=DAY, words="机密★1年")
    outside = next(
        key for key in ("drafter", "clerk") if not watch.shifts.filter(appointment=world.post(key)).exists()
    )
    with pytest.raises(Forbidden):
        services.daily_checked(actor=world.actor(outside), day=DAY, words="")


def test_the_day_is_read_taken_out_and_sent_by_its_pages(
    world: World, watch: DutyWatch, client_as: As
) -> None:
    keys = ("duty_officer", "head", "secretary", "bureau_clerk", "sysadmin")
    assert [client_as(key).get(PAGE).status_code for key in keys] == [200, 200, 403, 403, 403]
    assert [client_as(key).get(f"{PAGE}paper/").status_code for key in keys] == [200, 200, 403, 403, 403]
    assert [client_as(key).post(f"{PAGE}send/").status_code for key in keys] == [303, 403, 403, 403, 403]
    report = DailyReport.objects.get()
    head = client_as("head").get(PAGE).content.decode()
    assert "第 1 期" in head
    assert "报送值班日报" not in head
    listed = client_as("head").get(reverse("duty:days")).content.decode()
    assert str(report) in listed
    assert client_as("head").get("/duty/days/", {"day": "2026-11-02"})["Location"] == PAGE
    assert [client_as("head").get(f"/duty/days/{day}/").status_code for day in ("昨天", "2026-13-01")] == [
        404,
        404,
    ]
    assert client_as("head").get("/duty/days/9999-12-31/").status_code == 404
    for end in ("2000-01-01", "2100-12-31"):
        page = client_as("head").get(f"/duty/days/{end}/")
        assert page.status_code == 200
        assert f"/duty/days/{end}/" in page.content.decode()
