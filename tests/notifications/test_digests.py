"""待办日报: one letter a working morning, to the proved address of who asked for it, about what waits."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from apps.accounts.services.calendar import calendar_day_set
from apps.core import clock
from apps.core.clock import CITY_ZONE
from apps.core.errors import ValidationFailed
from apps.core.models import CalendarDay
from apps.core.working_calendar import calendar_changed
from apps.notifications import services
from apps.notifications.models import Digest, Posted
from apps.notifications.selectors import digests
from tests.factories.world import World
from tests.helpers.outgoing import submitted

State = Posted.State
ADDRESS = "chief@home.invalid"
MONDAY = datetime(2026, 11, 30, 8, 5, tzinfo=CITY_ZONE)


def wishing(world: World, who: str = "section_chief", address: str = ADDRESS) -> None:
    """Has a proved address and asks for the digest."""
    EmailAddress.objects.create(user=world.person(who), email=address, verified=True, primary=True)
    services.preference_set(actor=world.actor(who), by_mail=False, by_browser=True, by_digest=True)


def swept(moment: datetime) -> int:
    with clock.at(moment):
        return services.digests_sweep()


def test_what_waits_is_told_once_a_working_morning(world: World) -> None:
    """Title, step and time left; no content, no second letter, another one the next morning."""
    document = submitted(world)
    wishing(world)
    assert swept(MONDAY) == 1
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS]
    assert letter.subject == "【同舟】待办 1 件，待阅 0 件"
    assert document.title in str(letter.body)
    assert "2026年11月30日" in str(letter.body)
    assert [swept(MONDAY + timedelta(minutes=5 * turn)) for turn in range(3)] == [0, 0, 0]
    assert swept(MONDAY + timedelta(days=1)) == 1
    assert len(mail.outbox) == 2
    assert set(Digest.objects.values_list("state", flat=True)) == {State.SENT}


@pytest.mark.parametrize(
    "moment",
    [
        MONDAY.replace(hour=7, minute=59),
        MONDAY.replace(hour=12, minute=0),
        MONDAY - timedelta(days=1),
        datetime(2026, 12, 2, 9, 0, tzinfo=CITY_ZONE),
    ],
    ids=["too early", "too late", "Sunday", "holiday"],
)
def test_nothing_goes_out_outside_the_morning_of_a_working_day(world: World, moment: datetime) -> None:
    submitted(world)
    wishing(world)
    calendar_day_set(
        actor=None, day=date(2026, 12, 2), kind=CalendarDay.Kind.ADJUSTED_REST, name="调休", source="市府通知"
    )
    calendar_changed()
    assert swept(moment) == 0
    assert (mail.outbox, Digest.objects.count()) == ([], 0)


def test_nobody_gets_one_unasked_and_nobody_an_empty_one(world: World) -> None:
    submitted(world)
    EmailAddress.objects.create(user=world.person("section_chief"), email=ADDRESS, verified=True)
    wishing(world, "archivist", "archive@home.invalid")
    assert swept(MONDAY) == 1
    assert mail.outbox == []
    assert Digest.objects.get().state == State.NEEDLESS
    assert swept(MONDAY + timedelta(minutes=5)) == 0


def test_who_takes_the_address_or_the_wish_back_gets_none(world: World) -> None:
    submitted(world)
    wishing(world)
    Digest.objects.create(person=world.person("section_chief"), day=MONDAY.date(), next_attempt_at=MONDAY)
    EmailAddress.objects.all().delete()
    assert swept(MONDAY) == 1
    assert (mail.outbox, Digest.objects.get().state) == ([], State.NEEDLESS)


@pytest.mark.parametrize("verified", [False, None], ids=["waiting for proof", "none"])
def test_the_wish_needs_a_proved_address(world: World, *, verified: bool | None) -> None:
    if verified is not None:
        EmailAddress.objects.create(user=world.person("drafter"), email=ADDRESS, verified=verified)
    with pytest.raises(ValidationFailed, match="验证过的邮箱"):
        services.preference_set(actor=world.actor("drafter"), by_mail=False, by_browser=True, by_digest=True)


def test_without_a_mail_server_the_wish_is_refused_and_nothing_planned(world: World, settings: Any) -> None:
    wishing(world)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    with pytest.raises(ValidationFailed, match="未配置邮件服务"):
        services.preference_set(actor=world.actor("drafter"), by_mail=False, by_browser=True, by_digest=True)
    assert (swept(MONDAY), Digest.objects.count()) == (0, 0)


def test_one_claimed_by_another_process_is_left_alone(world: World) -> None:
    submitted(world)
    wishing(world)
    row = Digest.objects.create(
        person=world.person("section_chief"),
        day=MONDAY.date(),
        state=State.INFLIGHT,
        claimed_at=MONDAY,
        next_attempt_at=MONDAY,
    )
    with clock.at(MONDAY):
        assert services.digest_send(digest_id=row.pk).state == State.INFLIGHT
    assert mail.outbox == []


class Away(EmailBackend):
    """A server that is away."""

    def open(self) -> bool:
        """Nobody answers."""
        raise ConnectionRefusedError


class Broken(EmailBackend):
    """A server that goes away in the middle of a letter."""

    def send_messages(self, messages: Any) -> int:  # noqa: ARG002  # the backend's signature
        """The line breaks."""
        raise ConnectionResetError


@pytest.mark.parametrize(("backend", "state"), [(Away, State.QUEUED), (Broken, State.UNKNOWN)])
def test_a_server_that_is_away_is_tried_again_a_letter_of_unknown_fate_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch, backend: type[EmailBackend], state: str
) -> None:
    submitted(world)
    wishing(world)
    with monkeypatch.context() as patched:
        patched.setattr(mail, "get_connection", lambda **_options: backend())
        assert swept(MONDAY) == 1
    assert Digest.objects.get().state == state
    swept(MONDAY + timedelta(minutes=5))
    assert len(mail.outbox) == (1 if state == State.QUEUED else 0)


def test_many_to_dos_are_counted_and_the_first_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "NAMED", 2)
    for number in range(3):
        submitted(world, title=f"关于做好第{number}次调查的通知")
    wishing(world)
    swept(MONDAY)
    (letter,) = mail.outbox
    assert "待办 3 件" in letter.subject
    assert "2. " in str(letter.body)
    assert "3. " not in str(letter.body)
    assert "另有 1 件" in str(letter.body)


def test_it_is_switched_on_and_off_on_the_page(world: World, client_as: Any) -> None:
    client: Client = client_as("drafter")
    assert "请先" in client.get("/notices/settings/").content.decode()
    assert client.post("/notices/settings/", {"by_digest": "on"}).status_code == 422
    EmailAddress.objects.create(user=world.person("drafter"), email=ADDRESS, verified=True)
    assert ADDRESS in client.get("/notices/settings/").content.decode()
    assert client.post("/notices/settings/", {"by_digest": "on"}).status_code == 303
    assert world.person("drafter").notice_preference.by_digest
    assert client.post("/notices/settings/", {}).status_code == 303
    world.person("drafter").notice_preference.refresh_from_db()
    assert not world.person("drafter").notice_preference.by_digest
