"""The mail server and the SMS gateway kept by the administrators: sealed, tried at once, and the environment wins."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.administration import Administrator
from apps.audit.models import AuditEntry
from apps.core.errors import Forbidden, InvalidState, UpstreamFailed, ValidationFailed
from apps.core.sealed import KEY_NAME, seal, unseal
from apps.notifications import services
from apps.notifications.models import ChannelSettings, Delivery
from apps.notifications.selectors.channels import Source, mail_state, mail_way, sms_state, sms_way
from apps.notifications.services import MailDraft
from tests.factories.world import World
from tests.helpers.post_office import PASSWORD, USER, post_office

PAGE = "/admin/notifications/channelsettings/1/change/"


@pytest.fixture(autouse=True)
def _unset(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.SECRETS_ROOT = tmp_path / "secrets"


def draft(port: int = 25, password: str = PASSWORD, **changes: Any) -> MailDraft:
    """A server on this machine."""
    facts = {
        "host": "127.0.0.1",
        "port": port,
        "security": "smtp",
        "user": USER,
        "sender": "oa@daihai.invalid",
    }
    return MailDraft(**{**facts, "password": password, **changes})


def administrator(world: World, kind: Administrator, client: Client) -> Client:
    """Signed in as one of the three."""
    client.force_login(world.person(str(kind)))
    return client


def test_a_kept_server_carries_trial_and_notices_under_its_own_sender(world: World) -> None:
    """Name and password are used; the letter is from the kept address."""
    with post_office() as office:
        services.mail_settings_save(actor=None, draft=draft(office.port))
        services.channel_try(actor=None, address="clerk@daihai.invalid")
        services.preference_set(actor=world.actor("drafter"), by_mail=True, by_browser=True)
        services.notice_send(
            person_ids=[world.person("drafter").pk], key="task:1", kind="task", title="核稿", text=""
        )
        assert services.deliveries_sweep() == 1
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert len(office.letters) == 2
    assert all("From: oa@daihai.invalid" in letter for letter in office.letters)


def test_a_wrong_password_is_told_by_the_trial(db: None) -> None:
    """With what the server answered and what to check."""
    with post_office() as office:
        services.mail_settings_save(actor=None, draft=draft(office.port, password="wrong"))
        with pytest.raises(UpstreamFailed, match=r"535.*用户名和口令"):
            services.channel_try(actor=None, address="clerk@daihai.invalid")


def test_secrets_lie_sealed_and_open_only_with_the_key(db: None, settings: Any) -> None:
    """Neither in the row nor in the audit; another key says so and nothing is sent."""
    services.mail_settings_save(actor=None, draft=draft())
    services.sms_settings_save(actor=None, url="https://sms.invalid/send", token="token-7f")
    row = ChannelSettings.objects.get()
    assert PASSWORD.encode() not in bytes(row.mail_password_sealed)
    assert not any(PASSWORD in str(entry.__dict__) for entry in AuditEntry.objects.all())
    assert mail_way().options["password"] == PASSWORD
    assert sms_way().token == "token-7f"
    assert PASSWORD not in repr(mail_way())
    key = settings.SECRETS_ROOT / KEY_NAME
    assert key.stat().st_mode & 0o077 == 0
    key.unlink()
    with pytest.raises(InvalidState, match="请重新填写口令"):
        mail_way()
    assert "请重新填写口令" in mail_state()


def test_a_secret_sealed_for_one_name_does_not_open_under_another() -> None:
    """Rows cannot be mixed up."""
    sealed = seal("hush", name="one")
    assert unseal(sealed, name="one") == "hush"
    with pytest.raises(InvalidState):
        unseal(sealed, name="two")
    assert seal("", name="one") == b""


def test_a_kept_secret_stays_with_its_server_and_goes_to_no_other(db: None) -> None:
    """Empty means unchanged, until host, user or gateway change."""
    services.mail_settings_save(actor=None, draft=draft())
    services.mail_settings_save(actor=None, draft=draft(password="", port=2525))
    assert mail_way().options["password"] == PASSWORD
    services.mail_settings_save(actor=None, draft=draft(password="", host="evil.invalid"))
    assert mail_way().options["password"] == ""
    services.sms_settings_save(actor=None, url="https://a.invalid/", token="t")
    services.sms_settings_save(actor=None, url="https://b.invalid/", token="")
    assert sms_way().token == ""


def test_emptied_settings_are_gone(db: None) -> None:
    """No server, no password."""
    services.mail_settings_save(actor=None, draft=draft())
    services.mail_settings_save(actor=None, draft=draft(host=""))
    assert mail_way().source == Source.NONE
    assert not ChannelSettings.objects.get().mail_password_sealed
    with pytest.raises(InvalidState, match="请先保存邮件服务器"):
        services.channel_try(actor=None, address="clerk@daihai.invalid")


def test_the_environment_wins_and_is_said_so(db: None, settings: Any) -> None:
    """What was kept waits."""
    services.mail_settings_save(actor=None, draft=draft())
    services.sms_settings_save(actor=None, url="https://kept.invalid/", token="t")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SMS_URL = "https://env.invalid/"
    assert mail_way().source == sms_way().source == Source.ENVIRONMENT
    assert "EMAIL_URL 指定" in mail_state()
    assert "TONGZHOU_SMS_URL 指定" in sms_state()
    assert sms_way().url == "https://env.invalid/"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"host": "smtp://mail"}, "主机名"),
        ({"host": "two words"}, "主机名"),
        ({"port": 70000}, "65535"),
        ({"security": "none"}, "加密方式"),
        ({"sender": "nobody"}, "邮箱地址"),
    ],
)
def test_what_no_mail_can_go_by_is_refused(db: None, changes: dict[str, Any], word: str) -> None:
    """Nothing is kept."""
    with pytest.raises(ValidationFailed, match=word):
        services.mail_settings_save(actor=None, draft=draft(**changes))
    assert mail_way().source == Source.NONE


@pytest.mark.parametrize(
    "url", ["sms.invalid", "ftp://sms.invalid", "https://", "https://a b/", "http://h:99999/"]
)
def test_what_is_no_gateway_is_refused(db: None, url: str) -> None:
    """Only http and https with a host."""
    with pytest.raises(ValidationFailed, match="http"):
        services.sms_settings_save(actor=None, url=url, token="")


def test_only_the_system_administrator_sets_and_tries(world: World, client: Client) -> None:
    """The others do not even see the page; saving the page unchanged writes no audit."""
    with pytest.raises(Forbidden):
        services.sms_settings_save(actor=world.actor("clerk"), url="", token="")
    for kind in (Administrator.SECURITY, Administrator.AUDIT):
        assert administrator(world, kind, client).get(PAGE).status_code in {302, 403}
    administrator(world, Administrator.SYSTEM, client)
    assert client.get("/admin/notifications/channelsettings/").url == PAGE  # type: ignore[attr-defined]  # a redirect
    form = {"mail_host": "mail.invalid", "mail_port": "587", "mail_security": "smtp+tls", "mail_user": "oa",
            "mail_password": "hush-hush", "mail_from": "oa@daihai.invalid", "sms_url": "", "sms_token": ""}  # fmt: skip
    assert client.post(PAGE, form).status_code == 302
    page = client.get(PAGE).content.decode()
    assert "mail.invalid:587" in page
    assert "hush-hush" not in page
    assert client.post(PAGE, form | {"mail_password": ""}).status_code == 302
    assert mail_way().options["password"] == "hush-hush"
    assert AuditEntry.objects.filter(action="notifications.channel_settings").count() == 1
    trial = reverse("admin:notifications_channelsettings_try_out", args=[1])
    refused = client.post(PAGE, form | {"mail_host": "a b"})
    assert "不带 http:// 和端口" in refused.content.decode()
    assert "请填写邮箱地址" in client.post(trial, {"address": "8806"}).content.decode()


def test_mail_whose_password_is_lost_waits_and_says_why(world: World, settings: Any) -> None:
    """Not failed for good: the administrator can mend it."""
    services.mail_settings_save(actor=None, draft=draft())
    services.preference_set(actor=world.actor("drafter"), by_mail=True, by_browser=True)
    services.notice_send(
        person_ids=[world.person("drafter").pk], key="t:1", kind="task", title="核稿", text=""
    )
    (settings.SECRETS_ROOT / KEY_NAME).unlink()
    services.deliveries_sweep()
    delivery = Delivery.objects.get()
    assert delivery.state == Delivery.State.QUEUED
    assert "无法解开" in delivery.last_error
