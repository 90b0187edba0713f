"""Browser tests need a Chromium: without one they are skipped and say how to get it; REQUIRE_BROWSER makes them fail."""

import os

import pytest

from config.stack.browser import HOW_TO_GET, chromium


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here, unless a browser is required."""
    if chromium() or os.environ.get("REQUIRE_BROWSER"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=HOW_TO_GET))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser to drive."""
    path = chromium()
    if path is None:
        pytest.fail(HOW_TO_GET)
    return path
