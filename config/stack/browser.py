"""Which Chromium the browser tests drive."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET = "未安装 Chromium。安装方法：apt-get update && apt-get install chromium fonts-noto-cjk"


def chromium() -> str | None:
    """Path of an installed Chromium, if any."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
