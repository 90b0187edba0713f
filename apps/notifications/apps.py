"""App config of notifications."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.notifications"
    verbose_name = "消息提醒"

    def ready(self) -> None:
        """Listen; put the inbox and its live number into the frame."""
        from apps.core.shell import NavItem, counter_add, nav_add  # noqa: PLC0415  # models are loaded only now
        from apps.notifications import listeners, selectors  # noqa: F401, PLC0415  # registers

        nav_add(
            NavItem(
                name="消息",
                icon="message-2",
                url_name="notifications:inbox",
                prefix="/notices/",
                order=20,
                counter="notice",
                on_phone=True,
                phone_order=10,
            )
        )
        counter_add("notice", selectors.unread_count)
