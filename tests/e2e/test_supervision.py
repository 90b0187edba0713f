"""A leader's words on a document become an item; the bureau does it on the phone; the office closes it on the board."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Door
from tests.e2e.visitor import DESKTOP, PHONE, Visitor

TITLE = "核实困难群众取暖救助名单"
FORMER, SUCCESSOR = "青石县政府", "临港县政府"
BASIS = "岱编〔2026〕12号"


def pressed(page: Page, label: str) -> None:
    """Press a button of the item's box, say yes when asked; the server answers with the page anew."""
    button = page.get_by_role("button", name=label, exact=True)
    asks = button.evaluate("node => !!node.closest('confirm-act')")
    with page.expect_navigation():
        button.click()
        if asks:
            page.locator("dialog[open] .dialog__foot .button--primary").click()


def opened(visitor: Visitor, address: str, state: str) -> None:
    """The item, standing where the last one left it."""
    visitor.go(address)
    expect(visitor.page.locator(".item__head .chip").first).to_have_text(state)


@pytest.mark.long
def test_an_instruction_is_followed_up_to_its_end(door: Door) -> None:
    director = door.enter("高文澜", DESKTOP)
    director.go("/documents/outgoing/?q=强寒潮")
    director.page.locator(".grid-table__title a").first.click()
    director.page.locator("summary", has_text="更多").click()
    director.page.get_by_role("link", name="立项督办").click()
    expect(director.page.locator(".notice-bar")).to_contain_text("强寒潮")
    director.page.get_by_label("事项").first.fill(TITLE)
    director.choose("lead", "市大数据局")
    director.page.get_by_label("反馈频次").select_option(label="每周反馈")
    pressed(director.page, "提交立项")
    director.page.wait_for_url("**/supervision/*/")
    item = director.page.url
    pressed(director.page, "立项")
    expect(director.page.locator(".item__head")).to_contain_text("督〔")

    keeper = door.enter("秦朗月", DESKTOP)
    opened(keeper, item, "已立项")
    pressed(keeper.page, "交办")
    expect(keeper.page.locator(".paper")).to_contain_text("督通〔")

    clerk = door.enter("叶知秋", PHONE)
    opened(clerk, item, "已交办")
    pressed(clerk.page, "签收")
    clerk.look("accepted")
    head = door.enter("罗景明", PHONE)
    opened(head, item, "已签收")
    head.page.locator("summary", has_text="反馈进展").click()
    if not head.page.get_by_label("进展情况").is_visible():
        head.page.locator("summary", has_text="反馈进展").click()
    head.page.get_by_label("进展情况").fill("名单已逐户核实。")
    head.page.get_by_label("完成进度").fill("80")
    note = FilePayload(name="核实名单.txt", mimeType="text/plain", buffer="已核实 312 户。".encode())
    head.page.locator("#report-files input[type=file]").set_input_files(note)
    expect(head.page.locator("#report-files a.file-list__name")).to_have_text("核实名单.txt")
    head.look("reporting")
    pressed(head.page, "提交反馈")
    expect(head.page.locator(".report").first).to_contain_text("名单已逐户核实")
    expect(head.page.locator(".report").first).to_contain_text("核实名单.txt")
    head.page.locator("summary", has_text="申请办结").click()
    head.page.get_by_label("完成情况").fill("全部核实并公示。")
    pressed(head.page, "确认申请办结")
    head.look("applied")

    opened(director, item, "办结审核")
    director.page.locator("summary", has_text="同意办结").click()
    pressed(director.page, "确认同意办结")
    pressed(director.page, "销号")
    expect(director.page.locator(".course")).to_contain_text("销号")
    director.look("struck-off")
    keeper.go("/supervision/items/?stage=done&q=" + TITLE)
    expect(keeper.page.locator("tbody tr")).to_contain_text("已销号")
    with keeper.page.expect_download() as download:
        keeper.page.get_by_role("link", name="导出").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    keeper.go("/supervision/")
    keeper.look("board")
    stranger = door.enter("陌上", DESKTOP)
    assert stranger.go(item) == 404


def looked_at(visitor: Visitor, source: str, target: str) -> None:
    """Choose both places in the wizard and look at what would move."""
    page = visitor.page
    visitor.go("/supervision/succession/")
    option = page.locator("#s-source option", has_text=source).first
    page.locator("#s-source").select_option(option.get_attribute("value"))
    visitor.choose("target", target)
    page.get_by_label("移交依据").fill(BASIS)
    page.get_by_role("button", name="核对事项").click()
    expect(page.locator("#moving-title")).to_have_text(f"{source} → {target}")


@pytest.mark.long
def test_the_items_of_a_merged_unit_go_on_with_the_successor_once(door: Door) -> None:
    """Two have looked at the same list: one moves it, the other is told and loses nothing typed."""
    keeper, director = door.enter("秦朗月", DESKTOP), door.enter("高文澜", PHONE)
    for visitor in (keeper, director):
        looked_at(visitor, FORMER, SUCCESSOR)
        visitor.look("succession")
    moving = keeper.page.locator("#moving-title").locator("xpath=ancestor::section").locator("tbody tr a")
    item = moving.first.get_attribute("href") or ""
    title = moving.first.inner_text()
    pressed(keeper.page, f"移交给{SUCCESSOR}")
    expect(keeper.said()).to_contain_text(f"已向“{SUCCESSOR}”移交")
    expect(keeper.page.locator("tbody")).to_contain_text(title)
    director.page.get_by_role("button", name=f"移交给{SUCCESSOR}").click()
    expect(director.said()).to_contain_text("没有未办结的督办事项")
    expect(director.page.get_by_label("移交依据")).to_have_value(BASIS)
    director.forgive("Error Code 409")
    keeper.go(item)
    expect(keeper.page.locator(".course").last).to_contain_text(f"{FORMER} → {SUCCESSOR}：{BASIS}")
    stranger = door.enter("陌上", DESKTOP)
    assert stranger.go("/supervision/succession/") == 403
