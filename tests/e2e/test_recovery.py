"""忘记口令 in a browser: the system administrator names the mail server, a person proves an address, and comes back by its link."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Page, expect

from config.settings.base import DEMO_PASSWORD
from tests.e2e.conftest import Door
from tests.e2e.test_pages import complaints, overflow
from tests.e2e.visitor import DESKTOP, PHONE, Screen, Visitor
from tests.helpers import post_office
from tests.helpers.post_office import PostOffice

pytestmark = pytest.mark.long

NAME, LOGIN_NAME, ADDRESS = "程一诺", "chengyinuo", "chengyinuo@mail.invalid"
NEW_WORD = "Wangji-le-2026"
LINK = re.compile(r"https?://\S+")


@pytest.fixture
def office(door: Door) -> Iterator[PostOffice]:
    """The city has a mail server while the test runs, set in the back office and taken away again."""
    administrator = door.enter("系统管理员")
    with post_office.post_office() as server:
        mail_set(administrator, "127.0.0.1", str(server.port))
        yield server
        mail_set(administrator, "", "")


def mail_set(administrator: Visitor, host: str, port: str) -> None:
    page = administrator.page
    administrator.go("/admin/notifications/channelsettings/")
    page.locator("[name=mail_host]").fill(host)
    page.locator("[name=mail_port]").fill(port)
    page.locator("[name=mail_security]").select_option("smtp")
    page.locator("[name=mail_from]").fill("oa@daihai.invalid")
    page.locator("[name=mail_user]").fill(post_office.USER)
    page.locator("[name=mail_password]").fill(post_office.PASSWORD)
    administrator.look("mail-server")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("body")).to_contain_text(host or "没有设置")


def reads_well(visitor: Visitor) -> None:
    assert overflow(visitor) == 0
    assert complaints(visitor) == []


def stranger(door: Door, screen: Screen) -> Visitor:
    visitor = Visitor(door.browser, door.site, screen)
    door.visitors.append(visitor)
    return visitor


def letter(page: Page, office: PostOffice, count: int) -> str:
    """The text of the letter numbered `count`, once it has come."""
    for _ in range(100):
        if len(office.letters) >= count:
            break
        page.wait_for_timeout(200)
    message = message_from_bytes(office.letters[count - 1].encode(), policy=policy.default)
    assert message["To"] == ADDRESS
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(text: str) -> str:
    found = LINK.search(text)
    assert found is not None
    return found.group()


def sign_in(page: Page, word: str) -> None:
    page.locator("#id_login").fill(LOGIN_NAME)
    page.locator("#id_password").fill(word)
    page.locator(".gate__form button[type=submit]").click()


def test_who_forgot_the_password_comes_back_by_the_proved_address(door: Door, office: PostOffice) -> None:
    """我 → 找回口令邮箱 → letter → proved; on a phone: 忘记口令 → letter → new password → in; the link works once."""
    person = stranger(door, DESKTOP)
    page = person.page
    person.log_in(NAME)
    person.go("/me/mail/")
    page.locator("[name=address]").fill(ADDRESS)
    page.locator("main input[type=password]").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="发送验证邮件").click()
    expect(page.locator("main")).to_contain_text("等待验证")
    reads_well(person)
    person.go(link_in(letter(page, office, 1)))
    page.get_by_role("button", name="确认验证").click()
    expect(page.locator("main")).to_contain_text("已验证")

    lost = stranger(door, PHONE)
    phone = lost.page
    lost.go("/accounts/login/")
    reads_well(lost)
    phone.get_by_role("link", name="忘记口令").click()
    reads_well(lost)
    phone.locator("[name=address]").fill(ADDRESS)
    phone.get_by_role("button", name="发送链接").click()
    expect(phone.get_by_role("heading", name="请查看邮箱")).to_be_visible()
    reads_well(lost)
    link = link_in(letter(phone, office, 2))
    lost.go(link)
    lost.look("recovery-new")
    reads_well(lost)
    words = phone.locator("main input[type=password]")
    words.nth(0).fill(NEW_WORD)
    words.nth(1).fill("Another-2026")
    phone.get_by_role("button", name="确定重置").click()
    expect(phone.locator(".notice-bar--error, .input__error").first).to_be_visible()
    words.nth(0).fill(NEW_WORD)
    words.nth(1).fill(NEW_WORD)
    phone.get_by_role("button", name="确定重置").click()
    phone.wait_for_url("**/accounts/login/**")
    assert "口令" in letter(phone, office, 3)

    sign_in(phone, DEMO_PASSWORD)
    expect(phone.locator(".gate__form")).to_be_visible()
    sign_in(phone, NEW_WORD)
    phone.wait_for_url(f"{door.site}/")
    lost.go(link)
    expect(phone.get_by_role("heading", name="链接已失效")).to_be_visible()
    person.go("/me/")
    page.wait_for_url("**/accounts/login/**")
