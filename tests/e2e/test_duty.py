"""An emergency on the phone: a line kept without a connection, the first report, an instruction that is confirmed, its paper."""

from playwright.sync_api import expect

from tests.e2e.conftest import Door
from tests.e2e.visitor import DESKTOP, PHONE

TITLE = "望海县一渔船失联"
LINE = "海事来电：已派艇搜寻。"
WORDS = "全力搜救，每小时报告一次。"


def test_an_emergency_goes_from_the_log_to_those_who_carry_out_the_instruction(door: Door) -> None:
    officer = door.enter("梁小满", PHONE)
    page = officer.page
    officer.go("/duty/")
    if page.get_by_role("button", name="接班").count():
        with page.expect_navigation():
            page.get_by_role("button", name="接班").click()
    written = page.locator(".duty-entry", has_text=LINE)
    before = written.count()
    officer.context.set_offline(True)
    page.locator("#l-text").fill(LINE)
    page.get_by_role("button", name="记入日志").click()
    expect(page.locator(".log-kept")).to_contain_text("1 条暂存在本机")
    officer.look("kept")
    officer.context.set_offline(False)
    expect(written).to_have_count(before + 1)
    expect(page.locator(".log-kept")).to_have_count(0)
    officer.forgive("ERR_INTERNET_DISCONNECTED", "WebSocket")

    officer.go("/duty/events/new/")
    page.locator("input[name=event_class]").first.check()
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=place]").fill("望海县以东海域")
    page.locator("[name=text]").fill("船上 3 人，通信中断。")
    with page.expect_navigation():
        page.locator("button[value=report]").click()
    page.wait_for_url("**/duty/events/*/")
    event = page.url
    page.locator("summary", has_text="记录领导指示").click()
    page.locator("#i-src").fill("沈亦舟市长")
    page.locator("#i-text").fill(WORDS)
    officer.choose("people", "罗景明")
    officer.look("instructing")
    with page.expect_navigation():
        page.get_by_role("button", name="记录并通知").click()
    expect(page.locator(".duty-entry", has_text=WORDS)).to_contain_text("已通知：罗景明")

    bureau = door.enter("罗景明", PHONE)
    bureau.go(event)
    expect(bureau.page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(bureau.page.locator("summary", has_text="记录领导指示")).to_have_count(0)
    bureau.page.get_by_role("link", name="进入处置群").click()
    bureau.page.get_by_role("button", name="确认收到", exact=True).click()
    expect(bureau.page.get_by_text("已确认收到", exact=True)).to_be_visible()
    bureau.look("confirmed")

    writer = door.enter("梁小满", DESKTOP)
    writer.go(event)
    with writer.page.expect_navigation():
        writer.page.get_by_role("button", name="拟值班信息").click()
    expect(writer.page.get_by_label("标题")).to_have_value(f"关于{TITLE}情况的报告")
    writer.look("paper")


def test_names_change_places_by_mouse_by_finger_and_by_keyboard(door: Door) -> None:
    maker = door.enter("梁小满", DESKTOP)
    page = maker.page
    maker.go("/duty/roster/?month=2027-02")
    if page.get_by_role("button", name="按全天一班编排").count():
        with page.expect_navigation():
            page.get_by_role("button", name="按全天一班编排").click()
    expect(page.get_by_text("暂按法定节假日计算")).to_be_visible()
    hand = page.locator(".roster-hand", has_text="唐景天")
    first, second = page.locator("[data-spot]").nth(2), page.locator("[data-spot]").nth(5)
    hand.drag_to(first)
    expect(first).to_have_text("唐景天")
    first.focus()
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("data-reach", "free")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-said]")).to_contain_text("2月2日 副班")
    page.keyboard.press("Enter")
    expect(second).to_have_text("唐景天")
    expect(first).to_have_text("空")
    maker.look("moved")
    with page.expect_navigation():
        page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-spot]").nth(5)).to_have_text("唐景天")

    phone = door.enter("梁小满", PHONE)
    phone.go("/duty/roster/?month=2027-02")
    second, third = phone.page.locator("[data-spot]").nth(5), phone.page.locator("[data-spot]").nth(8)
    second.tap()
    third.tap()
    expect(third).to_have_text("唐景天")
    phone.look("moved")
    phone.page.get_by_role("button", name="撤销").tap()
    expect(second).to_have_text("唐景天")
