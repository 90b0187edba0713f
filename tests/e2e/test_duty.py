"""An emergency on the phone: a line kept without a connection, the first report, an instruction that is confirmed, its paper."""

import pytest
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
    page.get_by_role("button", name="录音").click()
    expect(page.get_by_role("button", name="停止 0:01")).to_be_visible()
    page.get_by_role("button", name="停止").click()
    page.locator("log-files input[type=file]").set_input_files(
        {"name": "海图.txt", "mimeType": "text/plain", "buffer": "东经122度".encode()}
    )
    expect(page.locator("log-files li")).to_have_count(2)
    officer.context.set_offline(True)
    page.locator("#l-text").fill(LINE)
    page.get_by_role("button", name="记入日志").click()
    expect(page.locator(".log-kept")).to_contain_text("1 条暂存在本机")
    expect(page.locator(".log-kept")).to_contain_text("附件 2 个")
    officer.look("kept")
    officer.context.set_offline(False)
    expect(written).to_have_count(before + 1)
    expect(page.locator(".log-kept")).to_have_count(0)
    expect(written.last.get_by_role("link", name="海图.txt", exact=True)).to_be_visible()
    sound = written.last.locator("audio")
    sound.evaluate("one => { one.muted = true; return one.play(); }")
    assert sound.evaluate("one => one.error === null && one.currentTime >= 0")
    officer.look("written")
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


@pytest.mark.long
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


@pytest.mark.long
def test_a_month_is_read_as_a_calendar_its_history_compared_and_a_day_sent(door: Door) -> None:
    for screen in (DESKTOP, PHONE):
        head = door.enter("高文澜", screen)
        page = head.page
        head.go("/duty/roster/")
        page.get_by_role("link", name="日历", exact=True).click()
        expect(page.locator(".duty-day--today")).to_be_visible()
        head.look("calendar")
        page.locator(".duty-day--today .duty-day__number").click()
        expect(page.locator("tr:target")).to_be_visible()
        page.get_by_role("link", name="历次改动").click()
        expect(page.get_by_role("heading", name="各版")).to_be_visible()
        page.locator("#v-from").select_option(index=page.locator("#v-from option").count() - 1)
        expect(page.locator(".roster-diff ins").first).to_be_visible()
        head.look("history")
        page.go_back()
        page.go_back()
        page.get_by_role("link", name="逐人说明").click()
        expect(page.locator(".account__sums").first).to_be_visible()
        head.look("accounts")
        head.go("/duty/posts/")
        head.look("posts")
    officer = door.enter("梁小满", DESKTOP)
    officer.go("/duty/days/")
    officer.page.get_by_role("link", name="值班情况").click()
    officer.look("day")
    officer.page.locator("#d-words").fill("平稳。")
    officer.page.get_by_role("button", name="报送").click()
    with officer.page.expect_navigation():
        officer.page.locator("dialog[open] .dialog__foot .button--primary").click()
    officer.page.locator(".item__side a", has_text="期").first.click()
    expect(officer.page.get_by_role("heading", level=1)).to_contain_text("值班日报")
    officer.look("sheet")
