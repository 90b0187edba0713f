"""Two factors in a real browser: an authenticator app, a passkey of a virtual device, the lock of the screen."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from config.settings.base import DEMO_PASSWORD
from tests.e2e.conftest import Door
from tests.e2e.test_pages import complaints, overflow
from tests.e2e.visitor import PHONE, SCREENS, Visitor

NAME, LOGIN_NAME = "周明远", "zhoumingyuan"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/logout/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{site}/accounts/login/**")


def password_given(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.locator("#id_login").fill(LOGIN_NAME)
    page.locator("#id_password").fill(DEMO_PASSWORD)
    page.locator(".gate__form button[type=submit]").click()


def confirmed(page: Page) -> None:
    """Sensitive pages ask for the password again; within five minutes only once."""
    if "/accounts/confirm/" in page.url:
        page.locator("#id_password").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="确定").click()


def reads_well(visitor: Visitor) -> None:
    assert overflow(visitor) == 0
    assert complaints(visitor) == []


def test_an_app_and_a_passkey_guard_the_account_and_open_the_lock(door: Door) -> None:
    """Set up, sign in with each, lock and unlock, take them away again. Passkeys need a name, not an address: localhost."""
    visitor = door.enter(NAME)
    site, page = visitor.site.replace("127.0.0.1", "localhost"), visitor.page
    devtools = visitor.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    password_given(page, site)
    page.wait_for_url(f"{site}/")

    page.goto(f"{site}/accounts/2fa/totp/")
    reads_well(visitor)
    confirmed(page)
    reads_well(visitor)
    page.locator("#id_code").fill(code(page.locator(".guide__print").inner_text()))
    page.get_by_role("button", name="启用").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes code").first.inner_text()
    reads_well(visitor)
    page.goto(f"{site}/accounts/2fa/keys/new/")
    page.locator("[data-start]").click()
    expect(page.get_by_text("通行密钥 1")).to_be_visible()
    reads_well(visitor)

    page.goto(f"{site}/me/")
    page.locator(".post-switch").click()
    page.get_by_role("link", name="锁定屏幕").click()
    expect(page.get_by_role("heading", name="屏幕已锁定")).to_be_visible()
    reads_well(visitor)
    page.goto(f"{site}/me/sessions/")
    expect(page.get_by_role("heading", name="屏幕已锁定")).to_be_visible()
    page.locator("[data-start]").click()
    expect(page.get_by_role("heading", name="登录设备")).to_be_visible()

    sign_out(page, site)
    page.locator(".gate__passkey [data-start]").click()
    page.wait_for_url(f"{site}/")
    sign_out(page, site)
    password_given(page, site)
    expect(page.get_by_role("heading", name="再验证一次")).to_be_visible()
    reads_well(visitor)
    page.locator("#id_code").fill(recovery)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"{site}/")

    page.goto(f"{site}/accounts/2fa/totp/off/")
    confirmed(page)
    page.get_by_role("button", name="停用").click()
    page.get_by_role("link", name="移除").click()
    confirmed(page)
    page.get_by_role("button", name="移除").click()
    expect(page.get_by_text("通行密钥 1")).to_have_count(0)


@pytest.mark.long
def test_the_certificate_s_page_reads_well(door: Door) -> None:
    """Before anybody has signed in, wide and narrow."""
    for screen in SCREENS:
        visitor = Visitor(door.browser, door.site, screen)
        door.visitors.append(visitor)
        assert visitor.go("/help/certificate/") == 200
        expect(visitor.page.get_by_role("heading", name="麒麟、统信 UOS")).to_be_visible()
        assert overflow(visitor) == 0
        if screen != PHONE:
            assert complaints(visitor) == []
