"""App config of information reporting."""

from django.apps import AppConfig


class BriefingsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.briefings"
    verbose_name = "信息报送"

    def ready(self) -> None:
        """Name audited acts and kinds of subjects; stand in the rail and among the apps."""
        from apps.accounts.scopes import scope_add  # noqa: PLC0415  # apps are loaded only now
        from apps.audit.registry import action  # noqa: PLC0415
        from apps.briefings import listeners  # noqa: F401, PLC0415  # registers
        from apps.briefings.panels import KINDS, LINKS  # noqa: PLC0415
        from apps.briefings.procedures import CATEGORY, NAME  # noqa: PLC0415
        from apps.briefings.reminders import COMMISSIONS  # noqa: PLC0415
        from apps.briefings.selectors.items import waiting_count  # noqa: PLC0415
        from apps.core.launcher import app_add  # noqa: PLC0415
        from apps.core.reminding import register as remind_from  # noqa: PLC0415
        from apps.core.shell import NavItem, counter_add, nav_add  # noqa: PLC0415
        from apps.core.subjects import register  # noqa: PLC0415

        for code, sentence in AUDITED.items():
            action(code, sentence)
        scope_add(CATEGORY, NAME)
        for kind in KINDS:
            register(kind)
        remind_from(COMMISSIONS)
        app_add(*LINKS)
        counter_add("briefings", waiting_count)
        nav_add(
            NavItem(
                name="信息",
                icon="news",
                url_name="briefings:items",
                prefix="/briefings/",
                order=38,
                counter="briefings",
            )
        )


AUDITED = {
    "briefings.write": "撰写信息",
    "briefings.discard": "删除信息草稿",
    "briefings.submit": "提交信息",
    "briefings.withdraw": "撤回已报送信息",
    "briefings.take": "签收信息",
    "briefings.adopt": "采用信息",
    "briefings.settle": "处理信息",
    "briefings.reopen": "撤销信息处理",
    "briefings.edit": "修改采编稿",
    "briefings.bulletin": "维护信息刊物",
    "briefings.issue_begin": "新建刊物期次",
    "briefings.issue_drop": "删除刊物期次",
    "briefings.issue_submit": "送签刊物",
    "briefings.issue_recall": "撤回已签发刊物",
    "briefings.publish": "编发刊物",
    "briefings.instruct": "录入信息批示",
    "briefings.instruction_cancel": "撤销信息批示",
    "briefings.commission": "发出约稿",
    "briefings.commission_change": "修改约稿",
    "briefings.commission_close": "结束约稿",
    "briefings.commission_reopen": "重新打开约稿",
    "briefings.commission_urge": "催报约稿",
    "briefings.use": "登记信息转报和上级采用",
    "briefings.score_cancel": "撤销信息得分",
    "briefings.board": "设置信息计分",
    "briefings.export": "导出信息",
}
