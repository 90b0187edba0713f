"""One platform with its demo city for all browser tests, and people who come in by its login page.

`TONGZHOU_E2E_SITE=http://127.0.0.1:8000` uses a demo platform that already runs; `TONGZHOU_E2E_CITY=FILE` one that another process
opens (`tests.e2e.city`).
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, StorageState, sync_playwright

from tests.e2e.city import city
from tests.e2e.visitor import DESKTOP, Screen, Visitor

LONGEST = "test_notice.py"
SHARED = pytest.StashKey[str]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; the longest way begins first."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: here in item.path.parents and item.path.name != LONGEST)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Several workers of one run visit one city, which the controlling process opens before the first of them."""
    config: pytest.Config = node.config
    if SHARED not in config.stash:
        opened = ExitStack()
        config.stash[SHARED] = opened.enter_context(city())
        config.add_cleanup(opened.close)
    node.workerinput["site"] = config.stash[SHARED]


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Iterator[str]:
    """The city of this run."""
    shared = getattr(request.config, "workerinput", {}).get("site")
    if shared:
        yield shared
        return
    with city() as address:
        yield address


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """The browser, once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
            ],
        )
        yield browser
        browser.close()


class Door:
    """Lets people in; at the end nobody may have met a fault of the page."""

    def __init__(self, browser: Browser, site: str, sessions: dict[str, StorageState]) -> None:
        self.browser = browser
        self.site = site
        self.sessions = sessions
        self.visitors: list[Visitor] = []

    def enter(self, name: str, screen: Screen = DESKTOP) -> Visitor:
        """Somebody of the cast: the first time by a click on the login page, later in that session."""
        session = self.sessions.get(name)
        visitor = Visitor(self.browser, self.site, screen, session)
        self.visitors.append(visitor)
        if session is None:
            visitor.log_in(name)
            self.sessions[name] = visitor.context.storage_state()
        return visitor

    def close(self) -> list[str]:
        """Everybody leaves; what went wrong on their pages."""
        for visitor in self.visitors:
            visitor.context.close()
        return [fault for visitor in self.visitors for fault in visitor.faults]


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """Name → what the browser of that person keeps after logging in."""
    return {}


@pytest.fixture
def door(chromium: Browser, site: str, sessions: dict[str, StorageState]) -> Iterator[Door]:
    """The way in. A page error, a refused script or style, or an answer ≥ 500 fails the test."""
    opened = Door(chromium, site, sessions)
    yield opened
    assert opened.close() == []
