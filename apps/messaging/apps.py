"""App config of messaging."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.messaging"
    verbose_name = "消息"

    def ready(self) -> None:
        """Name the audited acts, the kinds of subjects, the guard of topics and the entry in the frame."""
        from apps.accounts.administration import Administrator, grant  # noqa: PLC0415  # models are loaded only now
        from apps.audit.registry import action, openly  # noqa: PLC0415  # models are loaded only now
        from apps.core import handing_over  # noqa: PLC0415
        from apps.core.realtime import guard_add  # noqa: PLC0415
        from apps.core.shell import NavItem, counter_add, nav_add  # noqa: PLC0415
        from apps.core.subjects import register  # noqa: PLC0415
        from apps.messaging import listeners  # noqa: F401, PLC0415
        from apps.messaging.panels import CONVERSATION, GUARD, MESSAGE, TRANSCRIPT  # noqa: PLC0415
        from apps.messaging.selectors.conversations import unread_total  # noqa: PLC0415
        from apps.messaging.selectors.handing_over import groups_listed  # noqa: PLC0415
        from apps.messaging.services.handing_over import groups_hand_over  # noqa: PLC0415

        grant(Administrator.SYSTEM, *POWERS)
        grant(Administrator.SECURITY, *SECURITY_POWERS)
        for code, sentence in ACTS.items():
            action(code, sentence)
        openly("messaging.bot_keep", "messaging.bot_token", "messaging.retention")
        register(CONVERSATION)
        register(MESSAGE)
        register(TRANSCRIPT)
        guard_add(GUARD)
        handing_over.register(
            handing_over.HandoverSource(
                kind="messaging.group", label="群主", order=60, listed=groups_listed, hand=groups_hand_over
            )
        )
        counter_add("chat", unread_total)
        nav_add(
            NavItem(
                name="消息",
                icon="message-circle",
                url_name="messaging:home",
                prefix="/messages/",
                order=20,
                counter="chat",
                on_phone=True,
                phone_order=1,
            )
        )


POWERS = ("messaging.view_bot", "messaging.add_bot", "messaging.change_bot")
SECURITY_POWERS = ("messaging.view_retention", "messaging.add_retention", "messaging.change_retention")
ACTS = {
    "messaging.bot_keep": "登记或修改消息接入应用",
    "messaging.bot_token": "签发消息接入应用的令牌",
    "messaging.group_create": "建立群聊",
    "messaging.group_dissolve": "解散群聊",
    "messaging.group_hand_over": "交接群主",
    "messaging.recall": "撤回消息",
    "messaging.refuse": "拒绝含密级标志的消息",
    "messaging.retention": "修改消息保存期限",
    "messaging.expire": "清除超过保存期限的消息",
    "messaging.transcript_ask": "申请导出聊天记录",
    "messaging.transcript_decide": "审批聊天记录导出",
    "messaging.transcript_withdraw": "撤回聊天记录导出申请",
    "messaging.transcript_take": "下载聊天记录",
}
