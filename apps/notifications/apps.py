"""App config of notifications."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.notifications"
    verbose_name = "消息提醒"

    def ready(self) -> None:
        """Listen; give the bell its live number."""
        from apps.core.shell import counter_add  # noqa: PLC0415  # models are loaded only now
        from apps.notifications import listeners, selectors  # noqa: F401, PLC0415  # registers

        counter_add("notice", selectors.unread_count)
