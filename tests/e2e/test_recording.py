"""A recording from the button to the film: everybody is told and asked, the film is made by itself and watched on desk and phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Door
from tests.e2e.test_pages import complaints, overflow
from tests.e2e.test_video import come_in, meeting_of, person_of
from tests.e2e.visitor import DESKTOP, PATIENCE, PHONE, Visitor

pytestmark = pytest.mark.long

MADE_MS = (
    120_000  # the tick of the watch, the media server's last second, and the film on a machine that is busy
)
RECORDED_MS = 4000
PLAYS = """async () => {
    const video = document.querySelector("film-player video");
    if (video.readyState < 2) await new Promise(done => video.addEventListener("loadeddata", done, {once: true}));
    video.muted = true;
    await video.play();
    await new Promise(done => setTimeout(done, 600));
    return [video.duration, video.currentTime, video.videoWidth];
}"""


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Two cameras and two pictures keep a small machine busy."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5000)


def plays(page: Page) -> None:
    """The film runs and has pictures."""
    duration, at, width = page.evaluate(PLAYS)
    assert duration > RECORDED_MS / 2000
    assert at > 0
    assert width == 960


def film_of(visitor: Visitor, address: str) -> Page:
    """From the meeting's page to the player, once the film is made."""
    visitor.go(address)
    play = visitor.page.locator("#recordings .films__row").first.get_by_role("link", name="播放")
    expect(play).to_be_visible(timeout=MADE_MS)
    visitor.look("recording-listed")
    assert complaints(visitor) == []
    play.click()
    plays(visitor.page)
    visitor.look("recording-player")
    assert complaints(visitor) == []
    assert overflow(visitor) == 0
    return visitor.page


def test_a_meeting_is_recorded_and_watched(door: Door) -> None:
    chief, guest = door.enter("林知夏", DESKTOP), door.enter("何书航", PHONE)
    address = meeting_of(chief)
    desk, phone = come_in(chief, address), come_in(guest, address)
    expect(desk.locator(f'.tile[data-who="{person_of(phone)}"]')).to_be_visible()
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.get_by_role("button", name="成员").first.click()
    if not desk.get_by_role("button", name="开始录制").is_visible():
        desk.get_by_role("button", name="成员").first.click()
    desk.get_by_role("button", name="开始录制").click()
    expect(desk.locator(".recording")).to_contain_text("正在录制（林知夏 开始）")
    expect(desk.locator(".recording-ask")).to_have_count(0)
    expect(phone.locator(".recording-ask")).to_be_visible()
    guest.look("recording-asked")
    phone.get_by_role("button", name="只听会").click()
    expect(phone.locator(".recording")).to_contain_text("您只听会，不被录制")
    expect(phone.get_by_role("button", name="开麦")).to_be_visible()
    phone.get_by_role("button", name="开麦").click()
    expect(phone.locator(".room-said")).to_contain_text("只听会")
    expect(desk.locator(".room-people__row", has_text="何书航")).to_contain_text("只听会")
    phone.get_by_role("button", name="改为同意录制").click()
    expect(desk.locator(".room-people__row", has_text="何书航")).not_to_contain_text("只听会")
    chief.look("recording-desk")
    guest.look("recording-phone")

    phone.reload()
    expect(phone.get_by_role("button", name="麦克风已开")).to_be_visible()
    phone.get_by_role("button", name="加入会议").click()  # has answered already
    expect(phone.locator(".recording")).to_be_visible()
    phone.wait_for_timeout(RECORDED_MS)
    desk.get_by_role("button", name="停止录制").click()
    expect(phone.locator(".recording")).to_be_hidden()
    expect(desk.get_by_role("button", name="开始录制")).to_be_visible()
    for page in (desk, phone):
        page.get_by_role("button", name="离开").click()

    film_of(chief, address)
    film_of(guest, address)
    chief.page.get_by_role("link", name="返回会议").click()
    row = chief.page.locator("#recordings .films__row").first
    row.get_by_text("管理").click()
    row.get_by_label("删除原因").fill("试录，不再保存")
    row.get_by_role("button", name="删除录制").click()
    chief.page.get_by_role("dialog").get_by_role("button", name="删除录制").click()
    expect(chief.page.locator("#recordings .films__row").first).to_contain_text("试录，不再保存")
    assert guest.go(guest.page.url) == 404
