"""One platform with its demo city for all browser tests, and people who come in by its login page.

`TONGZHOU_E2E_SITE=http://127.0.0.1:8000` uses a demo platform that already runs.
"""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, StorageState, sync_playwright

from config.stack.services import ROOT
from tests.e2e.visitor import DESKTOP, Screen, Visitor
from tests.helpers.platform import running_up

CITY_SECONDS = 420.0
LONGEST = "test_notice.py"
BROKEN = "!"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser, and comes last, the longest way first: the city is built beside the other tests."""
    here = Path(__file__).parent
    own = [item for item in items if here in item.path.parents]
    for item in own:
        item.add_marker(pytest.mark.browser)
    own.sort(key=lambda item: item.path.name != LONGEST)
    items[:] = [item for item in items if here not in item.path.parents] + own


@contextmanager
def city() -> Iterator[str]:
    """Address of a platform whose city is complete."""
    if running := os.environ.get("TONGZHOU_E2E_SITE"):
        yield running
        return
    os.environ.setdefault("TONGZHOU_FONTS", str(ROOT / ".cache" / "fonts"))
    with running_up() as platform:
        platform.start()
        platform.wait(lambda: platform.facts().get("jobs", {}).get("demo") == "done", CITY_SECONDS)
        yield platform.address


class Opening:
    """A city that is being built while tests run; the workers of the run find its address in a file, or why there is none."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tongzhou-city-"))
        self.file = self.folder / "address"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep)
        self._thread.start()

    def _keep(self) -> None:
        try:
            with city() as address:
                self._tell(address)
                self._over.wait()
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001  # the tests that wait for it say so
            self._tell(f"{BROKEN}{error}")

    def _tell(self, text: str) -> None:
        draft = self.folder / "draft"
        draft.write_text(text)
        draft.rename(self.file)

    def close(self) -> None:
        """Take the city down."""
        self._over.set()
        self._thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)


def opened(file: Path) -> str:
    """The address, once the city is complete."""
    deadline = time.monotonic() + CITY_SECONDS
    while not file.exists():
        if time.monotonic() > deadline:
            pytest.fail("the city was not complete in time")
        time.sleep(0.5)
    told = file.read_text()
    if told.startswith(BROKEN):
        pytest.fail(told)
    return told


SHARED = pytest.StashKey[Opening]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Several workers of one run visit one city, which the controlling process builds beside the first tests."""
    config: pytest.Config = node.config
    if SHARED not in config.stash:
        config.stash[SHARED] = Opening()
        config.add_cleanup(config.stash[SHARED].close)
    node.workerinput["city"] = str(config.stash[SHARED].file)


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Iterator[str]:
    """The city of this run."""
    shared = getattr(request.config, "workerinput", {}).get("city")
    if shared:
        yield opened(Path(shared))
        return
    with city() as address:
        yield address


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """The browser, once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--headless=new", "--no-sandbox", "--disable-gpu"]
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
