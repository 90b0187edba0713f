"""App config of installation."""

from django.apps import AppConfig

ACTIONS = {
    "installation.link": "发出首次设置链接",
    "installation.begin": "开始首次设置",
    "installation.groundwork": "准备流程、文号、印章、日历",
    "installation.finish": "完成首次设置",
}


class InstallationConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.installation"
    verbose_name = "首次设置"

    def ready(self) -> None:
        """Name the audited acts; let the system administrator see what is left."""
        from apps.accounts.administration import Administrator, grant  # noqa: PLC0415  # models must be ready
        from apps.audit.registry import action, openly  # noqa: PLC0415  # likewise

        for code, sentence in ACTIONS.items():
            action(code, sentence)
        openly("installation")
        grant(Administrator.SYSTEM, "installation.view_installation")
