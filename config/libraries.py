"""Libraries under the names that people of an organ know them by."""

from axes.apps import AppConfig


class Axes(AppConfig):
    """Counts wrong passwords."""

    verbose_name = "安全与审计"
