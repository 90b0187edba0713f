"""A video meeting with real browsers: web process, media server behind a relay, and Chromium with a camera that is none.

The browsers stand in the test's own process; nothing here touches the database once they are open.
"""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright

from apps.core import clock
from config.stack.browser import HOW_TO_GET, chromium
from config.stack.media import Media
from tests.benchmarks._stage import served, signed_in
from tests.factories.world import World
from tests.helpers.media import media_sockets, media_started
from tests.helpers.meetings import MONDAY, notified
from tests.helpers.relay import Relay

HOST = "section_chief"
CALLED = ("deputy", "clerk_chief", "clerk", "drafter", "secretary", "supervisor", "stranger")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
PATIENCE_MS = 30_000
# the page keeps its connections to itself: what they measure is wanted here
REGISTER = """
window.__peers = [];
window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...given) { super(...given); window.__peers.push(this); }
};
"""
FIRST_PICTURE = """() => new Promise(done => {
    const began = performance.now();
    [...document.querySelectorAll("button")].find(one => one.textContent.includes("加入会议")).click();
    const look = () => {
        const seen = [...document.querySelectorAll(".tile video:not(.tile__video--own)")];
        if (seen.some(one => one.getVideoPlaybackQuality().totalVideoFrames > 0)) done(performance.now() - began);
        else setTimeout(look, 15);
    };
    look();
})"""
HEARD = """async () => {
    const found = {freezes: 0, energy: {}, decoded: {}};
    for (const peer of window.__peers) {
        if (peer.connectionState === "closed") continue;
        for (const one of (await peer.getStats()).values()) {
            if (one.type !== "inbound-rtp") continue;
            if (one.kind === "audio") found.energy[one.ssrc] = one.totalAudioEnergy ?? 0;
            else {
                found.decoded[one.ssrc] = one.framesDecoded ?? 0;
                found.freezes += one.totalFreezesDuration ?? 0;
            }
        }
    }
    return found;
}"""
# a picture moves when its sampled pixels change and are not all of one colour
MOVING = """async () => {
    const moving = [];
    const pen = Object.assign(document.createElement("canvas"), {width: 64, height: 36}).getContext("2d", {willReadFrequently: true});
    const look = video => { pen.drawImage(video, 0, 0, 64, 36); return [...pen.getImageData(0, 0, 64, 36).data]; };
    const videos = [...document.querySelectorAll(".tile video:not(.tile__video--own)")].filter(one => !one.hidden && one.videoWidth);
    const before = videos.map(look);
    await new Promise(done => setTimeout(done, 500));
    videos.forEach((video, place) => {
        const after = look(video);
        const changed = after.filter((one, at) => Math.abs(one - before[place][at]) > 8).length;
        if (changed > 20 && Math.max(...after) > 60) moving.push(video.closest(".tile").dataset.who);
    });
    return moving;
}"""


@dataclass
class Conference:
    """One running meeting. `media_process` may be killed and started again; the sockets stay, as under `up`."""

    site: str
    path: str
    media: Media
    relay: Relay
    people: Sequence[str]
    keys: Sequence[str]
    browser: Browser
    module: str = ""
    media_process: "subprocess.Popen[bytes] | None" = None
    pages: list[Page] = field(default_factory=list)

    def start_media(self) -> None:
        """On the same sockets, as the supervisor does."""
        self.media_process = media_started(self.media, module=self.module)

    def kill_media(self) -> None:
        """As a crash would."""
        if self.media_process is not None:
            self.media_process.kill()
            self.media_process.wait()

    def come(self, number: int, *, init: str = "", camera: str = "摄像头已开", **context: Any) -> Page:
        """Somebody opens the page and has checked camera and microphone. `init`: what the page finds before its own scripts."""
        opened = self.browser.new_context(
            locale="zh-CN", **{"viewport": {"width": 1280, "height": 720}, **context}
        )
        opened.add_cookies([{"name": "sessionid", "value": self.keys[number], "url": self.site}])
        opened.add_init_script(REGISTER + init)
        page = opened.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(self.site + self.path)
        page.get_by_role("button", name=camera).wait_for()
        self.pages.append(page)
        return page

    def enter(self, number: int, **context: Any) -> Page:
        """Come, and go in."""
        page = self.come(number, **context)
        page.get_by_role("button", name="加入会议").click()
        page.locator(".room-bar").wait_for()
        return page

    def leave(self) -> None:
        """Everybody closes the window."""
        for page in self.pages:
            page.context.close()
        self.pages.clear()


@contextmanager
def conference(
    count: int, *, seed: int, browser: Browser | None = None, module: str = "", port: int = 27_000
) -> Iterator[Conference]:
    """A meeting whose first `count` people are called, the first of them its host. `module`: another media server to run."""
    world = World.build()
    with clock.at(MONDAY):
        meeting = notified(world, post_ids=[world.post(key).pk for key in CALLED])
    people = [world.person(key) for key in (HOST, *CALLED)[:count]]
    keys, path = signed_in(people), reverse("meetings:video", args=[meeting.pk])
    with ExitStack() as stack:
        media = stack.enter_context(media_sockets(port))
        relay = stack.enter_context(Relay(media.port, seed=seed))
        stack.enter_context(_environment(media.environment))
        site = f"http://127.0.0.1:{stack.enter_context(served(1))}"
        browser = browser or stack.enter_context(camera_browser())
        behind = replace(media, address=f"127.0.0.1:{relay.port}")
        names = [str(one.pk) for one in people]
        opened = Conference(site, path, behind, relay, names, keys, browser, module)
        stack.callback(opened.kill_media)
        opened.start_media()
        yield opened
        opened.leave()


@contextmanager
def camera_browser() -> Iterator[Browser]:
    """A Chromium with a camera and a microphone that are none."""
    executable = chromium()
    if executable is None:
        raise RuntimeError(HOW_TO_GET)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def _environment(more: dict[str, str]) -> Iterator[None]:
    """What children inherit meanwhile."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
