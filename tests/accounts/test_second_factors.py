"""The second factor, the lock of an idle screen, rules of passwords as settings."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.accounts.models import Person
from apps.accounts.passwords import rules
from apps.accounts.second_factor_forms import clock_skew, skew_text
from apps.accounts.secrecy import opened, sealed
from apps.accounts.services import password_reset, second_factors_reset
from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Forbidden, InvalidState
from tests.factories.world import PASSWORD, World

LOGIN = "/accounts/login/"
SECRET = "JBSWY3DPEHPK3PXP"


def code_at(moment: datetime, secret: str = SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, int(moment.timestamp()) // 30)))


def code_now(secret: str = SECRET) -> str:
    return code_at(datetime.now(UTC), secret)


def password_given(name: str, password: str = PASSWORD) -> Any:
    client = Client()
    return client, client.post(LOGIN, {"login": name, "password": password})


@pytest.fixture
def guarded(world: World) -> Person:
    """The drafter, with an authenticator app."""
    person = world.person("drafter")
    TOTP.activate(person, SECRET)
    return person


def test_the_password_alone_opens_nothing(guarded: Person) -> None:
    """Between the two steps one is a stranger."""
    client, answer = password_given("drafter")
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("portal:desk")).status_code == 302
    assert AuditEntry.objects.filter(action="accounts.sign_in").count() == 0
    page = client.get(reverse("mfa_authenticate"))
    assert "再验证一次" in page.content.decode()
    done = client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert done["Location"] == reverse("portal:desk")
    assert client.get(reverse("accounts:me")).status_code == 200
    assert AuditEntry.objects.filter(action="accounts.sign_in").count() == 1


def test_a_code_opens_once(guarded: Person) -> None:
    """One read over the shoulder is worth nothing."""
    code = code_now()
    first, _ = password_given("drafter")
    assert first.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    second, _ = password_given("drafter")
    assert "验证不成功" in second.post(reverse("mfa_authenticate"), {"code": code}).content.decode()


def test_five_wrong_codes_lock_the_account_like_wrong_passwords(guarded: Person) -> None:
    """Whoever knows the password cannot try all codes; a lock holds against the right code and the right password."""
    client, _ = password_given("drafter")
    for _ in range(4):
        assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 429
    assert "账号已锁定" in client.post(reverse("mfa_authenticate"), {"code": code_now()}).content.decode()
    assert password_given("drafter")[1].status_code == 429
    assert AccessAttempt.objects.get().username == "drafter"
    assert AuditEntry.objects.filter(action="accounts.sign_in_refused", result="second_factor").count() == 5


def test_the_app_s_key_is_sealed_at_rest(guarded: Person) -> None:
    """A stolen table makes no codes."""
    stored = str(Authenticator.objects.get(user=guarded).data)
    assert SECRET not in stored
    assert opened(sealed("text")) == "text"


def test_another_secret_opens_no_factor(guarded: Person, settings: Settings) -> None:
    """The person is told who can help, not shown an error of the program."""
    kept = sealed("text")
    settings.SECRET_KEY = "another-installation-another-installation-another"
    with pytest.raises(InvalidState, match="重置双因素"):
        opened(kept)


def test_an_app_is_set_up_after_the_password_was_asked_again(world: World) -> None:
    """QR code, key in letters, first code, recovery codes; each step recorded."""
    client, _ = password_given("drafter")
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert "确认是本人" in client.get(asked["Location"]).content.decode()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    text = client.get(reverse("mfa_activate_totp")).content.decode()
    assert "data:image/svg+xml;base64," in text
    found = re.search(r"<code[^>]*>([A-Z2-7]{16,})</code>", text)
    assert found is not None
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "123"})
    assert "验证不成功" in wrong.content.decode()
    done = client.post(reverse("mfa_activate_totp"), {"code": code_now(found.group(1))})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    codes = re.findall(r"<li><code>(\w+)</code></li>", client.get(done["Location"]).content.decode())
    assert len(codes) == 10
    assert "已启用" in client.get(reverse("mfa_index")).content.decode()
    other, _ = password_given("drafter")
    assert other.post(reverse("mfa_authenticate"), {"code": codes[0]})["Location"] == reverse("portal:desk")
    again, _ = password_given("drafter")
    assert "验证不成功" in again.post(reverse("mfa_authenticate"), {"code": codes[0]}).content.decode()


def test_a_clock_off_by_an_hour_is_told(world: World) -> None:
    """While setting up, where the secret was just shown to this very person; never at sign-in."""
    moment = datetime(2026, 11, 23, 8, 0, 5, tzinfo=UTC)
    with clock.at(moment):
        ahead = clock_skew(SECRET, code_at(moment + timedelta(hours=1)))
        behind = clock_skew(SECRET, code_at(moment - timedelta(minutes=7)))
        assert clock_skew(SECRET, "nonsense") is None
    assert ahead == timedelta(hours=1)
    assert behind == -timedelta(minutes=7)
    assert "快了约 1 小时 0 分" in skew_text(ahead)
    assert "慢了约 7 分钟" in skew_text(behind)


def test_the_code_of_a_wrong_clock_does_not_sign_in(guarded: Person) -> None:
    """And the page says nothing about which time it would belong to."""
    client, _ = password_given("drafter")
    late = code_at(datetime.now(UTC) - timedelta(hours=1))
    text = client.post(reverse("mfa_authenticate"), {"code": late}).content.decode()
    assert "请确认手机时间" in text
    assert "1 小时" not in text


# ---- who must have one


@pytest.fixture
def required(settings: Settings, world: World) -> World:
    """The rule for section chiefs and the security administrator; nobody is new."""
    settings.TWO_FACTORS_FOR = ["unit_head", "secadmin"]
    Person.objects.update(created_at=datetime.now(UTC) - timedelta(days=30))
    return world


def test_who_must_have_one_gets_no_further_without(
    required: World, client_as: Callable[[str], Client]
) -> None:
    """The setting names roles and administrators; others are not asked."""
    for role in ("section_chief", "secadmin"):
        client = client_as(role)
        assert client.get(reverse("accounts:directory"))["Location"] == reverse("mfa_index")
        assert client.get("/api/v1/me/").json()["data"]["gate"] == "mfa_index"
        page = client.get(reverse("mfa_index")).content.decode()
        assert "您的岗位要求双因素登录，请设置" in page
    assert client_as("drafter").get(reverse("accounts:directory")).status_code == 200


def test_a_new_account_has_days_of_grace(required: World, client_as: Callable[[str], Client]) -> None:
    """The first day is for the first password and the notice."""
    Person.objects.filter(login_name="section_chief").update(created_at=datetime.now(UTC) - timedelta(days=3))
    client = client_as("section_chief")
    assert client.get(reverse("accounts:directory")).status_code == 200
    assert "请尽快设置" in client.get(reverse("mfa_index")).content.decode()


def test_with_one_the_gate_is_open_and_the_last_one_stays(required: World) -> None:
    """Replaced, not dropped."""
    person = required.person("section_chief")
    TOTP.activate(person, SECRET)
    client, _ = password_given("section_chief")
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert client.get(reverse("accounts:directory")).status_code == 200
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert "请先添加另一种方式" in answer.content.decode()
    assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_the_security_administrator_takes_the_factors_of_a_lost_phone(guarded: Person, world: World) -> None:
    """Recorded, all sessions end; nobody else may, and nobody for oneself."""
    with pytest.raises(Forbidden):
        second_factors_reset(actor=world.actor("clerk"), person_id=guarded.pk)
    with pytest.raises(InvalidState, match="另一名安全管理员"):
        second_factors_reset(actor=world.actor("secadmin"), person_id=world.person("secadmin").pk)
    second_factors_reset(actor=world.actor("secadmin"), person_id=guarded.pk)
    assert not Authenticator.objects.filter(user=guarded).exists()
    assert AuditEntry.objects.filter(action="accounts.second_factors_reset").count() == 1
    assert password_given("drafter")[1]["Location"] == reverse("portal:desk")


def test_a_key_of_another_person_is_not_found(world: World, client_as: Callable[[str], Client]) -> None:
    """Removing goes through the own keys only."""
    key = Authenticator.objects.create(
        user=world.person("clerk"), type="webauthn", data={"name": "x", "credential": {}}
    )
    client, _ = password_given("drafter")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


# ---- the lock of an idle screen


@pytest.fixture
def locking(settings: Settings, world: World) -> Client:
    """A session that locks after half an hour."""
    settings.IDLE_LOCK_SECONDS = 1800
    client, _ = password_given("drafter")
    assert client.get(reverse("accounts:me")).status_code == 200
    return cast("Client", client)


def idle_for(client: Client, **time: int) -> None:
    session = client.session
    session["active_at"] = int((datetime.now(UTC) - timedelta(**time)).timestamp())
    session.save()


def test_a_screen_nobody_used_is_locked_and_comes_back_to_its_page(locking: Client) -> None:
    """Page, fragment, API; the right password goes on where it stopped."""
    idle_for(locking, minutes=31)
    page = reverse("accounts:directory")
    assert locking.get(page)["Location"] == f"{reverse('accounts:unlock')}?next=%2Fdirectory%2F"
    assert locking.get(page, HTTP_HX_REQUEST="true")["HX-Redirect"] == reverse("accounts:unlock")
    for shown, back in (
        ("http://testserver/duty/?day=2", "?next=%2Fduty%2F%3Fday%3D2"),
        ("http://evil.example/duty/", ""),
    ):
        fragment = locking.get(page, HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=shown)
        assert fragment["HX-Redirect"] == reverse("accounts:unlock") + back
    form = locking.post(
        reverse("accounts:sessions_finish_others"), headers={"Referer": "http://testserver/me/sessions/"}
    )
    assert form["Location"] == f"{reverse('accounts:unlock')}?next=%2Fme%2Fsessions%2F"
    assert locking.get("/api/v1/me/").json()["data"]["gate"] == "accounts:unlock"
    assert locking.post(reverse("accounts:active")).status_code == 423
    wrong = locking.post(reverse("accounts:unlock"), {"password": "x-Wrong-1"})
    assert wrong.status_code == 422
    assert "口令不正确" in wrong.content.decode()
    right = locking.post(reverse("accounts:unlock"), {"password": PASSWORD, "next": page})
    assert right["Location"] == page
    assert locking.get(page).status_code == 200
    assert AuditEntry.objects.filter(action="accounts.unlock").count() == 1


def test_the_program_of_the_pages_is_fetched_also_at_a_locked_screen(locking: Client) -> None:
    """A browser refuses a service worker that answers with a redirect, and complains on every page."""
    locking.get(reverse("accounts:unlock"))
    assert locking.get(reverse("accounts:me")).status_code == 302
    assert locking.get("/sw.js").status_code in {200, 404}  # not found where nothing was built


def test_a_locked_screen_cannot_be_guessed_open(locking: Client) -> None:
    """Wrong passwords count towards the one lock-out."""
    idle_for(locking, minutes=31)
    answers = [
        locking.post(reverse("accounts:unlock"), {"password": "x-Wrong-1"}).status_code for _ in range(5)
    ]
    assert answers[-1] == 429
    assert locking.post(reverse("accounts:unlock"), {"password": PASSWORD}).status_code != 302


def test_unlocking_leads_nowhere_else(locking: Client) -> None:
    """The way back is a page of ours."""
    idle_for(locking, minutes=31)
    answer = locking.post(reverse("accounts:unlock"), {"password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_what_a_page_fetches_by_itself_is_not_use(locking: Client) -> None:
    """An open page with live numbers does not keep itself awake; a key press does."""
    idle_for(locking, minutes=20)
    locking.get(reverse("core:live_counts"), HTTP_SEC_FETCH_MODE="cors")
    assert datetime.now(UTC).timestamp() - locking.session["active_at"] > 1100
    assert locking.post(reverse("accounts:active"), HTTP_SEC_FETCH_MODE="cors").status_code == 204
    assert datetime.now(UTC).timestamp() - locking.session["active_at"] < 60
    idle_for(locking, minutes=20)
    locking.get(reverse("accounts:me"), HTTP_SEC_FETCH_MODE="navigate")
    assert datetime.now(UTC).timestamp() - locking.session["active_at"] < 60


def test_administrators_are_locked_earlier(settings: Settings, world: World) -> None:
    """Ten minutes."""
    settings.IDLE_LOCK_SECONDS = 1800
    client, _ = password_given("sysadmin")
    idle_for(client, minutes=11)
    assert client.get("/admin/")["Location"].startswith(reverse("accounts:unlock"))


def test_the_screen_can_be_locked_by_hand(locking: Client) -> None:
    """Opening the lock's page locks."""
    locking.get(reverse("accounts:unlock"))
    assert locking.get(reverse("accounts:me")).status_code == 302


def test_without_the_setting_nothing_locks(settings: Settings, world: World) -> None:
    """Zero minutes."""
    client, _ = password_given("drafter")
    idle_for(client, days=1)
    assert client.get(reverse("accounts:me")).status_code == 200


# ---- rules of passwords


@pytest.mark.parametrize(
    ("classes", "word", "good"),
    [
        (3, "harbour-lamps", False),
        (3, "Harbour-lamps", True),
        (2, "harbour-lamps", True),
        (4, "Harbour-lamps", False),
    ],
)
def test_classes_of_a_password_are_a_setting(
    settings: Settings, db: None, classes: int, word: str, *, good: bool
) -> None:
    """And the page says the rule that is in force."""
    settings.PASSWORD_CLASSES = classes
    assert f"至少{'一二三四'[classes - 1]}类" in rules()[0]
    if good:
        validate_password(word)
    else:
        with pytest.raises(ValidationError, match="至少"):
            validate_password(word)


def test_length_of_the_history_is_a_setting(settings: Settings, world: World) -> None:
    """With none the last password may come again; with five it may not."""
    person = world.person("drafter")
    password_reset(actor=world.actor("secadmin"), person_id=person.pk)
    person.refresh_from_db()
    with pytest.raises(ValidationError, match="最近 5 次"):
        validate_password(PASSWORD, person)
    settings.PASSWORD_HISTORY = 0
    validate_password(PASSWORD, person)
    assert not any("最近" in rule for rule in rules())
