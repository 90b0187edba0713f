"""Two people talk, on a PC and a phone: at once, after a lost network, and without a socket."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Door
from tests.e2e.visitor import DESKTOP, PHONE, Screen, Visitor

PATIENCE = 15_000
# the room's own script comes two seconds after the page
LATE = """
const define = customElements.define.bind(customElements);
customElements.define = (name, made) => name === "chat-room" ? setTimeout(() => define(name, made), 2000) : define(name, made);
"""


def opened(door: Door, name: str, other: str, screen: Screen) -> Visitor:
    """A person with the conversation with `other` on the screen."""
    visitor = door.enter(name, screen)
    visitor.go(f"/directory/?q={other}")
    visitor.page.locator(".people__name", has_text=other).first.click()
    visitor.page.get_by_role("button", name="发消息").click()
    expect(visitor.page.locator("chat-room")).to_be_visible()
    return visitor


def say(page: Page, text: str) -> None:
    """Type and send."""
    page.locator("form[data-composer] textarea").fill(text)
    page.locator("form[data-composer]").get_by_role("button", name="发送").click()


def heard(page: Page, text: str) -> None:
    """It stands among the messages, once."""
    expect(page.locator(".bubble", has_text=text)).to_have_count(1, timeout=PATIENCE)


@pytest.mark.parametrize(
    "screen", [pytest.param(DESKTOP, marks=pytest.mark.long), PHONE], ids=["desktop", "phone"]
)
def test_what_one_says_the_other_reads(door: Door, screen: Screen) -> None:
    one = opened(door, "许若溪", "罗嘉木", screen)
    other = opened(door, "罗嘉木", "许若溪", DESKTOP)
    text = f"{screen.name}：值班表已更新。"
    say(one.page, text)
    heard(other.page, text)
    heard(one.page, text)
    expect(one.page.locator(".message--mine").last).to_contain_text("已读", timeout=PATIENCE)
    one.look("talk")
    one.page.locator(".message--mine").last.locator(".message__menu summary").click()
    one.page.locator(".message--mine").last.get_by_text("撤回").click()
    expect(other.page.locator(".bubble", has_text=text)).to_have_count(0, timeout=PATIENCE)
    expect(other.page.locator(".messages__line").last).to_contain_text("许若溪撤回了一条消息")


def test_what_was_said_meanwhile_comes_after_the_network(door: Door) -> None:
    one = opened(door, "林知夏", "方守诚", DESKTOP)
    other = opened(door, "方守诚", "林知夏", PHONE)
    other.context.set_offline(offline=True)
    say(other.page, "断网时写的。")
    expect(other.page.locator(".message--pending")).to_contain_text("网络已断开")
    say(one.page, "断网时说的。")
    heard(one.page, "断网时说的。")
    other.context.set_offline(offline=False)
    heard(other.page, "断网时说的。")
    heard(other.page, "断网时写的。")
    heard(one.page, "断网时写的。")
    expect(other.page.locator(".message--pending")).to_have_count(0)
    other.forgive("Failed to fetch", "ERR_INTERNET_DISCONNECTED", "WebSocket", "htmx:")


@pytest.mark.long
def test_without_a_socket_messages_come_by_polling(door: Door) -> None:
    other = door.enter("何书航", PHONE)
    other.page.add_init_script("delete window.WebSocket;")
    other.go("/")
    one = opened(door, "罗嘉木", "何书航", DESKTOP)
    say(one.page, "先说一句。")
    heard(one.page, "先说一句。")
    other.go("/messages/")
    other.page.locator(".conversation", has_text="罗嘉木").click()
    heard(other.page, "先说一句。")
    say(one.page, "没有套接字也能收到。")
    heard(other.page, "没有套接字也能收到。")


@pytest.mark.long
def test_what_is_written_before_the_scripts_stand_is_not_lost(door: Door) -> None:
    """A slow line: the words are there, the button waits for the script that sends them."""
    one = opened(door, "何书航", "许若溪", PHONE)
    one.page.add_init_script(LATE)
    one.go(one.page.url)
    text = "脚本还没到就写好了。"
    one.page.locator("form[data-composer] textarea").fill(text)
    send = one.page.locator("form[data-composer]").get_by_role("button", name="发送")
    expect(send).to_be_disabled()
    send.click()
    heard(one.page, text)
