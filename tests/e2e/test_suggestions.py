"""投诉建议 in a browser: from the own page on a phone to the answer, and what a stranger finds."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Door
from tests.e2e.test_pages import complaints, overflow
from tests.e2e.visitor import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.long

TITLE = "会议材料请提前一天发"


def reads_well(visitor: Visitor) -> None:
    assert overflow(visitor) == 0
    assert complaints(visitor) == []


def test_a_suggestion_is_made_on_a_phone_answered_and_seen(door: Door) -> None:
    """我 → 投诉建议 → 我要提出（匿名）; the director answers at a desk; the author is told, sees it and closes."""
    author = door.enter("许若溪", PHONE)
    page = author.page
    author.go("/me/")
    reads_well(author)
    page.locator("main").get_by_role("link", name="投诉建议").click()
    reads_well(author)
    page.get_by_role("link", name="我要提出").click()
    page.get_by_label("建议", exact=True).check()
    page.get_by_label("事项").select_option(index=1)
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("内容").fill("材料当天才到，来不及看。")
    page.get_by_label("匿名提出").check()
    reads_well(author)
    author.look("suggestion-written")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    address = page.url

    director = door.enter("高文澜", DESKTOP)
    director.go("/me/")
    director.page.locator(".post-switch").click()
    director.page.locator(".menu__sheet").get_by_role("link", name="投诉建议").click()
    director.page.get_by_role("link", name=TITLE).click()
    expect(director.page.locator("main")).not_to_contain_text("许若溪")
    director.page.get_by_label("答复").fill("自下次会议起，材料提前一天发。")
    director.page.get_by_role("button", name="答复", exact=True).click()
    expect(director.page.locator(".said__one--answer")).to_contain_text("高文澜")
    reads_well(director)

    author.go(address)
    expect(page.locator(".said__one--answer")).to_contain_text("提前一天发")
    reads_well(author)
    author.look("suggestion-answered")
    page.get_by_role("button", name="满意，办结", exact=True).click()
    expect(page.locator(".chip").filter(has_text="满意").first).to_be_visible()
    assert door.enter("林知夏").go(address) == 404
