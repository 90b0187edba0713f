"""An office asks the bureaux for names; a bureau answers on the phone; the office sees who is missing."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Door
from tests.e2e.visitor import DESKTOP, PHONE

TITLE = "关于报送值班联络员名单的通知"


def confirmed(page: Page, button: str) -> None:
    """Press and answer the question with yes; the server answers with another page."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
        page.locator("dialog[open] .dialog__foot .button--primary").click()


def test_a_notice_with_a_reply_slip_is_answered_and_rolled_up(door: Door) -> None:
    office = door.enter("高文澜", DESKTOP)
    office.go("/announcements/new/")
    office.page.get_by_role("button", name="开始起草").click()
    office.page.wait_for_url("**/edit/")
    office.page.get_by_label("标题").fill(TITLE)
    office.page.get_by_label("内容").fill("请各单位报送一名联络员。")
    office.choose("organs", "市大数据局", "市教育局")
    row = office.page.locator(".slip-fields__row").first
    row.get_by_label("名称").fill("联络员姓名")
    row.get_by_role("checkbox").check()
    office.page.get_by_label("回执时限").fill(f"{timezone.localtime() + timedelta(days=3):%Y-%m-%dT18:00}")
    confirmed(office.page, "发布")
    expect(office.page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    board = office.page.url
    expect(office.page.locator(".answers tbody tr")).to_have_count(2)
    expect(office.page.locator(".answers .chip", has_text="未回执")).to_have_count(2)

    bureau = door.enter("叶知秋", PHONE)
    bureau.go("/announcements/")
    bureau.page.locator(".hit", has_text=TITLE).click()
    slip = bureau.page.locator("section", has=bureau.page.get_by_role("heading", name="回执"))
    slip.get_by_role("button", name="提交回执").click()
    expect(bureau.page.locator(".toast--error, [role=alert]").first).to_contain_text("联络员姓名")
    slip.get_by_label("联络员姓名").fill("苏合木")
    with bureau.page.expect_navigation():
        slip.get_by_role("button", name="提交回执").click()
    expect(bureau.page.get_by_text("已回执")).to_be_visible()
    bureau.forgive("Error Code 422")
    bureau.look("slip")

    office.go(board)
    answered = office.page.locator(".answers tbody tr", has_text="苏合木")
    expect(answered).to_have_count(1)
    expect(office.page.locator(".answers .chip", has_text="未回执")).to_have_count(1)
    office.look("answers")
    with office.page.expect_download() as download:
        office.page.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
