"""App config of audit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.audit"
    verbose_name = "审计"

    def ready(self) -> None:
        """Watch the sealer."""
        from apps.audit.checks import sealing_check  # noqa: PLC0415  # models must be ready
        from apps.core.health import check  # noqa: PLC0415  # models must be ready

        check("audit", sealing_check)
