"""App config of notifications."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.notifications"
    verbose_name = "消息提醒"
