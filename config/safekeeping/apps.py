"""App config of safekeeping."""

from django.apps import AppConfig
from django.conf import settings

from apps.accounts.administration import Administrator, grant
from apps.audit.registry import action, openly
from apps.core.subjects import register

ACTIONS = {"safekeeping.backup": "备份", "safekeeping.rehearsal": "恢复演练"}


class SafekeepingConfig(AppConfig):
    """See the package's docstring."""

    name = "config.safekeeping"
    label = "safekeeping"
    verbose_name = "备份与恢复"

    def ready(self) -> None:
        """Name the audited acts; the system and the audit administrator see how the runs went."""
        if settings.CERTIFICATE:
            from apps.core.health import check  # noqa: PLC0415  # models must be ready
            from config.safekeeping.checks import certificate_check  # noqa: PLC0415  # likewise

            check("certificate", certificate_check)
        for code, sentence in ACTIONS.items():
            action(code, sentence)
        openly("safekeeping")
        from config.safekeeping.subject import RUN  # noqa: PLC0415  # models must be ready

        register(RUN)
        for administrator in (Administrator.SYSTEM, Administrator.AUDIT):
            grant(administrator, "safekeeping.view_upkeeprun")
