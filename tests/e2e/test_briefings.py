"""信息报送 in a browser: written on a phone, agreed to, adopted at a desk, printed, signed and read."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Door
from tests.e2e.test_pages import complaints, overflow
from tests.e2e.visitor import DESKTOP, PHONE, Visitor

TITLE = "政务大厅延时服务受群众欢迎"


def reads_well(visitor: Visitor) -> None:
    assert overflow(visitor) == 0
    assert complaints(visitor) == []


@pytest.mark.long
def test_an_item_is_written_on_a_phone_and_printed_at_the_desk(door: Door) -> None:
    """叶知秋 writes, 许南星 and 罗景明 agree, 陆少华 adopts and composes, 沈亦舟 signs; a stranger finds nothing."""
    address = written(door.enter("叶知秋", PHONE))
    for head in ("许南星", "罗景明"):
        agreed(door.enter(head, PHONE), address)
    editor = door.enter("陆少华", DESKTOP)
    issue = composed(editor, address)
    leader = door.enter("沈亦舟", PHONE)
    leader.go(issue)
    reads_well(leader)
    leader.page.get_by_role("button", name="签发").click()
    leader.page.get_by_role("button", name="确认签发").click()
    expect(leader.page.locator(".chip").filter(has_text="已签发")).to_be_visible()
    editor.go(issue)
    editor.choose("recipients", "沈亦舟")
    editor.page.get_by_role("button", name="编号并编发").click()
    editor.page.get_by_role("button", name="确认编发").click()
    expect(editor.page.get_by_role("heading", level=1)).to_contain_text("第1期")
    leader.go(issue)
    expect(leader.page.locator("article")).to_contain_text(TITLE)
    reads_well(leader)
    assert door.enter("陌上").go(issue) == 404


def written(author: Visitor) -> str:
    """A draft by the phone's form, sent to the heads."""
    page = author.page
    author.go("/briefings/new/")
    page.get_by_label("类别").select_option("dynamic")
    page.get_by_label("标题").fill(TITLE)
    page.get_by_role("textbox", name="正文").fill("午间和周末延时服务共办件 3120 件。\n群众满意度 99%。")
    reads_well(author)
    page.get_by_role("button", name="保存并核对").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator(".chip").filter(has_text="审核中").first).to_be_visible()
    reads_well(author)
    return page.url


def agreed(head: Visitor, address: str) -> None:
    """A head of the unit lets it go on."""
    head.go(address)
    head.page.get_by_role("button", name="同意", exact=True).click()
    expect(head.page.locator(".sign-form")).to_have_count(0)


def composed(editor: Visitor, address: str) -> str:
    """Adopted, put into a new issue of 《信息专报》, sent to the office's head."""
    page = editor.page
    editor.go(address)
    page.get_by_role("button", name="采用并编辑").click()
    page.get_by_role("textbox", name="正文").fill("延时服务共办件 3120 件。")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="与原文对照")).to_be_visible()
    reads_well(editor)
    editor.go("/briefings/issues/")
    series = page.get_by_role("listitem").filter(has_text="《信息专报》")
    series.get_by_role("button", name="编新一期").click()
    page.get_by_role("button", name=f"编入“{TITLE}”").click()
    expect(page.locator(".briefing-order")).to_contain_text(TITLE)
    page.get_by_label("签发领导").select_option(label="沈亦舟 主任")
    page.get_by_role("button", name="送签").click()
    expect(page.locator(".chip").filter(has_text="送签中")).to_be_visible()
    return page.url
