"""A forgotten password by proved mail: the same answer for everybody, one use, half an hour, and what it never opens."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as house
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import Person, RecoveryAsk
from apps.accounts.recovering import LINK_LIFE, link_key
from apps.accounts.services import (
    password_recover,
    person_deactivate,
    person_leave,
    recovery_mail_ask,
    recovery_mail_drop,
)
from apps.accounts.services.recovery import PER_ADDRESS, PER_PERSON, PER_SOURCE
from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import InvalidState, RateLimited
from apps.notifications.models import Notice
from tests.factories.world import PASSWORD, World

SignIn = Callable[[str], Client]
Drain = Callable[[], int]
NEW = "Harbour-2026-lamp"
MINE = "ruoxi@mail.example"
ASK, NEW_PAGE, MAIL_PAGE = "accounts:recovery", "accounts:recovery_new", "accounts:recovery_mail"
NO_MAIL = "django.core.mail.backends.console.EmailBackend"


def proved(world: World, key: str = "drafter", address: str = MINE) -> Person:
    person = world.person(key)
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    return person


def ask(address: str = MINE, client: Client | None = None) -> Any:
    return (client or Client()).post(reverse(ASK), {"address": address})


def link_in(letter: Any) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", str(letter.body))
    assert found
    return found.group(1)


def link_of_letter(drain: Drain, address: str = MINE) -> str:
    ask(address)
    drain()
    return link_in(mail.outbox[-1])


def choose(client: Client, link: str, new: str = NEW, again: str | None = None) -> Any:
    assert client.get(link)["Location"] == reverse(NEW_PAGE)
    return client.post(reverse(NEW_PAGE), {"new": new, "again": again or new})


def signs_in(password: str, name: str = "drafter") -> Any:
    return Client().post(reverse("account_login"), {"login": name, "password": password})


def test_a_proved_address_gets_a_link_that_sets_a_new_password_once(world: World, drain: Drain) -> None:
    proved(world)
    link = link_of_letter(drain)
    assert mail.outbox[-1].to == [MINE]
    client = Client()
    answer = choose(client, link)
    assert answer["Location"] == reverse("account_login")
    assert "口令已重置" in client.get(answer["Location"]).content.decode()
    assert signs_in(PASSWORD).status_code == 200
    assert signs_in(NEW)["Location"] == reverse("portal:desk")
    again = Client()
    assert choose(again, link, "Another-2026-lamp").status_code == 410
    assert "链接已失效" in again.get(reverse(NEW_PAGE)).content.decode()


def test_the_answer_is_the_same_whoever_is_asked_for(world: World, drain: Drain) -> None:
    proved(world)
    EmailAddress.objects.create(user=world.person("clerk"), email="clerk@mail.example")
    pages = []
    for address in (MINE, MINE.upper(), "nobody@mail.example", "clerk@mail.example"):
        client = Client()
        answer = ask(address, client)
        pages.append((answer.status_code, answer["Location"], client.get(answer["Location"]).content))
    assert len(set(pages)) == 1
    drain()
    assert [letter.to for letter in mail.outbox] == [[MINE], [MINE]]
    results = AuditEntry.objects.filter(action="accounts.recovery_ask").order_by("id")
    assert [entry.result for entry in results] == ["ok", "ok", "unknown", "unknown"]


def test_asking_costs_the_same_statements_for_known_and_unknown(
    world: World, django_assert_num_queries: Any
) -> None:
    from django.test.utils import CaptureQueriesContext

    proved(world)
    counts = []
    for address in (MINE, "nobody@mail.example"):
        with CaptureQueriesContext(connection) as seen:
            ask(address)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_address_of_the_directory_is_no_key(world: World, drain: Drain) -> None:
    Person.objects.filter(login_name="drafter").update(email=MINE)
    ask()
    drain()
    assert mail.outbox == []


def test_a_link_dies_after_half_an_hour(world: World, drain: Drain) -> None:
    proved(world)
    link = link_of_letter(drain)
    moment = clock.now()
    with clock.at(moment + LINK_LIFE - timedelta(minutes=1)):
        client = Client()
        client.get(link)
        assert client.get(reverse(NEW_PAGE)).status_code == 200
    with clock.at(moment + LINK_LIFE + timedelta(minutes=1)):
        assert choose(Client(), link).status_code == 410
    assert timedelta(minutes=30) >= LINK_LIFE
    assert Person.objects.get(login_name="drafter").check_password(PASSWORD)


def test_a_letter_that_could_not_be_sent_in_time_is_not_sent_late(world: World, drain: Drain) -> None:
    proved(world)
    ask()
    with clock.at(clock.now() + LINK_LIFE + timedelta(minutes=1)):
        drain()
    assert mail.outbox == []


def test_a_mail_server_that_is_away_is_tried_again(
    world: World, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved(world)
    monkeypatch.setattr(mail.EmailMessage, "send", lambda *_a, **_k: (_ for _ in ()).throw(OSError("away")))
    assert ask().status_code == 302
    drain()
    assert not AuditEntry.objects.filter(action="accounts.recovery_ask").exists()
    monkeypatch.undo()
    with clock.at(clock.now() + timedelta(minutes=1)):
        drain()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("spoiled", ["", "0", "zzzzzzzzzzzzzz-x", "1-abc-def", "-", "中文", "1" * 300])
def test_nonsense_opens_nothing(world: World, spoiled: str) -> None:
    with pytest.raises(InvalidState):
        password_recover(key=spoiled, new=NEW)
    assert Client().get(reverse("accounts:recovery_open", args=[spoiled or "x"])).status_code == 302


def test_a_changed_letter_of_the_link_opens_nothing(world: World, drain: Drain) -> None:
    proved(world)
    proved(world, "clerk", "clerk@mail.example")
    link = link_of_letter(drain)
    for other in (link[:-2] + ("b" if link[-2] == "a" else "a") + "/", _of(link, world.person("clerk"))):
        assert choose(Client(), other).status_code == 410


def _of(link: str, person: Person) -> str:
    """The same token under another person's number."""
    start, key = link.rstrip("/").rsplit("/", 1)
    return f"{start}/{link_key(person).split('-')[0]}-{key.split('-', 1)[1]}/"


def test_a_sign_in_a_change_or_another_address_void_the_link(world: World, drain: Drain) -> None:
    person = proved(world)
    link = link_of_letter(drain)
    signs_in(PASSWORD)
    assert choose(Client(), link).status_code == 410
    link = link_of_letter(drain)
    EmailAddress.objects.filter(user=person).update(email="new@mail.example")
    assert choose(Client(), link).status_code == 410


def test_people_who_left_or_are_frozen_get_no_link_and_use_none(world: World, drain: Drain) -> None:
    person = proved(world)
    link = link_of_letter(drain)
    person_deactivate(actor=None, person_id=person.pk, reason="调查")
    assert choose(Client(), link).status_code == 410
    ask()
    drain()
    assert len(mail.outbox) == 1
    last = AuditEntry.objects.filter(action="accounts.recovery_ask").latest("id")
    assert (last.result, last.subject_text) == ("refused", "许若溪")


def test_leaving_frees_the_address(world: World) -> None:
    person = proved(world)
    person_leave(actor=None, person_id=person.pk, left_on=clock.today())
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize("key", ["sysadmin", "secadmin", "auditadmin"])
def test_the_three_administrators_are_reset_by_a_colleague_alone(
    world: World, drain: Drain, client_as: SignIn, key: str
) -> None:
    proved(world, key)
    ask()
    drain()
    assert mail.outbox == []
    page = client_as(key).get(reverse(MAIL_PAGE)).content.decode()
    assert "另一名安全管理员重置" in page
    assert "发送验证邮件" not in page
    answer = client_as(key).post(reverse(MAIL_PAGE), {"address": "x@mail.example", "password": PASSWORD})
    assert answer.status_code == 422


def test_who_became_an_administrator_meanwhile_cannot_use_the_link(world: World) -> None:
    person = proved(world, "secadmin")
    with pytest.raises(InvalidState):
        password_recover(key=link_key(person), new=NEW)


def test_every_session_ends_and_the_lock_is_lifted(world: World, drain: Drain) -> None:
    proved(world)
    other = Client()
    other.post(reverse("account_login"), {"login": "drafter", "password": PASSWORD})
    assert other.get(reverse("accounts:me")).status_code == 200
    for _ in range(5):
        signs_in("Wrong-Password-1")
    assert signs_in(PASSWORD).status_code == 429
    choose(Client(), link_of_letter(drain))
    assert other.get(reverse("accounts:me")).status_code == 302
    assert signs_in(NEW).status_code == 302


def test_a_locked_screen_does_not_stand_before_the_link(
    world: World, drain: Drain, settings: Settings
) -> None:
    proved(world)
    client = Client()
    client.post(reverse("account_login"), {"login": "drafter", "password": PASSWORD})
    settings.IDLE_LOCK_SECONDS = 60
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert client.get(reverse("accounts:me"))["Location"].startswith(reverse("accounts:unlock"))
        assert choose(client, link_of_letter(drain))["Location"] == reverse("account_login")
        assert client.get(reverse("account_login")).status_code == 200


def test_the_second_factor_is_still_asked_for(world: World, drain: Drain) -> None:
    person = proved(world)
    TOTP.activate(person, generate_totp_secret())
    choose(Client(), link_of_letter(drain))
    assert Authenticator.objects.filter(user=person).exists()
    client = Client()
    answer = client.post(reverse("account_login"), {"login": "drafter", "password": NEW})
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get(reverse("accounts:me")).status_code == 302


@pytest.mark.parametrize(
    ("new", "again", "word"),
    [
        ("Short-1a", None, "10"),
        ("alllowercaseletters", None, "至少三类"),
        (PASSWORD, None, "最近 5 次"),
        (NEW, NEW + "x", "不一致"),
    ],
)
def test_the_rules_of_passwords_hold(
    world: World, drain: Drain, new: str, again: str | None, word: str
) -> None:
    proved(world)
    client = Client()
    answer = choose(client, link_of_letter(drain), new, again)
    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert Person.objects.get(login_name="drafter").check_password(PASSWORD)
    assert client.post(reverse(NEW_PAGE), {"new": NEW, "again": NEW}).status_code == 302


def test_it_is_recorded_and_the_person_is_told_here_and_by_mail(world: World, drain: Drain) -> None:
    person = proved(world)
    choose(Client(), link_of_letter(drain))
    drain()
    drain()
    assert AuditEntry.objects.filter(action="accounts.password_recover", person_name="许若溪").count() == 1
    notice = Notice.objects.get(person=person, key__startswith="password-recovered:")
    assert notice.is_urgent
    assert "通过邮件重置" in notice.title
    assert [letter.subject for letter in mail.outbox] == ["【同舟】重置口令", "【同舟】口令已重置"]
    assert "http" not in str(mail.outbox[1].body)


def test_no_key_is_kept_anywhere(world: World, drain: Drain) -> None:
    from apps.core.models import OutboxEvent

    proved(world)
    key = link_of_letter(drain).rstrip("/").rsplit("/", 1)[1]
    kept = [
        *OutboxEvent.objects.values_list("payload", flat=True),
        *AuditEntry.objects.values_list("facts", flat=True),
        *RecoveryAsk.objects.values_list("address", flat=True),
    ]
    assert not any(key.split("-", 1)[1] in str(row) for row in kept)


def test_three_letters_an_hour_for_one_address_and_thirty_asks_from_one_place(
    world: World, drain: Drain
) -> None:
    proved(world)
    for _ in range(PER_ADDRESS + 2):
        assert ask().status_code == 302
    drain()
    assert len(mail.outbox) == PER_ADDRESS
    for number in range(PER_SOURCE - PER_ADDRESS):
        assert ask(f"nobody{number}@mail.example").status_code == 302
    refused = ask("one.more@mail.example")
    assert refused.status_code == 422
    assert "过于频繁" in refused.content.decode()
    assert ask(client=Client(REMOTE_ADDR="10.0.0.9")).status_code == 302
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert ask("one.more@mail.example").status_code == 302
        assert RecoveryAsk.objects.count() == 1


@pytest.mark.parametrize("address", ["", "zhang", "a b@c.d", "x" * 250 + "@mail.example", "a@b"])
def test_what_is_no_address_is_refused(world: World, address: str) -> None:
    assert ask(address).status_code in {200, 422}
    assert not RecoveryAsk.objects.exists()


def test_without_a_mail_server_nothing_is_offered(
    world: World, settings: Settings, client_as: SignIn
) -> None:
    assert reverse(ASK) in Client().get(reverse("account_login")).content.decode()
    settings.EMAIL_BACKEND = NO_MAIL
    page = Client().get(reverse("account_login")).content.decode()
    assert reverse(ASK) not in page
    assert "安全管理员重置" in page
    assert "还没有设置邮件服务器" in Client().get(reverse(ASK)).content.decode()
    assert ask().status_code == 422
    own = client_as("drafter")
    assert "还没有设置邮件服务器" in own.get(reverse(MAIL_PAGE)).content.decode()
    assert own.post(reverse(MAIL_PAGE), {"address": MINE, "password": PASSWORD}).status_code == 422


def test_links_name_the_installation_whatever_the_request_claims(world: World, drain: Drain) -> None:
    proved(world)
    Client(HTTP_HOST="localhost").post(reverse(ASK), {"address": MINE})
    drain()
    assert f"{house.BASE_URL}/password/new/" in str(mail.outbox[0].body)


def test_an_address_is_proved_by_its_letter_and_by_its_person(
    world: World, drain: Drain, client_as: SignIn
) -> None:
    person, client = world.person("drafter"), client_as("drafter")
    assert client.post(reverse(MAIL_PAGE), {"address": MINE.upper(), "password": PASSWORD}).status_code == 302
    drain()
    link = link_in(mail.outbox[0])
    assert "等待验证" in client.get(reverse(MAIL_PAGE)).content.decode()
    assert Client().get(link).status_code == 302
    assert client_as("clerk").get(link).status_code == 410
    assert client_as("clerk").post(link).status_code == 409
    assert MINE in client.get(link).content.decode()
    assert not EmailAddress.objects.filter(verified=True).exists()
    assert client.post(link).status_code == 302
    assert EmailAddress.objects.get(user=person, verified=True).email == MINE
    assert client.post(link).status_code == 409
    drain()
    assert AuditEntry.objects.filter(action="accounts.recovery_mail_prove").count() == 1
    assert Notice.objects.filter(person=person, key__startswith="recovery-mail:").count() == 1
    assert MINE in client.get(reverse("accounts:me")).content.decode()


def test_a_new_address_replaces_the_old_one_only_when_proved(
    world: World, drain: Drain, client_as: SignIn
) -> None:
    person, client = proved(world), client_as("drafter")
    client.post(reverse(MAIL_PAGE), {"address": "typo@mail.example", "password": PASSWORD})
    client.post(reverse(MAIL_PAGE), {"address": "new@mail.example", "password": PASSWORD})
    drain()
    held = EmailAddress.objects.filter(user=person).values_list("email", "verified")
    assert set(held) == {(MINE, True), ("new@mail.example", False)}
    assert client.post(link_in(mail.outbox[-1])).status_code == 302
    assert EmailAddress.objects.get(user=person).email == "new@mail.example"


def test_a_wrong_password_sends_nothing_and_is_counted(world: World, client_as: SignIn) -> None:
    client = client_as("drafter")
    for _ in range(5):
        answer = client.post(reverse(MAIL_PAGE), {"address": MINE, "password": "Wrong-Password-1"})
        assert answer.status_code in {422, 429}
    assert not EmailAddress.objects.exists()
    assert signs_in(PASSWORD).status_code == 429


def test_an_address_of_another_is_refused_only_to_who_can_read_its_mail(
    world: World, drain: Drain, client_as: SignIn
) -> None:
    proved(world, "clerk")
    client = client_as("drafter")
    assert client.post(reverse(MAIL_PAGE), {"address": MINE, "password": PASSWORD}).status_code == 302
    drain()
    answer = client.post(link_in(mail.outbox[0]))
    assert answer.status_code == 409
    assert "另一人" in answer.content.decode()
    assert EmailAddress.objects.get(verified=True).user == world.person("clerk")


def test_a_proving_link_dies_after_half_an_hour(world: World, drain: Drain, client_as: SignIn) -> None:
    client = client_as("drafter")
    client.post(reverse(MAIL_PAGE), {"address": MINE, "password": PASSWORD})
    drain()
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert client.get(link_in(mail.outbox[0])).status_code == 410
        assert client.post(link_in(mail.outbox[0])).status_code == 409


def test_proving_letters_are_limited(world: World) -> None:
    actor = world.actor("drafter")
    for number in range(PER_PERSON):
        recovery_mail_ask(actor=actor, address=f"a{number}@mail.example", source_ip="10.0.0.1")
    with pytest.raises(RateLimited):
        recovery_mail_ask(actor=actor, address="more@mail.example", source_ip="10.0.0.1")


def test_an_address_given_up_opens_nothing(world: World, drain: Drain, client_as: SignIn) -> None:
    person = proved(world)
    link = link_of_letter(drain)
    client = client_as("drafter")
    assert client.post(reverse("accounts:recovery_mail_remove")).status_code == 302
    assert client.post(reverse("accounts:recovery_mail_remove")).status_code == 404
    drain()
    assert Notice.objects.filter(person=person, key__startswith="recovery-mail:").count() == 1
    assert choose(Client(), link).status_code == 410


def test_the_security_administrator_takes_an_address_away(
    world: World, drain: Drain, client_as: SignIn
) -> None:
    person = proved(world)
    link = link_of_letter(drain)
    page = reverse("admin:accounts_person_change", args=[person.pk])
    act = reverse("admin:accounts_person_drop_mail", args=[person.pk])
    for other in ("sysadmin", "auditadmin", "clerk"):
        assert client_as(other).post(act).status_code in {302, 403, 404}
        assert EmailAddress.objects.filter(user=person).exists()
    guard = client_as("secadmin")
    shown = guard.get(page).content.decode()
    assert "已验证" in shown
    assert MINE not in shown
    assert guard.post(act, {"confirm": "1"}).status_code == 302
    assert choose(Client(), link).status_code == 410
    drain()
    assert Notice.objects.filter(person=person, key__startswith="recovery-mail:").count() == 1
    assert (
        AuditEntry.objects.get(action="accounts.recovery_mail_remove").person_name
        == world.person("secadmin").name
    )
    with pytest.raises(InvalidState, match="没有设置"):
        recovery_mail_drop(actor=None, person_id=person.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_one_link_at_once_one_is_too_late() -> None:
    world = World.build()
    key = link_key(proved(world))
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def use(word: str) -> None:
        try:
            barrier.wait(10)
            password_recover(key=key, new=word)
            outcomes.append("done")
        except InvalidState:
            outcomes.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(f"Harbour-2026-lamp-{number}",)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "late"]
