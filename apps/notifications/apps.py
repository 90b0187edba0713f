"""App config of notifications."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.notifications"
    verbose_name = "消息提醒"

    def ready(self) -> None:
        """Listen; give the bell its live number."""
        from apps.accounts.administration import Administrator, grant  # noqa: PLC0415
        from apps.audit.registry import action, openly  # noqa: PLC0415
        from apps.core import handing_over, mailing  # noqa: PLC0415
        from apps.core.launcher import app_add  # noqa: PLC0415
        from apps.core.reminding import register as remind_from  # noqa: PLC0415
        from apps.core.shell import counter_add  # noqa: PLC0415  # models are loaded only now
        from apps.core.subjects import register  # noqa: PLC0415
        from apps.notifications import listeners, selectors  # noqa: F401, PLC0415  # registers
        from apps.notifications.panels import ANNOUNCEMENT, LINK  # noqa: PLC0415
        from apps.notifications.reminders import TASKS  # noqa: PLC0415
        from apps.notifications.selectors.announcements import waiting_count  # noqa: PLC0415
        from apps.notifications.selectors.channels import mail_is_configured  # noqa: PLC0415
        from apps.notifications.selectors.handing_over import slips_listed  # noqa: PLC0415
        from apps.notifications.services.handing_over import slips_hand_over  # noqa: PLC0415
        from apps.notifications.services.mailing import letter_send  # noqa: PLC0415

        handing_over.register(
            handing_over.HandoverSource(
                kind="notifications.slip",
                label="未回执的通知",
                order=35,
                listed=slips_listed,
                hand=slips_hand_over,
            )
        )
        mailing.register(mailing.MailWay(is_ready=mail_is_configured, send=letter_send))
        counter_add("notice", selectors.unread_count)
        counter_add("announcement", waiting_count)
        register(ANNOUNCEMENT)
        remind_from(TASKS)
        app_add(LINK)
        for code, sentence in ACTS.items():
            action(code, sentence)
        openly("notifications.channel_settings", "notifications.channel_try")
        grant(
            Administrator.SYSTEM,
            "notifications.view_channelsettings",
            "notifications.change_channelsettings",
        )


ACTS = {
    "notifications.announcement_publish": "发布通知公告",
    "notifications.announcement_withdraw": "撤回通知公告",
    "notifications.announcement_extend": "延长回执时限",
    "notifications.announcement_close": "截止回执",
    "notifications.answers_export": "导出回执",
    "notifications.channel_settings": "设置邮件与短信",
    "notifications.channel_try": "测试邮件、短信",
}
