"""A video meeting of a desk and a phone: both see moving pictures, the host keeps order, the meeting's page knows who came."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Door
from tests.e2e.visitor import DESKTOP, PATIENCE, PHONE, Visitor

NAME = "本周重点工作碰头会"
MOVING_MS = 20_000
# a picture moves when its sampled pixels change and are not all of one colour
MOVES = """async who => {
    const video = document.querySelector(`.tile[data-who="${who}"] video`);
    if (!video || video.hidden || !video.videoWidth) return false;
    const canvas = Object.assign(document.createElement("canvas"), {width: 64, height: 36});
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    const look = () => { pen.drawImage(video, 0, 0, 64, 36); return [...pen.getImageData(0, 0, 64, 36).data]; };
    const first = look();
    await new Promise(done => setTimeout(done, 400));
    const second = look();
    const changed = first.filter((one, place) => Math.abs(one - second[place]) > 8).length;
    return changed > 20 && Math.max(...second.filter((_, place) => place % 4 < 3)) > 60;
}"""


def meeting_of(visitor: Visitor) -> str:
    """The address of the meeting's page."""
    visitor.go(f"/meetings/?scope=&q={NAME}")
    visitor.page.locator(".grid-table__title a:visible, .meeting-card:visible").first.click()
    expect(visitor.page.locator("h1").first).to_have_text(NAME)
    return visitor.page.url


def come_in(visitor: Visitor, address: str) -> Page:
    """From the meeting's page through the device check into the room."""
    visitor.go(address)
    visitor.page.get_by_role("link", name="进入视频会议").click()
    expect(visitor.page.get_by_role("button", name="麦克风已开")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="摄像头已开")).to_be_visible()
    visitor.look("video-lobby")
    visitor.page.get_by_role("button", name="加入会议").click()
    expect(visitor.page.locator(".room-bar")).to_be_visible()
    return visitor.page


def person_of(page: Page) -> str:
    """Whose page it is, as the room calls them."""
    return page.locator("video-room").get_attribute("data-me") or ""


def moves(page: Page, who: str) -> None:
    """The other's picture is seen, and moves."""
    expect(page.locator(f'.tile[data-who="{who}"] video')).to_be_visible(timeout=MOVING_MS)
    until = time.monotonic() + MOVING_MS / 1000
    # not `wait_for_function`: it takes the promise of an asynchronous predicate for a yes
    while not page.evaluate(MOVES, who):
        assert time.monotonic() < until, f"the picture of {who} does not move"
        page.wait_for_timeout(200)


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Two cameras and two pictures keep a small machine busy."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5000)


@pytest.fixture
def guest(door: Door) -> Visitor:
    """Who is called, on a phone."""
    return door.enter("何书航", PHONE)


@pytest.mark.long  # two cameras: a seventh of all that browsers cost; what the server passes on is tried in short without them
def test_desk_and_phone_meet(door: Door, guest: Visitor) -> None:
    chief = door.enter("林知夏", DESKTOP)
    address = meeting_of(chief)
    desk = come_in(chief, address)
    phone = come_in(guest, address)
    host, called = person_of(desk), person_of(phone)
    moves(desk, called)
    moves(phone, host)
    chief.look("video-desk")
    guest.look("video-phone")

    desk.get_by_role("button", name="聊天").first.click()
    desk.get_by_label("聊天内容").fill("请先看第一项议题。")
    desk.get_by_role("button", name="发送").click()
    expect(phone.locator(".room-bar__count--loud")).to_have_text("1")
    phone.get_by_role("button", name="聊天").first.click()
    expect(phone.locator(".room-chat")).to_contain_text("请先看第一项议题。")
    guest.look("video-chat")
    phone.get_by_label("聊天内容").fill("收到，已打开。")
    phone.get_by_role("button", name="发送").click()
    expect(desk.locator(".room-chat")).to_contain_text("收到，已打开。")
    phone.get_by_role("button", name="收起").click()
    chief.look("video-chat")

    desk.get_by_role("button", name="成员").first.click()
    row = desk.locator(".room-people__row", has_text="何书航")
    row.locator("summary").click()
    row.get_by_role("button", name="静音", exact=True).click()
    expect(phone.locator(".room-said")).to_contain_text("主持人关闭了您的麦克风")
    expect(phone.get_by_role("button", name="开麦")).to_be_visible()
    phone.get_by_role("button", name="举手").click()
    expect(desk.locator(f'.tile[data-who="{called}"] .tile__hand')).to_be_visible()

    row.locator("summary").click()
    row.get_by_role("button", name="移出会议").click()
    expect(phone.locator(".room-card")).to_contain_text("已请您离开")
    expect(desk.locator(f'.tile[data-who="{called}"]')).to_have_count(0)
    phone.get_by_role("link", name="重新进入").click()
    phone.get_by_role("button", name="加入会议").click()
    expect(phone.locator(".room-card")).to_contain_text("已请您离开")
    desk.get_by_role("button", name="允许入会").click()
    desk.get_by_role("button", name="开启等候室").click()

    knocker = door.enter("陌上", DESKTOP)
    chief_link = desk.locator("video-room").get_attribute("data-link") or ""
    knocker.go(chief_link)
    knocker.page.get_by_role("button", name="加入会议").click()
    expect(knocker.page.locator(".lobby__words")).to_contain_text("已告知主持人")
    desk.locator(".room-people__row", has_text="陌上").get_by_role("button", name="准入").click()
    moves(knocker.page, host)
    knocker.page.get_by_role("button", name="离开").click()
    expect(knocker.page.locator(".room-card")).to_contain_text("您已离开会议")

    desk.get_by_text("邀请外部嘉宾").click()
    desk.get_by_label("嘉宾姓名").fill("周工")
    desk.get_by_label("嘉宾单位").fill("省信息中心")
    desk.get_by_role("button", name="生成邀请链接").click()
    said = desk.locator(".room-people__said")
    expect(said).to_contain_text("专用链接已生成")
    outside = Visitor(door.browser, door.site, PHONE)
    door.visitors.append(outside)
    outside.go(said.get_attribute("data-link") or "")
    expect(outside.page.locator(".lobby__words")).to_contain_text("省信息中心 周工")
    expect(outside.page.get_by_role("button", name="摄像头已开")).to_be_visible(timeout=MOVING_MS)
    outside.page.get_by_role("button", name="加入会议").click()
    desk.locator(".room-people__row", has_text="周工").get_by_role("button", name="准入").click()
    moves(outside.page, host)
    moves(desk, person_of(outside.page))
    outside.look("video-guest")
    chief.look("video-guest-desk")

    desk.get_by_role("button", name="离开").click()
    chief.go(address)
    attended = chief.page.locator("#video table")
    for name in ("林知夏", "何书航", "陌上", "周工"):
        expect(attended).to_contain_text(name)
