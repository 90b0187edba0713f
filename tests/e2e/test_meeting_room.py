"""A room and the people in it: its screen at the door, a time when all are free, pages that turn for everybody."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Door
from tests.e2e.test_meetings import opened, pressed
from tests.e2e.test_pages import complaints, overflow
from tests.e2e.visitor import DESKTOP, PATIENCE, PHONE, Screen, Visitor

pytestmark = pytest.mark.long
LYING, STANDING = Screen("lying", 1280, 800), Screen("standing", 800, 1280)
MEETING, ITEM = "本周重点工作碰头会", "政务数据共享目录编制进展"


def looked_again(page: Page) -> None:
    """The screen asks at once, as it does every twenty seconds."""
    page.evaluate("window.dispatchEvent(new Event('online'))")


def test_a_screen_at_the_door_needs_no_sign_in_and_says_when_it_is_cut_off(door: Door) -> None:
    keeper = door.enter("何书航", DESKTOP)
    keeper.go("/meetings/rooms/")
    keeper.page.get_by_role("link", name="第二会议室").first.click()
    with keeper.page.expect_navigation():
        keeper.page.locator("#display button[value=make]").click()
    address = keeper.page.locator("#display .feed-url").inner_text()
    keeper.look("door-made")
    tablet = Visitor(door.browser, door.site, LYING)
    door.visitors.append(tablet)
    assert tablet.go(address) == 200
    expect(tablet.page.locator("h1")).to_have_text("第二会议室")
    expect(tablet.page.locator("[data-word]")).not_to_be_empty()
    for screen in (LYING, STANDING):
        tablet.page.set_viewport_size({"width": screen.width, "height": screen.height})
        tablet.look(f"door-{screen.name}")
        assert overflow(tablet) <= 0
    assert complaints(tablet) == []
    tablet.context.set_offline(True)
    looked_again(tablet.page)
    expect(tablet.page.locator("[data-offline]")).to_contain_text("离线")
    tablet.look("door-offline")
    tablet.context.set_offline(False)
    looked_again(tablet.page)
    expect(tablet.page.locator("[data-offline]")).to_be_hidden()
    pressed(keeper.page, "停用")
    looked_again(tablet.page)
    expect(tablet.page.locator("[data-withdrawn]")).to_be_visible()
    expect(tablet.page.locator("h1")).to_have_count(0)


def test_a_time_when_all_are_free_fills_the_form(door: Door) -> None:
    for screen in (DESKTOP, PHONE):
        chief = door.enter("林知夏", screen)
        chief.go("/meetings/new/")
        chief.choose("host", "沈亦舟")
        chief.choose("people", "高文澜", "何书航")
        chief.page.get_by_role("button", name="查找", exact=True).click()
        times = chief.page.locator(".free-times li")
        expect(times.first).to_contain_text("空闲")
        chief.look("free-times")
        assert complaints(chief) == []
        assert overflow(chief) <= 0
        times.first.get_by_role("button").click()
        expect(chief.page.locator("#m-day")).not_to_have_value("")
        expect(chief.page.locator("#m-from")).not_to_have_value("")
        expect(chief.page.locator("#m-until")).not_to_have_value("")
        expect(chief.page.locator("#m-room")).not_to_have_value("")
        expect(chief.page.locator("#m-day")).to_be_focused()


def test_pages_turn_for_everybody_seated_and_a_lost_line_is_taken_up_again(door: Door) -> None:
    chief = door.enter("林知夏", DESKTOP)
    opened(chief, MEETING)
    pressed(chief.page, "开始会议")
    speaker = door.enter("罗景明", DESKTOP)
    opened(speaker, MEETING)
    speaker.page.get_by_role("link", name=ITEM, exact=True).click()
    speaker.look("showing-start")
    pressed(speaker.page, "开始")
    expect(speaker.page.locator("[data-page]")).to_have_text("1")

    guest = door.enter("秦朗月", PHONE)
    opened(guest, MEETING)
    guest.page.get_by_role("link", name="进入跟随").click()
    expect(guest.page.locator("[data-following]")).to_be_visible()
    speaker.page.keyboard.press("ArrowRight")
    expect(guest.page.locator("[data-page]")).to_have_text("2")
    for visitor in (speaker, guest):
        visitor.look("showing")
        assert complaints(visitor) == []
        assert overflow(visitor) <= 0

    guest.page.get_by_role("button", name="上一页").click()
    expect(guest.page.locator("[data-apart]")).to_contain_text("主讲在第 2 页")
    guest.look("showing-apart")
    guest.page.get_by_role("button", name="回到同步").click()
    expect(guest.page.locator("[data-page]")).to_have_text("2")
    guest.context.set_offline(True)
    speaker.page.get_by_role("button", name="下一页").click()
    expect(speaker.page.locator("[data-page]")).to_have_text("3")
    looked_again(guest.page)
    expect(guest.page.locator("[data-cut]")).to_be_visible(timeout=PATIENCE)
    guest.context.set_offline(False)
    looked_again(guest.page)
    expect(guest.page.locator("[data-page]")).to_have_text("3")
    expect(guest.page.locator("[data-cut]")).to_be_hidden()

    chief.go(guest.page.url)
    pressed(chief.page, "接管翻页")
    expect(speaker.page.get_by_role("button", name="接管翻页")).to_be_visible()
    chief.look("showing-taken")
    pressed(chief.page, "结束同步")
    expect(guest.page.locator(".empty")).to_contain_text("还没有开始同步翻页")
