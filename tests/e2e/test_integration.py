"""Another system's to-do in a browser: found on the desk with its source, led on by a link; the systems in 应用中心."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Door
from tests.e2e.test_pages import complaints, overflow
from tests.e2e.visitor import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.long

TITLE = "补充会议费支付申请附件（办公楼会议系统运维）"


def reads_well(visitor: Visitor) -> None:
    assert overflow(visitor) == 0
    assert complaints(visitor) == []


def test_a_to_do_of_another_system_and_the_systems_of_the_organ(door: Door) -> None:
    """At a desk 外部 narrows the list to it; on a phone its page and 应用中心 read as well; 常用 stands in front."""
    clerk = door.enter("罗嘉木", DESKTOP)
    clerk.go("/?tab=todo")
    clerk.page.get_by_role("link", name="外部", exact=True).click()
    line = clerk.page.get_by_role("row").filter(has_text=TITLE)
    expect(line).to_contain_text("财政一体化")
    line.get_by_role("link", name=TITLE).click()
    leads = clerk.page.get_by_role("link", name="前往办理")
    expect(leads).to_have_attribute("href", "https://czyth.daihai.example/todo/ZFSQ-2026-1406")
    expect(leads).to_have_attribute("target", "_blank")
    reads_well(clerk)
    address = clerk.page.url
    clerk.page.locator(".rail").get_by_role("link", name="应用").click()
    clerk.page.get_by_role("button", name="把 教育资助监管 设为常用").click()
    kept = clerk.page.get_by_role("region", name="常用")
    expect(kept).to_contain_text("教育资助监管")
    reads_well(clerk)
    clerk.page.get_by_label("查找系统").fill("办件")
    expect(clerk.page.locator(".center-tile")).to_have_count(1)
    expect(clerk.page.locator(".center-tile")).to_contain_text("政务服务一体化")

    phone = door.enter("罗嘉木", PHONE)
    for path in (address, "/app-center/"):
        phone.go(path)
        reads_well(phone)
    phone.page.get_by_role("button", name="把 教育资助监管 移出常用").click()
    expect(phone.page.get_by_role("region", name="常用")).to_have_count(0)
    assert door.enter("林知夏").go(address) == 404
