"""公文模板 in a browser: an issued text is saved as a template at a desk, and a colleague drafts from it on a phone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Door
from tests.e2e.test_formats import photograph
from tests.e2e.test_suggestions import reads_well
from tests.e2e.visitor import DESKTOP, PHONE

pytestmark = pytest.mark.long

NAME = "强化防火措施通知"


def test_a_text_becomes_a_template_and_a_colleague_begins_from_it(door: Door) -> None:
    """发文 → 更多 → 存为模板, with a heading and a picture of its own; 拟稿 → 起草; what is refused leaves the words."""
    clerk = door.enter("罗嘉木", DESKTOP)
    page = clerk.page
    clerk.go("/documents/outgoing/?tab=filed&q=森林防火")
    page.locator(".grid-table__title a").first.click()
    page.locator("summary").filter(has_text="更多").click()
    page.get_by_role("link", name="存为模板").click()
    expect(page.locator(".notice-bar")).to_contain_text("本机关全体拟稿人都能看到")
    expect(page.locator(".editor__text h1").first).to_be_visible()
    page.get_by_role("button", name="一键排版").click()
    expect(page.locator(".tidy__title")).to_contain_text("格式规范")
    page.get_by_role("button", name="完成").click()
    reads_well(clerk)
    page.get_by_label("模板名称").fill("会议通知")
    page.get_by_role("button", name="保存模板").click()
    expect(page.get_by_text("已有名为“会议通知”的模板")).to_be_visible()
    clerk.forgive("Error Code 422")
    page.get_by_label("模板名称").fill(NAME)
    page.locator(".editor__text h1").first.click()
    page.keyboard.press("End")
    page.keyboard.type("（××年）")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="图片", exact=True).click()
    chosen.value.set_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    expect(page.locator(".editor__text figure img")).to_have_js_property("naturalWidth", 1200)
    page.get_by_role("button", name="保存模板").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.locator(".template-text")).to_contain_text("（××年）")
    expect(page.locator(".template-picture img")).to_have_count(1)
    reads_well(clerk)

    drafter = door.enter("许若溪", PHONE)
    drafter.go("/documents/outgoing/new/")
    reads_well(drafter)
    drafter.page.get_by_role("button", name=f"用模板“{NAME}”起草").click()
    drafter.page.wait_for_url("**/edit/")
    expect(drafter.page.locator(".editor__text")).to_contain_text("（××年）")
    expect(drafter.page.locator(".editor__text figure")).to_have_count(1)
    assert door.enter("叶知秋").go(page.url) == 404
