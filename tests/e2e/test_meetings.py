"""A meeting from its request to the door: asked for, approved, called, answered on the phone, seated, signed in."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from apps.core.clock import today
from tests.e2e.conftest import Door
from tests.e2e.visitor import DESKTOP, PHONE, Visitor

NAME = "电子证照应用推进会"


def pressed(page: Page, label: str) -> None:
    """Press a button, say yes when asked; the server answers with the page anew."""
    button = page.get_by_role("button", name=label, exact=True)
    asks = button.evaluate("node => !!node.closest('confirm-act')")
    with page.expect_navigation():
        button.click()
        if asks:
            page.locator("dialog[open] .dialog__foot .button--primary").click()


def opened(visitor: Visitor, name: str) -> None:
    """The meeting of that name from the list."""
    visitor.go(f"/meetings/?scope=&q={name}")
    visitor.page.locator(".grid-table__title a:visible, .meeting-card:visible").first.click()
    expect(visitor.page.locator("h1").first).to_have_text(name)


@pytest.mark.long
def test_a_meeting_is_called_answered_and_seated(door: Door) -> None:
    chief = door.enter("林知夏", DESKTOP)
    chief.go("/meetings/new/")
    chief.page.get_by_role("textbox", name="会议名称").fill(NAME)
    chief.page.get_by_label("日期").fill((today() + timedelta(days=7)).isoformat())
    chief.page.get_by_label("开始").fill("09:00")
    chief.page.get_by_label("结束").fill("10:30")
    chief.page.get_by_label("其他地点").fill("市民中心三楼")
    chief.choose("organs", "市大数据局")
    chief.look("meeting-new")
    pressed(chief.page, "提交审批")
    chief.page.wait_for_url("**/meetings/*/")
    expect(chief.page.locator(".item__head .chip").first).to_have_text("待审批")

    director = door.enter("高文澜", DESKTOP)
    opened(director, NAME)
    pressed(director.page, "批准")
    opened(chief, NAME)
    pressed(chief.page, "发出通知")
    expect(chief.page.locator(".head-table")).to_contain_text("未回执")

    clerk = door.enter("叶知秋", PHONE)
    opened(clerk, NAME)
    clerk.page.get_by_label("参会人员（每行一人：姓名 职务）").fill("罗景明 局长")
    clerk.look("meeting-reply")
    pressed(clerk.page, "提交回执")
    opened(chief, NAME)
    expect(chief.page.locator(".head-table")).to_contain_text("罗景明")
    chief.page.get_by_role("link", name="排座").click()
    chief.page.get_by_label("主席台各排座数").fill("3")
    pressed(chief.page, "按规则排座")
    expect(chief.page.locator(".seat-plan").first).to_contain_text("罗景明")
    chief.look("meeting-seats")

    head = door.enter("罗景明", PHONE)
    opened(head, NAME)
    head.page.get_by_role("link", name="主席台 1 排 2 座").click()
    expect(head.page.locator(".seat--mine")).to_have_text("罗景明")
    head.look("meeting-my-seat")
    stranger = door.enter("陌上", PHONE)
    assert stranger.go(chief.page.url) == 404


@pytest.mark.long
def test_the_code_at_the_door_signs_in_and_the_calendar_knows(door: Door) -> None:
    guest = door.enter("秦朗月", PHONE)
    opened(guest, "本周重点工作碰头会")
    guest.page.get_by_role("link", name="座位").click()
    code = guest.page.locator(".door-card__number").inner_text()
    chief = door.enter("林知夏", DESKTOP)
    opened(chief, "本周重点工作碰头会")
    chief.page.get_by_role("link", name="签到屏").click()
    expect(chief.page.locator("svg.qr")).to_be_visible()
    chief.page.get_by_role("link", name="到会情况").click()
    chief.page.get_by_label("门口签到码").fill(code)
    pressed(chief.page, "验码签到")
    here = chief.page.locator(".wall__person--here")
    expect(here.filter(has_text="秦朗月")).to_be_visible()
    chief.look("meeting-wall")
    guest.page.reload()
    expect(guest.page.locator(".door-card")).to_contain_text("门口验码")
    chief.go("/meetings/calendar/")
    expect(chief.page.locator(".month")).to_contain_text("本周重点工作碰头会")
    chief.go("/meetings/rooms/")
    chief.look("meeting-rooms")


@pytest.mark.long
def test_an_item_is_proposed_signed_and_accepted(door: Door) -> None:
    chief = door.enter("林知夏", DESKTOP)
    chief.go("/meetings/calls/new/")
    chief.page.get_by_label("征集名称").fill("专题会议题征集")
    chief.page.get_by_label("会议类别").select_option("special")
    chief.choose("organs", "市大数据局")
    chief.look("call-new")
    pressed(chief.page, "发出征集")
    chief.page.wait_for_url("**/meetings/calls/*/")
    expect(chief.page.locator(".called-units")).to_contain_text("未答复")
    address = chief.page.url

    clerk = door.enter("叶知秋", PHONE)
    clerk.go(address)
    clerk.page.get_by_role("link", name="提出议题").click()
    clerk.page.get_by_label("议题", exact=False).first.fill("数据目录分级管理")
    clerk.page.get_by_label("提请理由").fill("已与有关部门协商一致。")
    clerk.page.get_by_label("汇报人").fill("罗景明")
    clerk.look("proposal-new")
    pressed(clerk.page, "保存，下一步添加材料")
    pressed(clerk.page, "报送")
    expect(clerk.page.locator(".item__head .chip").first).to_have_text("待单位审签")
    item = clerk.page.url

    head = door.enter("罗景明", PHONE)
    head.open_task("数据目录分级管理")
    head.look("proposal-sign")
    pressed(head.page, "审签同意")
    chief.go(address)
    expect(chief.page.locator(".called-units")).to_contain_text("1 个")
    chief.page.get_by_role("link", name="数据目录分级管理").click()
    chief.look("proposal")
    pressed(chief.page, "采纳")
    clerk.go(item)
    expect(clerk.page.locator(".item__head .chip").first).to_have_text("已采纳")
    chief.go(address)
    chief.look("call")
    chief.go("/meetings/proposals/")
    expect(chief.page.locator(".grid-table")).to_contain_text("数据目录分级管理")
    chief.look("proposals")
    assert door.enter("陌上", PHONE).go(item) == 404
