"""Signing in: right and wrong passwords, the lock, the gates before the first page, the demo's cast."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import Person
from apps.audit.models import AuditEntry
from apps.core import clock
from tests.factories.world import PASSWORD, World

SignIn = Callable[[str], Client]
LOGIN = "/accounts/login/"
NEW_PASSWORD = "Harbour-2026-lamp"


def sign_in(client: Client, name: str, password: str = PASSWORD, **extra: str) -> Any:
    return client.post(LOGIN, {"login": name, "password": password, **extra})


def test_a_right_password_opens_the_desk(world: World) -> None:
    answer = sign_in(Client(), "drafter")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("portal:desk")
    assert AuditEntry.objects.filter(action="accounts.sign_in", person_name="许若溪").count() == 1


def test_the_login_name_is_known_in_any_letter_case(world: World) -> None:
    assert sign_in(Client(), "  DRAFTER ").status_code == 302


def test_administrators_without_a_post_go_to_the_back_office(world: World) -> None:
    assert sign_in(Client(), "sysadmin")["Location"] == reverse("admin:index")


def test_a_wrong_password_is_refused_in_words_and_recorded(world: World) -> None:
    answer = sign_in(Client(), "drafter", "wrong-Password-1")
    assert "登录名或口令不正确" in answer.content.decode()
    refused = AuditEntry.objects.get(action="accounts.sign_in_refused")
    assert (refused.subject_text, refused.result, refused.person_id) == ("drafter", "refused", None)


def test_an_unknown_name_is_refused_with_the_same_words(world: World) -> None:
    known = sign_in(Client(), "drafter", "wrong-Password-1").content.decode()
    unknown = sign_in(Client(), "nobody-here", "wrong-Password-1").content.decode()
    assert "登录名或口令不正确" in known
    assert "登录名或口令不正确" in unknown


def test_people_who_left_cannot_sign_in(world: World) -> None:
    answer = sign_in(Client(), "leaver")
    assert answer.status_code == 403
    assert "账号未启用或已停用" in answer.content.decode()
    assert AuditEntry.objects.get(action="accounts.sign_in_refused").result == "inactive"


def test_five_wrong_passwords_lock_the_account_from_everywhere_and_in_any_spelling(world: World) -> None:
    for attempt in range(5):
        answer = sign_in(
            Client(REMOTE_ADDR=f"10.0.0.{attempt}"), "drafter" if attempt % 2 else "Drafter", "x-Wrong-1"
        )
    assert answer.status_code == 429
    locked = sign_in(Client(REMOTE_ADDR="10.0.0.99"), "DRAFTER")
    assert locked.status_code == 429
    assert "锁定 30 分钟" in locked.content.decode()
    assert sign_in(Client(), "clerk").status_code == 302


def test_a_lock_ends_after_thirty_minutes(world: World) -> None:
    from axes.models import AccessAttempt

    for _ in range(5):
        sign_in(Client(), "drafter", "x-Wrong-1")
    past = datetime.now(UTC) - timedelta(minutes=31)
    AccessAttempt.objects.update(attempt_time=past)
    assert sign_in(Client(), "drafter").status_code == 302


def test_forwarded_addresses_of_strangers_are_not_believed(world: World, settings: Settings) -> None:
    sign_in(Client(HTTP_X_FORWARDED_FOR="203.0.113.7"), "drafter")
    assert AuditEntry.objects.get(action="accounts.sign_in").source_ip == "127.0.0.1"
    settings.TRUSTED_PROXIES = 1
    sign_in(Client(HTTP_X_FORWARDED_FOR="1.1.1.1, 203.0.113.7"), "clerk")
    assert AuditEntry.objects.get(action="accounts.sign_in", person_name="罗嘉木").source_ip == "203.0.113.7"


def test_a_first_password_must_be_changed_before_anything_else(world: World) -> None:
    Person.objects.filter(login_name="drafter").update(must_change_password=True)
    client = Client()
    sign_in(client, "drafter")
    assert client.get(reverse("accounts:directory"))["Location"] == reverse("accounts:password")
    assert client.get("/api/v1/me/").status_code == 403
    assert client.get("/api/v1/me/").json()["data"]["gate"] == "accounts:password"
    fragment = client.get(reverse("accounts:directory"), HTTP_HX_REQUEST="true")
    assert fragment["HX-Redirect"] == reverse("accounts:password")
    page = client.get(reverse("accounts:password"))
    assert "须先修改口令" in page.content.decode()


def test_the_notice_must_be_accepted_once(world: World) -> None:
    Person.objects.filter(login_name="drafter").update(accepted_notice_at=None)
    client = Client()
    sign_in(client, "drafter")
    assert client.get(reverse("accounts:me"))["Location"] == reverse("accounts:notice_accept")
    assert "涉密不上网" in client.get(reverse("accounts:notice_accept")).content.decode()
    assert client.post(reverse("accounts:notice_accept")).status_code == 302
    assert client.get(reverse("accounts:me")).status_code == 200
    assert AuditEntry.objects.filter(action="accounts.notice_accept").count() == 1


def change(client: Client, current: str, new: str, again: str | None = None) -> Any:
    return client.post(reverse("accounts:password"), {"current": current, "new": new, "again": again or new})


@pytest.mark.parametrize(
    ("new", "word"),
    [
        ("Short-1a", "口令不得少于 10 位"),
        ("Password123", "口令过于常见"),
        ("My-Drafter-2026", "不得含有登录名"),
        ("alllowercaseletters", "至少三类"),
        (PASSWORD, "最近 5 次"),
        ("1234567890", "至少三类"),
    ],
)
def test_weak_and_used_passwords_are_refused(world: World, client_as: SignIn, new: str, word: str) -> None:
    answer = change(client_as("drafter"), PASSWORD, new)
    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert Person.objects.get(login_name="drafter").check_password(PASSWORD)


def test_two_different_spellings_are_refused(world: World, client_as: SignIn) -> None:
    answer = change(client_as("drafter"), PASSWORD, NEW_PASSWORD, NEW_PASSWORD + "x")
    assert "不一致" in answer.content.decode()


def test_the_present_password_must_be_right(world: World, client_as: SignIn) -> None:
    answer = change(client_as("drafter"), "not-My-password-1", NEW_PASSWORD)
    assert "原口令不正确" in answer.content.decode()


def test_a_changed_password_keeps_this_session_and_ends_the_others(world: World) -> None:
    here, there = Client(), Client()
    sign_in(here, "drafter")
    sign_in(there, "drafter")
    assert change(here, PASSWORD, NEW_PASSWORD).status_code == 302
    assert here.get(reverse("accounts:me")).status_code == 200
    assert there.get(reverse("accounts:me")).status_code == 302
    person = Person.objects.get(login_name="drafter")
    assert person.password_changed_at is not None
    assert not person.must_change_password


def test_the_last_five_passwords_are_remembered_and_the_sixth_is_free(
    world: World, client_as: SignIn
) -> None:
    client = client_as("drafter")
    words = [PASSWORD, *(f"Harbour-2026-lamp-{number}" for number in range(6))]
    for current, new in pairwise(words):
        assert change(client, current, new).status_code == 302
    assert change(client, words[-1], words[1]).status_code == 302
    assert change(client, words[1], words[4]).status_code == 422


def test_a_password_older_than_ninety_days_must_be_changed(world: World, client_as: SignIn) -> None:
    client = client_as("drafter")
    Person.objects.filter(login_name="drafter").update(password_changed_at=datetime(2026, 1, 1, tzinfo=UTC))
    with clock.at(datetime(2026, 3, 31, tzinfo=UTC)):
        assert client.get(reverse("accounts:me")).status_code == 200
    with clock.at(datetime(2026, 4, 2, tzinfo=UTC)):
        assert client.get(reverse("accounts:me"))["Location"] == reverse("accounts:password")


def test_signing_out_ends_the_session_and_is_recorded(world: World) -> None:
    client = Client()
    sign_in(client, "drafter")
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.get(reverse("accounts:me")).status_code == 302
    assert AuditEntry.objects.filter(action="accounts.sign_out", person_name="许若溪").exists()


def test_allauths_own_pages_of_signing_up_and_of_mail_are_not_there(world: World) -> None:
    for path in ("signup/", "password/reset/", "email/", "login/code/confirm/"):
        assert Client().get(f"/accounts/{path}").status_code == 404


def test_the_demo_offers_its_cast_and_a_real_installation_does_not(world: World, settings: Settings) -> None:
    Person.objects.filter(login_name="drafter").update(demo_note="拟稿人：起草公文")
    settings.TONGZHOU_MODE = "demo"
    page = Client().get(LOGIN).content.decode()
    assert "拟稿人：起草公文" in page
    assert "许若溪" in page
    assert "沈亦舟" not in page
    settings.TONGZHOU_MODE = "real"
    page = Client().get(LOGIN).content.decode()
    assert "许若溪" not in page
    assert settings.DEMO_PASSWORD not in page


def test_a_demo_on_the_network_asks_for_its_word_first(world: World, settings: Settings) -> None:
    settings.DEMO_GATE = "open-sesame"
    client = Client()
    assert client.get(LOGIN)["Location"] == reverse("accounts:demo_gate")
    assert client.post(reverse("accounts:demo_gate"), {"word": "wrong"}).status_code == 422
    assert client.get(LOGIN).status_code == 302
    assert client.post(reverse("accounts:demo_gate"), {"word": "open-sesame"})["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200
    assert client.get("/healthz").status_code == 200


def test_sign_in_returns_to_the_page_that_was_wanted_but_never_to_another_site(world: World) -> None:
    wanted = reverse("accounts:directory")
    assert sign_in(Client(), "drafter", next=wanted)["Location"] == wanted
    assert sign_in(Client(), "clerk", next="https://evil.invalid/")["Location"] == reverse("portal:desk")
