"""App config of audit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package's docstring."""

    name = "apps.audit"
    verbose_name = "审计"
