"""Mail goes out once, to those who asked, and never twice when its fate is unknown."""

import smtplib
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from apps.core import clock
from apps.core.errors import ValidationFailed
from apps.core.locks import lock_keys
from apps.notifications import services
from apps.notifications.models import Delivery, Notice
from apps.notifications.tasks import deliveries_sweep
from config.safekeeping.backing import database_address
from tests.factories.world import World

State = Delivery.State


def wish(world: World, key: str = "drafter") -> None:
    """The person wants mail."""
    services.preference_set(actor=world.actor(key), by_mail=True, by_browser=True)


def tell(world: World, *keys: str) -> list[Notice]:
    """Tell some of the cast something."""
    people = [world.person(key).pk for key in keys]
    return services.notice_send(
        person_ids=people, key="task:1", kind="task", title="核稿：关于某事的通知", text="详情"
    )


def test_mail_goes_only_to_who_asked_for_it(world: World) -> None:
    """Kind and title, with the address to open; no more."""
    wish(world)
    tell(world, "drafter", "clerk")
    assert services.deliveries_sweep() == 1
    (letter,) = mail.outbox
    assert letter.to == ["drafter@daihai.invalid"]
    assert letter.subject == "【同舟】待办提醒"
    assert "核稿：关于某事的通知" in str(letter.body)
    assert "详情" not in str(letter.body)
    assert f"/notices/{Notice.objects.get(person=world.person('drafter')).pk}/" in str(letter.body)
    assert services.deliveries_sweep() == 0
    assert Delivery.objects.get().state == State.SENT


def test_a_row_claimed_by_another_process_is_left_alone(world: World) -> None:
    """Compare and set."""
    wish(world)
    tell(world, "drafter")
    delivery = Delivery.objects.get()
    Delivery.objects.update(state=State.INFLIGHT, claimed_at=clock.now())
    assert services.delivery_send(delivery_id=delivery.pk).state == State.INFLIGHT
    assert mail.outbox == []


class Refusing(EmailBackend):
    """A server that is away."""

    def open(self) -> bool:
        """Nobody answers."""
        raise ConnectionRefusedError(111, "refused")


def breaking(error: Exception) -> type[EmailBackend]:
    """A server that fails while the letter is handed over."""

    class Breaking(EmailBackend):
        def send_messages(self, messages: Any) -> int:  # noqa: ARG002  # the backend's signature
            raise error

    return Breaking


def through(monkeypatch: pytest.MonkeyPatch, backend: type[EmailBackend]) -> None:
    """Send by `backend` from now on."""
    monkeypatch.setattr("apps.notifications.services.posting.mail.get_connection", backend)


def test_a_server_that_is_away_is_tried_again_with_back_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1, 2, 4, … minutes, then failed for good."""
    wish(world)
    tell(world, "drafter")
    through(monkeypatch, Refusing)
    pauses = []
    for _ in range(5):
        moment = Delivery.objects.get().next_attempt_at
        with clock.at(moment):
            services.deliveries_sweep()
        pauses.append(int((Delivery.objects.get().next_attempt_at - moment) / timedelta(minutes=1)))
    assert pauses == [1, 2, 4, 8, 16]
    with clock.at(Delivery.objects.get().next_attempt_at):
        services.deliveries_sweep()
    assert (Delivery.objects.get().state, Delivery.objects.get().attempt_count) == (State.FAILED, 6)


def test_a_server_that_comes_back_gets_the_letter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Late, not lost."""
    wish(world)
    tell(world, "drafter")
    with monkeypatch.context() as away:
        through(away, Refusing)
        services.deliveries_sweep()
    with clock.at(clock.now() + timedelta(minutes=2)):
        services.deliveries_sweep()
    assert len(mail.outbox) == 1


def test_a_server_that_is_away_is_asked_once_a_sweep_and_sms_go_before(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    """The other letters wait without a try of their own."""
    for key in ("drafter", "clerk", "section_chief"):
        wish(world, key)
    notices = tell(world, "drafter", "clerk", "section_chief")
    settings.SMS_FILE = str(tmp_path / "sms.jsonl")
    services.sms_queue(notice_ids=[notice.pk for notice in notices])
    texted: list[bool] = []

    class Away(Refusing):
        def open(self) -> bool:
            texted.append((tmp_path / "sms.jsonl").exists())
            return super().open()

    through(monkeypatch, Away)
    moment = clock.now()
    with clock.at(moment):
        assert services.deliveries_sweep() == 3 + 1
        assert services.deliveries_sweep() == 0
    assert texted == [True]
    letters = Delivery.objects.filter(channel="mail")
    assert sorted(letters.values_list("attempt_count", flat=True)) == [0, 0, 1]
    assert {row.next_attempt_at for row in letters} == {moment + timedelta(minutes=1)}


def test_one_process_sends_at_a_time(world: World) -> None:
    """A sweep that waits for a slow server keeps the others of its lane free."""
    wish(world)
    tell(world, "drafter")
    with psycopg.connect(database_address()) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", lock_keys("notifications.deliveries"))
        deliveries_sweep()
        assert mail.outbox == []
        other.execute("SELECT pg_advisory_unlock(%s, %s)", lock_keys("notifications.deliveries"))
    deliveries_sweep()
    assert len(mail.outbox) == 1


class OutOfTime(Exception):
    """What a task's time limit raises anywhere."""


def test_a_letter_interrupted_before_it_was_handed_over_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can have it."""
    wish(world)
    tell(world, "drafter")

    class Hanging(EmailBackend):
        def open(self) -> bool:
            raise OutOfTime

    through(monkeypatch, Hanging)
    with pytest.raises(OutOfTime):
        services.deliveries_sweep()
    assert (Delivery.objects.get().state, Delivery.objects.get().attempt_count) == (State.QUEUED, 1)


@pytest.mark.parametrize("error", [TimeoutError("timed out"), smtplib.SMTPServerDisconnected("gone")])
def test_a_letter_of_unknown_fate_is_not_repeated(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """It may have arrived: shown as unknown."""
    wish(world)
    tell(world, "drafter")
    through(monkeypatch, breaking(error))
    services.deliveries_sweep()
    with clock.at(clock.now() + timedelta(days=1)):
        assert services.deliveries_sweep() == 0
    assert Delivery.objects.get().state == State.UNKNOWN


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no such user")}), State.FAILED),
        (smtplib.SMTPRecipientsRefused({"a@b": (451, b"greylisted")}), State.QUEUED),
        (smtplib.SMTPDataError(554, b"spam"), State.FAILED),
        (smtplib.SMTPDataError(452, b"full"), State.QUEUED),
    ],
)
def test_a_clear_no_is_final_or_tried_again_by_its_code(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str
) -> None:
    """5xx for good, 4xx for now."""
    wish(world)
    tell(world, "drafter")
    through(monkeypatch, breaking(error))
    services.deliveries_sweep()
    assert Delivery.objects.get().state == state


def test_what_a_crash_left_in_flight_becomes_unknown(world: World) -> None:
    """After five minutes, and is not sent."""
    wish(world)
    tell(world, "drafter")
    Delivery.objects.update(state=State.INFLIGHT, claimed_at=clock.now())
    with clock.at(clock.now() + timedelta(minutes=6)):
        services.deliveries_sweep()
    assert Delivery.objects.get().state == State.UNKNOWN
    assert mail.outbox == []


def test_without_a_mail_server_nothing_is_queued_and_the_wish_is_refused(world: World, settings: Any) -> None:
    """The page says why."""
    wish(world)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    tell(world, "drafter")
    assert not Delivery.objects.exists()
    with pytest.raises(ValidationFailed, match="未配置邮件服务"):
        wish(world)


def test_without_an_address_the_wish_is_refused(world: World) -> None:
    """With what to do."""
    person = world.person("drafter")
    person.email = ""
    person.save(update_fields=["email"])
    with pytest.raises(ValidationFailed, match="登记邮箱"):
        wish(world)
