"""A person at a screen: clicks what people click and notices what browsers complain about."""

import itertools
import os
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, StorageState, expect

SECONDS = 1000
PATIENCE = 20 * SECONDS


@dataclass(frozen=True)
class Screen:
    """Width and height in CSS pixels, and whether fingers are used."""

    name: str
    width: int
    height: int
    is_phone: bool = False


DESKTOP = Screen("desktop", 1440, 900)
PHONE = Screen("phone", 390, 844, is_phone=True)
SCREENS = (DESKTOP, PHONE)


SHOTS = os.environ.get("TONGZHOU_E2E_SHOTS", "")
COUNTER = itertools.count(1)


class Visitor:
    """One browser context with one page."""

    def __init__(
        self, browser: Browser, site: str, screen: Screen, session: StorageState | None = None
    ) -> None:
        self.site = site
        self.screen = screen
        self.faults: list[str] = []
        self.context = browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            is_mobile=screen.is_phone,
            has_touch=screen.is_phone,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
            reduced_motion="reduce",
            storage_state=session,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        """The browser's own complaints; a refused request is told by its status already."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")

    def leave(self) -> None:
        """Shut the browser: a page left open goes on listening and looking again."""
        self.context.close()

    def forgive(self, *words: str) -> None:
        """Complaints with one of the words were provoked on purpose."""
        self.faults = [fault for fault in self.faults if not any(word in fault for word in words)]

    def look(self, name: str) -> None:
        """Keep a picture of the page when `TONGZHOU_E2E_SHOTS` names a folder."""
        if SHOTS:
            self.page.screenshot(path=Path(SHOTS) / f"{next(COUNTER):03}-{self.screen.name}-{name}.png")

    def log_in(self, name: str) -> None:
        """By a click on the person in the list of the demo city."""
        self.go("/accounts/login/")
        self.page.locator(".cast__member").filter(has=self.page.get_by_text(name, exact=True)).click()
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)

    def go(self, path: str) -> int:
        """Open an address of the site; its HTTP status."""
        answer = self.page.goto(path if path.startswith("http") else self.site + path)
        assert answer is not None
        return answer.status

    def open_task(self, title: str) -> None:
        """Find it on the desk among 待办 and open it."""
        self.go("/")
        self.page.get_by_role("link", name=title).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(title)

    @property
    def act_form(self) -> Locator:
        """The box of whoever holds the step."""
        return self.page.locator("#act")

    def opinion(self, text: str) -> None:
        """Write into the opinion box."""
        self.act_form.locator("#opinion").fill(text)

    def press(self, label: str, patience: int = PATIENCE) -> None:
        """Press the main button, confirm when asked, and wait until the server has answered with another page."""
        self.look(f"before-{label}")
        button = self.page.locator(".action-bar__main").filter(has_text=label).last
        asks = button.evaluate("node => !!node.closest('confirm-act')")
        with self.page.expect_navigation(timeout=patience):
            button.click()
            if asks:
                self.page.locator("dialog[open] .dialog__foot .button--primary").click()
        self.look(f"after-{label}")

    def said(self) -> Locator:
        """What the page says after an act."""
        return self.page.locator(".toast, .messages")

    def choose(self, field: str, *names: str) -> None:
        """Choose units or people by typing into the picker's dialog."""
        self.page.locator(f"unit-picker[name={field}] .picker__open").click()
        dialog = self.page.locator("dialog.picker-dialog[open]")
        for name in names:
            search = dialog.get_by_role("combobox")
            search.fill(name)
            dialog.locator(".node", has_text=name).first.click()
        dialog.get_by_role("button", name="确定").click()
        expect(dialog).to_have_count(0)

    def choose_group(self, field: str, group: str) -> None:
        """Choose a kept group such as 各区县."""
        self.page.locator(f"unit-picker[name={field}] .picker__open").click()
        dialog = self.page.locator("dialog.picker-dialog[open]")
        dialog.get_by_role("button", name="常用范围").click()
        dialog.locator(".node", has=self.page.get_by_text(group, exact=True)).click()
        dialog.get_by_role("button", name="确定").click()
        expect(dialog).to_have_count(0)

    def write_by_hand(self) -> None:
        """Two strokes on the pen's paper."""
        self.act_form.locator("pen-pad [data-pad=open]").first.click()
        paper = self.page.locator("dialog[open] canvas")
        box = paper.bounding_box()
        assert box is not None
        left, top, width, height = box["x"], box["y"], box["width"], box["height"]
        for start, end in (((0.25, 0.3), (0.7, 0.35)), ((0.5, 0.2), (0.45, 0.8))):
            self.page.mouse.move(left + start[0] * width, top + start[1] * height)
            self.page.mouse.down()
            self.page.mouse.move(left + end[0] * width, top + end[1] * height, steps=12)
            self.page.mouse.up()
        self.page.locator("dialog[open] [data-pad=done]").click()
        expect(self.act_form.locator("[data-pad-shown]")).to_be_visible()
