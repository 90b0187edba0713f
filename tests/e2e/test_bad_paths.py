"""Two windows, no network, an expired session, a double click, a hostile paste: told in words, nothing lost, nothing twice."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Door
from tests.e2e.visitor import Visitor

HOSTILE = '<p onclick="alert(1)">一、正常标题</p><img src=x onerror="alert(1)"><script>alert(1)</script><p>普通正文</p>'


@pytest.fixture
def drafter(door: Door) -> Visitor:
    """Somebody with a fresh draft open in the editor."""
    visitor = door.enter("许若溪")
    visitor.go("/documents/outgoing/new/")
    visitor.page.locator(".type-grid__item", has_text="通知").click()
    visitor.page.wait_for_url("**/edit/")
    return visitor


def type_body(page: Page, text: str) -> None:
    """Type at the end of the body."""
    page.locator("body-editor .tiptap").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def saved(page: Page) -> None:
    """Wait until the editor says so."""
    expect(page.locator("body-editor")).to_have_attribute("data-state", "saved")


def test_the_second_window_is_told_and_overwrites_nothing(drafter: Visitor) -> None:
    first = drafter.page
    second = drafter.context.new_page()
    second.goto(first.url)
    type_body(first, "甲窗口的内容。")
    saved(first)
    type_body(second, "乙窗口的内容。")
    expect(second.get_by_role("alert")).to_contain_text("没有覆盖对方")
    first.reload()
    expect(first.locator("body-editor .tiptap")).to_have_text("甲窗口的内容。")


@pytest.mark.long
def test_what_is_typed_without_a_network_is_kept_and_sent_later(drafter: Visitor) -> None:
    page = drafter.page
    type_body(page, "有网时。")
    saved(page)
    drafter.context.set_offline(offline=True)
    type_body(page, "断网时。")
    expect(page.locator(".editor__state")).to_contain_text("已保存在本机")
    drafter.context.set_offline(offline=False)
    saved(page)
    page.reload()
    expect(page.locator("body-editor .tiptap")).to_have_text("有网时。断网时。")
    drafter.forgive("htmx:", "Response Status Error Code 0")


def test_an_expired_session_keeps_the_draft(drafter: Visitor) -> None:
    page = drafter.page
    type_body(page, "登录时。")
    saved(page)
    drafter.context.clear_cookies()
    type_body(page, "过期后。")
    expect(page.locator("body-editor [role=alert]")).to_contain_text("登录已过期，内容已保存在本机")
    draft = page.url
    page.on("dialog", lambda dialog: dialog.accept())
    drafter.log_in("许若溪")
    page.goto(draft)
    page.get_by_role("button", name="恢复该内容").click()
    saved(page)
    page.reload()
    expect(page.locator("body-editor .tiptap")).to_have_text("登录时。过期后。")
    drafter.forgive("Error Code 401")


def test_a_double_click_submits_once(drafter: Visitor) -> None:
    page = drafter.page
    page.locator("#d-title").fill("岱海市人民政府办公室关于测试重复提交的通知")
    drafter.choose("main_recipients", "市财政局")
    type_body(page, "现将有关事项通知如下。")
    saved(page)
    page.locator(".action-bar__main").click()
    confirm = page.locator("dialog[open] .dialog__foot .button--primary")
    with page.expect_navigation():
        confirm.dblclick(no_wait_after=True)
    page.get_by_role("tab", name="流转记录").click()
    expect(page.locator("#pane-log")).to_contain_text("拟稿")
    assert page.locator("#pane-log").inner_text().count("提交") == 1


@pytest.mark.long
def test_a_hostile_paste_leaves_text_alone(drafter: Visitor) -> None:
    page = drafter.page
    page.locator("body-editor .tiptap").click()
    page.evaluate(
        """html => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          document.querySelector("body-editor .tiptap").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        HOSTILE,
    )
    saved(page)
    page.reload()
    body = page.locator("body-editor .tiptap")
    expect(body.locator("h1")).to_have_text("正常标题")
    expect(body).to_contain_text("普通正文")
    expect(body.locator("img, script, [onclick]")).to_have_count(0)
    drafter.forgive("inline event handler")
