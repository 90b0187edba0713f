"""省统一身份认证 in a browser: from the button of the login page to the desk, and everybody who does not get there."""

from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Door
from tests.e2e.test_pages import complaints, overflow
from tests.e2e.test_sign_in import code, confirmed
from tests.e2e.visitor import DESKTOP, PHONE, Screen, Visitor

pytestmark = pytest.mark.long

NAME, LOGIN_NAME = "梁小满", "liangxiaoman"
BUTTON = "用省统一身份认证登录"


def stranger(door: Door, screen: Screen = DESKTOP) -> Visitor:
    """A browser nobody has signed in with, at the login page."""
    visitor = Visitor(door.browser, door.site, screen)
    door.visitors.append(visitor)
    visitor.go("/accounts/login/")
    if not visitor.page.get_by_text(BUTTON).count():
        pytest.skip("the running city was started without an identity provider")
    return visitor


def asked(page: Page, name: str) -> None:
    """By the button to the province, which is told who is there."""
    page.get_by_role("link", name=BUTTON).click()
    page.get_by_label("账号").fill(name)
    page.get_by_role("button", name="登录").click()


def reads_well(visitor: Visitor) -> None:
    assert overflow(visitor) == 0
    assert complaints(visitor) == []


def refused(visitor: Visitor, words: str) -> None:
    """Told why, and not let in."""
    expect(visitor.page.get_by_role("main")).to_contain_text(words)
    reads_well(visitor)
    visitor.look("refused")
    visitor.go("/")
    assert "/accounts/login/" in visitor.page.url


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_the_button_to_the_desk(door: Door, screen: Screen) -> None:
    """One who is here comes to the page asked for; one who is not, and one of the three, are told why."""
    visitor = stranger(door, screen)
    reads_well(visitor)
    visitor.look("login")
    visitor.go("/notices/")
    asked(visitor.page, LOGIN_NAME.upper())
    visitor.page.wait_for_url(f"{visitor.site}/notices/")
    visitor.look("in")
    unknown = stranger(door, screen)
    asked(unknown.page, "nobody-here")
    refused(unknown, "没有对应本平台的人员")
    unknown.forgive("403")
    unknown.go("/accounts/login/")
    asked(unknown.page, "sysadmin")
    refused(unknown, "三员不通过统一身份认证登录")


def test_a_frozen_account_and_a_forged_way_back_lead_nowhere(door: Door) -> None:
    """Frozen by the security administrator, opened again; a way back with another state, and that of another browser."""
    security = door.enter("安全管理员")
    page = security.page
    security.go(f"/admin/accounts/person/?q={LOGIN_NAME}")
    page.locator("#result_list").get_by_role("link", name=NAME).first.click()
    own = page.url
    page.get_by_role("link", name="停用").click()
    page.locator("[name=reason]").fill("核对账号")
    page.get_by_role("button", name="确定").click()
    frozen = stranger(door)
    asked(frozen.page, LOGIN_NAME)
    refused(frozen, "账号未启用或已停用")
    page.goto(own)
    page.get_by_role("link", name="启用").click()
    page.get_by_role("button", name="确定").click()
    expect(page.locator("body")).to_contain_text("已启用")

    honest, thief = stranger(door), stranger(door)
    way_back = held(honest.page)
    parts = urlsplit(way_back)
    query = {key: value[0] for key, value in parse_qs(parts.query).items()}
    forged = urlunsplit(parts._replace(query=urlencode(query | {"state": "forged"})))
    for visitor, way in ((thief, way_back), (honest, forged)):
        visitor.page.goto(way)
        refused(visitor, "统一身份认证没有完成")


def held(page: Page) -> str:
    """The way back that the province gives this browser, not gone."""
    page.get_by_role("link", name=BUTTON).click()
    expect(page.get_by_label("账号")).to_be_visible()
    answer = page.request.get(f"{page.url}&person={LOGIN_NAME}", max_redirects=0)
    return answer.headers["location"]


def test_a_second_factor_is_asked_for_behind_the_province(door: Door) -> None:
    """Whoever has one gives it, whichever way they come."""
    visitor = door.enter("何书航")
    page, site = visitor.page, visitor.site
    page.goto(f"{site}/accounts/2fa/totp/")
    confirmed(page)
    secret = page.locator(".guide__print").inner_text()
    page.locator("#id_code").fill(code(secret))
    page.get_by_role("button", name="启用").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes code").first.inner_text()

    other = stranger(door, PHONE)
    asked(other.page, "heshuhang")
    expect(other.page).to_have_url(f"{site}/accounts/2fa/sign-in/")
    reads_well(other)
    other.look("second-factor")
    other.page.locator("#id_code").fill("000000")
    other.page.get_by_role("button", name="登录", exact=True).click()
    expect(other.page.get_by_role("main")).to_contain_text("验证不成功")
    other.page.locator("#id_code").fill(recovery)
    other.page.get_by_role("button", name="登录", exact=True).click()
    other.page.wait_for_url(f"{site}/")

    page.goto(f"{site}/accounts/2fa/totp/off/")
    confirmed(page)
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_role("heading", name="双因素登录")).to_be_visible()
