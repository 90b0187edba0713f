"""App config of personal affairs."""

from django.apps import AppConfig


class AffairsConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.affairs"
    verbose_name = "个人事务"

    def ready(self) -> None:
        """Name audited acts, the kind of subject, the dates to remind of; stand in calendars and among the apps."""
        from apps.accounts.scopes import scope_add  # noqa: PLC0415  # apps are loaded only now
        from apps.affairs import listeners  # noqa: F401, PLC0415  # registers
        from apps.affairs.panels import AWAY_KIND, LINKS, SUGGESTION_KIND, entries  # noqa: PLC0415
        from apps.affairs.procedures import CATEGORY, NAME  # noqa: PLC0415
        from apps.affairs.reminders import RETURNS  # noqa: PLC0415
        from apps.audit.registry import action  # noqa: PLC0415
        from apps.core.diary import entries_from  # noqa: PLC0415
        from apps.core.launcher import app_add  # noqa: PLC0415
        from apps.core.reminding import register as remind_from  # noqa: PLC0415
        from apps.core.subjects import register  # noqa: PLC0415

        for code, sentence in ACTS.items():
            action(code, sentence)
        scope_add(CATEGORY, NAME)
        register(AWAY_KIND)
        register(SUGGESTION_KIND)
        remind_from(RETURNS)
        entries_from("affairs", entries)
        app_add(*LINKS)


ACTS = {
    "affairs.file": "填报外出报备",
    "affairs.discard": "删除外出报备草稿",
    "affairs.submit": "提交外出报备",
    "affairs.cancel": "取消外出报备",
    "affairs.close": "销假",
    "affairs.export": "导出外出报备",
    "affairs.suggest": "提出投诉建议",
    "affairs.suggestion_answer": "答复投诉建议",
    "affairs.suggestion_close": "办结投诉建议",
    "affairs.suggestions_export": "导出投诉建议",
}
