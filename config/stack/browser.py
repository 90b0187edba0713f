"""Which Chromium the browser tests drive: the same pages without a window around them, where that is installed.

A headless shell draws the short journeys in two thirds of the time of a whole browser.
"""

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET = (
    "未安装 Chromium。安装方法：apt-get update && apt-get install chromium-headless-shell fonts-noto-cjk"
)


def chromium() -> str | None:
    """Path of an installed Chromium, if any."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
